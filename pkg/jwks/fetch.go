package jwks

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// maxKeys bounds what is read of an answer with keys, in bytes.
const maxKeys = 1 << 20

// A fetch sends the request for the keys and remembers what came, of which go-oidc tells
// only in words.
type fetch struct {
	next   http.RoundTripper
	failed *FetchError
	ids    []string
}

// RoundTrip implements [http.RoundTripper].
func (f *fetch) RoundTrip(req *http.Request) (*http.Response, error) {
	next := f.next
	if next == nil {
		next = http.DefaultTransport
	}
	f.failed = nil
	resp, err := next.RoundTrip(req)
	if err != nil {
		f.failed = &FetchError{Err: err}
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeys))
	if err != nil {
		f.failed = &FetchError{Err: err}
		return nil, err
	}
	var set struct {
		Keys []struct {
			ID string `json:"kid"`
		} `json:"keys"`
	}
	if resp.StatusCode != http.StatusOK || json.Unmarshal(body, &set) != nil || set.Keys == nil {
		f.failed = &FetchError{Status: resp.StatusCode}
	}
	for _, key := range set.Keys {
		f.ids = append(f.ids, key.ID)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}
