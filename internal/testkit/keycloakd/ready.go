//go:build unix

package keycloakd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// patience is how long a start may take on a machine that does other things as well.
const patience = 3 * time.Minute

// ready returns when the master realm is served, or with the end of the log when it will not be.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not ready after %v", patience))
	defer cancel()
	ask := time.NewTicker(100 * time.Millisecond)
	defer ask.Stop()
	for !s.answers(ctx) {
		select {
		case <-s.ended:
			return fmt.Errorf("ended before it was ready:\n%s", &s.log)
		case <-ctx.Done():
			if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
				return fmt.Errorf("%w:\n%s", cause, &s.log)
			}
			return ctx.Err()
		case <-ask.C:
		}
	}
	return nil
}

func (s *Server) answers(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/realms/master", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}
