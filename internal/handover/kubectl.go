package handover

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// The versions of Kubernetes' exec credentials, which differ in nothing that is said
// here.
const (
	execV1      = "client.authentication.k8s.io/v1"
	execV1beta1 = "client.authentication.k8s.io/v1beta1"
)

// An execCredential is the answer of a credential plugin
// (kubernetes.io/docs/reference/config-api/client-authentication.v1).
type execCredential struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Status     struct {
		ExpirationTimestamp *time.Time `json:"expirationTimestamp,omitempty"`
		Token               string     `json:"token"`
	} `json:"status"`
}

// Kubectl returns an exec credential for kubectl and other clients of Kubernetes, in
// the version that info, the content of KUBERNETES_EXEC_INFO, asks for; v1 when info
// is empty. Usage when there is no such version.
func Kubectl(t apitok.Token, info string) (string, error) {
	version, err := execVersion(info)
	if err != nil {
		return "", err
	}
	token, err := bearer(t)
	if err != nil {
		return "", err
	}
	answer := execCredential{APIVersion: version, Kind: "ExecCredential"}
	answer.Status.Token = token
	if !t.ExpiresAt.IsZero() {
		expires := t.ExpiresAt.UTC().Truncate(time.Second)
		answer.Status.ExpirationTimestamp = &expires
	}
	return asJSON(answer)
}

func execVersion(info string) (string, error) {
	var asked struct {
		APIVersion string `json:"apiVersion"`
	}
	if info != "" && json.Unmarshal([]byte(info), &asked) != nil {
		return "", &apitok.Error{Kind: apitok.Usage, Message: "KUBERNETES_EXEC_INFO is no JSON",
			Hint: "kubectl sets it for the plugins that it runs; unset it to try by hand"}
	}
	switch version := cmp.Or(asked.APIVersion, execV1); version {
	case execV1, execV1beta1:
		return version, nil
	default:
		return "", &apitok.Error{Kind: apitok.Usage, Message: "no exec credential has the version " + version,
			Hint: "set the user's exec.apiVersion in the kubeconfig to " + execV1}
	}
}

func asJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
