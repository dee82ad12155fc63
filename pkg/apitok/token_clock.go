package apitok

import (
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

const (
	// smallSkew is by how much two clocks may differ without a word.
	smallSkew = time.Minute
	// clockDoubt is for how long after a credential's end the server is asked all the
	// same: this machine's clock may be ahead.
	clockDoubt = time.Hour
)

// clockAhead returns by how much this machine's clock is ahead of the server's,
// negative if it is behind; 0 for less than a minute, and where the answer does not
// tell. The server's time is that of the answer's Date, or else when the token says
// that it was issued (RFC 7519 section 4.1.6), which was while the request was under
// way.
func clockAhead(got grant.Token) time.Duration {
	server := got.Date
	if server.IsZero() {
		if server = issuedAt(got.AccessToken); server.IsZero() {
			return 0
		}
	}
	ahead := got.Sent.Add(got.Received.Sub(got.Sent) / 2).Sub(server)
	if ahead.Abs() <= smallSkew+got.Received.Sub(got.Sent)/2 {
		return 0
	}
	return ahead
}

func issuedAt(token Secret) time.Time {
	var claims struct {
		IssuedAt int64 `json:"iat"`
	}
	if !readClaims(token, &claims) || claims.IssuedAt <= 0 {
		return time.Time{}
	}
	return time.Unix(claims.IssuedAt, 0)
}

func (h *Holder) tellSkew(ahead time.Duration) {
	way := "ahead of"
	if ahead < 0 {
		way = "behind"
	}
	if ahead != 0 {
		h.Note("warning: this machine's clock is " + short(ahead.Abs().Round(10*time.Second)) + " " + way + " the server's")
	}
}
