package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"
)

// adminTokens holds the master realm's token, which lives for 60 s.
type adminTokens struct {
	mu      sync.Mutex
	token   string
	renewAt time.Time
}

// adminToken is an administrator's token, renewed in time, or now if fresh is true.
func (s *Server) adminToken(ctx context.Context, fresh bool) (string, error) {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	if !fresh && time.Now().Before(s.tokens.renewAt) {
		return s.tokens.token, nil
	}
	asked := time.Now()
	form := url.Values{"grant_type": {"password"}, "client_id": {"admin-cli"}, "username": {s.Admin}, "password": {s.Password}}
	var answer struct {
		Token     string `json:"access_token"`
		ExpiresIn int    `json:"expires_in"`
	}
	if err := postForm(ctx, s.URL+"/realms/master/protocol/openid-connect/token", form, &answer); err != nil {
		return "", fmt.Errorf("administrator's token: %w", err)
	}
	s.tokens.token = answer.Token
	s.tokens.renewAt = asked.Add(time.Duration(answer.ExpiresIn) * time.Second / 2)
	return answer.Token, nil
}

// do is ask for a test, which fails where there is no answer.
func (s *Server) do(t testing.TB, method, path string, in any) (status int, location string, body []byte) {
	t.Helper()
	status, location, body, err := s.ask(t.Context(), method, path, in)
	if err != nil {
		t.Fatalf("%s /admin/realms%s: %v", method, path, err)
	}
	return status, location, body
}

// ask sends one request below /admin/realms and returns the status, the Location header and the body. A token from before
// a realm was made may know nothing of it: a refusal is believed only with a fresh one.
func (s *Server) ask(ctx context.Context, method, path string, in any) (status int, location string, body []byte, err error) {
	for _, fresh := range []bool{false, true} {
		token, err := s.adminToken(ctx, fresh)
		if err != nil {
			return 0, "", nil, err
		}
		status, location, body, err = send(ctx, method, s.URL+"/admin/realms"+path, token, in)
		if err != nil || status != http.StatusUnauthorized && status != http.StatusForbidden {
			return status, location, body, err
		}
	}
	return status, location, body, nil
}

func send(ctx context.Context, method, url, token string, in any) (status int, location string, body []byte, err error) {
	var payload io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return 0, "", nil, err
		}
		payload = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, payload)
	if err != nil {
		return 0, "", nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header.Get("Location"), body, err
}

// postForm posts a form and decodes the JSON of a 200 into out.
func postForm(ctx context.Context, url string, form url.Values, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader([]byte(form.Encode())))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, body)
	}
	return json.Unmarshal(body, out)
}
