package transport

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

type markKey struct{}

func marked(ctx context.Context) bool { return ctx.Value(markKey{}) != nil }

// flaky answers 503 (or cuts the connection for status 0) until the last answer.
func flaky(t *testing.T, statuses ...int) (*httptest.Server, *atomic.Int32, *[]string) {
	t.Helper()
	var calls atomic.Int32
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		bodies = append(bodies, string(b))
		status := statuses[min(int(calls.Add(1)), len(statuses))-1]
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server, &calls, &bodies
}

func TestRetries(t *testing.T) {
	tests := []struct {
		name     string
		method   string
		marked   bool
		statuses []int
		calls    int32
		status   int
	}{
		{"a good answer", "GET", false, []int{200}, 1, 200},
		{"503 then good", "GET", false, []int{503, 502, 200}, 3, 200},
		{"a cut connection then good", "GET", false, []int{0, 200}, 2, 200},
		{"503 for ever", "GET", false, []int{503}, attempts, 503},
		{"500 is final", "GET", false, []int{500, 200}, 1, 500},
		{"404 is final", "GET", false, []int{404}, 1, 404},
		{"POST is not safe", "POST", false, []int{503, 200}, 1, 503},
		{"DELETE is not safe", "DELETE", false, []int{503, 204}, 1, 503},
		{"POST that was marked", "POST", true, []int{429, 200}, 2, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, calls, bodies := flaky(t, test.statuses...)
			client, err := New(Options{Timeout: 20 * time.Second, Repeatable: marked})
			if err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			if test.marked {
				ctx = context.WithValue(ctx, markKey{}, true)
			}
			req, err := http.NewRequestWithContext(ctx, test.method, server.URL, strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != test.status || calls.Load() != test.calls {
				t.Errorf("status %d after %d calls", resp.StatusCode, calls.Load())
			}
			for _, body := range *bodies {
				if body != "body" {
					t.Errorf("sent %q", body)
				}
			}
		})
	}
}

// TestTraceHasNoSecret: what the trace shows is a method, a path, a status.
func TestTraceHasNoSecret(t *testing.T) {
	server, _, _ := flaky(t, 200)
	var out strings.Builder
	client, err := New(Options{Trace: &out})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/path%2Fx?token=hunter2", strings.NewReader("hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer hunter2")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := out.String(); !strings.HasPrefix(got, "POST "+server.URL+"/path%2Fx: 200 OK (") || strings.Contains(got, "hunter2") {
		t.Errorf("trace: %s", got)
	}
}

// TestRedirectsAreNotFollowed: a redirect would carry a secret elsewhere.
func TestRedirectsAreNotFollowed(t *testing.T) {
	server := httptest.NewServer(http.RedirectHandler("https://elsewhere.example", http.StatusTemporaryRedirect))
	defer server.Close()
	client, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Post(server.URL, "text/plain", strings.NewReader("secret"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("status %d", resp.StatusCode)
	}
}
