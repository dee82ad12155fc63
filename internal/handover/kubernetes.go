package handover

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
)

// A secretManifest is a Secret of Kubernetes
// (kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1).
type secretManifest struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Type       string            `json:"type"`
	StringData map[string]string `json:"stringData"`
}

// kubernetes is the manifest of a Secret, in JSON, which every reader of YAML reads
// too. Its keys are the variables, for envFrom.
func (c Credential) kubernetes() (string, error) {
	m := secretManifest{APIVersion: "v1", Kind: "Secret", Type: "Opaque", StringData: map[string]string{}}
	m.Metadata.Name = objectName(c.ClientID)
	for _, v := range c.variables() {
		m.StringData[v.name] = v.value
	}
	text, err := json.MarshalIndent(m, "", "  ")
	return string(text) + "\n", err
}

// maxLegible is how much of a client id a name keeps that has to be made up; the whole
// fits into the 253 characters of Kubernetes.
const maxLegible = 240

// objectName names an object after a client of apitok: by the client id itself where Kubernetes
// takes it (RFC 1123, section 2.1), and otherwise by what is legible of it and a digest
// that tells it from others.
func objectName(clientID string) string {
	valid := regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	if valid.MatchString(clientID) && len(clientID) <= maxLegible {
		return clientID
	}
	legible := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(clientID, "-"), "-")
	digest := sha256.Sum256([]byte(clientID))
	return legible[:min(len(legible), maxLegible)] + "-" + hex.EncodeToString(digest[:4])
}
