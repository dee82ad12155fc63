//go:build unix

package handover

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// listener is a server that is asked by docker or kubectl what they ask first, and keeps what they post to a path.
func listener(t *testing.T, path string, answers map[string]string, posted any) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := answers[r.URL.Path]
		switch {
		case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, path):
			body, err := io.ReadAll(r.Body)
			if err == nil {
				err = json.Unmarshal(body, posted)
			}
			if err != nil {
				t.Error(err)
			}
			if answer = answers[path]; answer == "" {
				answer = string(body)
			}
			w.WriteHeader(http.StatusCreated)
		case answer == "":
			w.WriteHeader(http.StatusNotFound)
		}
		if _, err := io.WriteString(w, answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// byDocker has docker ask for a container.
func byDocker(t *testing.T, text string) map[string]string {
	var asked struct{ Env []string }
	const path = "/containers/create"
	daemon := listener(t, path, map[string]string{"/_ping": "OK", path: `{"Id":"1"}`}, &asked)
	env := []string{"DOCKER_HOST=" + strings.Replace(daemon, "http:", "tcp:", 1), "DOCKER_CONFIG=" + t.TempDir(), "DOCKER_API_VERSION=1.41"}
	stdout(t, env, "docker", "create", "--env-file", inFile(t, text), "none")
	return ours(asked.Env)
}

// byKubectl has kubectl make the Secret.
func byKubectl(t *testing.T, text string) map[string]string {
	var secret struct {
		Type       string
		Metadata   struct{ Name string }
		StringData map[string]string
	}
	server := listener(t, "/api/v1/namespaces/default/secrets", map[string]string{
		"/api":  `{"kind":"APIVersions","versions":["v1"]}`,
		"/apis": `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`,
		"/api/v1": `{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"secrets","singularName":"secret",
			"namespaced":true,"kind":"Secret","verbs":["create","get"]}]}`,
	}, &secret)
	env := []string{"KUBECONFIG=/dev/null", "HOME=" + t.TempDir()}
	said := stdout(t, env, "kubectl", "--server", server, "create", "--validate=false", "-f", inFile(t, text))
	if !strings.HasPrefix(string(said), "secret/"+secret.Metadata.Name) || secret.Type != "Opaque" {
		t.Errorf("it is of type %q: %s", secret.Type, said)
	}
	return secret.StringData
}
