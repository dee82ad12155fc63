package grant

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
)

// UserInfo asks whom an access token is about at address, the userinfo endpoint (OpenID
// Connect Core 1.0 section 5.3), and returns its answer, a JSON object. Its errors are
// those of [Endpoint.Token].
func UserInfo(ctx context.Context, client *http.Client, address string, token Secret) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header = http.Header{"Authorization": {"Bearer " + token.Reveal()}, "Accept": {"application/json"}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("reading the answer of the authorization server: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, challenge(resp)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil {
		return nil, &Error{Status: resp.StatusCode, Description: "the answer is no JSON object"}
	}
	return body, nil
}

// challenge reads a refusal from the header that carries it (RFC 6750 section 3).
func challenge(resp *http.Response) *Error {
	refusal := &Error{Status: resp.StatusCode}
	parameter := regexp.MustCompile(`(\w+)="([^"]*)"`)
	for _, found := range parameter.FindAllStringSubmatch(resp.Header.Get("WWW-Authenticate"), -1) {
		switch found[1] {
		case "error":
			refusal.Code = found[2]
		case "error_description":
			refusal.Description = found[2]
		}
	}
	return refusal
}
