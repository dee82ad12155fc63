package grant

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"
)

const (
	// defaultInterval is that of RFC 8628 section 3.2, slower what its section 3.5
	// adds when the server asks for it.
	defaultInterval = 5 * time.Second
	slower          = 5 * time.Second
)

// A Device is a device authorization under way (RFC 8628): a person opens the
// address in any browser and enters the code there.
type Device struct {
	// UserCode is what the person enters at VerificationURI.
	UserCode, VerificationURI string
	// Complete is the address with the code in it; "" when the server has none.
	Complete string
	// Expiry is when the code ends, by this machine's clock.
	Expiry time.Time

	interval time.Duration
	code     DeviceCode
}

// Device begins a device authorization at address, the device authorization
// endpoint. It sends the challenge of RFC 7636, which a server that demands it of a
// client demands here too. Its errors are those of [Endpoint.Token].
func (e Endpoint) Device(ctx context.Context, address string, scope []string) (Device, error) {
	sent, verifier := e.Now(), newVerifier()
	form := url.Values{}
	setScope(form, scope)
	setChallenge(form, verifier)
	body, _, err := e.post(ctx, address, form, true)
	if err != nil {
		return Device{}, err
	}
	var a struct {
		DeviceCode      string `json:"device_code"`
		UserCode        string `json:"user_code"`
		VerificationURI string `json:"verification_uri"`
		Complete        string `json:"verification_uri_complete"`
		ExpiresIn       int64  `json:"expires_in"`
		Interval        int64  `json:"interval"`
	}
	if json.Unmarshal(body, &a) != nil || a.DeviceCode == "" || a.UserCode == "" || a.VerificationURI == "" {
		return Device{}, &Error{Status: http.StatusOK, Description: "the answer holds no device code"}
	}
	return Device{
		UserCode: a.UserCode, VerificationURI: a.VerificationURI, Complete: a.Complete, Expiry: after(sent, a.ExpiresIn),
		interval: cmp.Or(time.Duration(a.Interval)*time.Second, defaultInterval),
		code:     DeviceCode{Code: NewSecret(a.DeviceCode), Verifier: verifier},
	}, nil
}

// Await asks for the token until the person has agreed or refused, or the code has
// ended: an [*Error] with code access_denied or expired_token. A server that is busy
// or does not answer is asked again, more and more seldom.
func (e Endpoint) Await(ctx context.Context, d Device) (Token, error) {
	for interval := d.interval; ; {
		if err := pause(ctx, interval); err != nil {
			return Token{}, err
		}
		if !d.Expiry.IsZero() && e.Now().After(d.Expiry) {
			return Token{}, &Error{Code: "expired_token"}
		}
		token, err := e.Token(ctx, d.code)
		var refusal *Error
		switch {
		case err == nil:
			return token, nil
		case ctx.Err() != nil:
			return Token{}, ctx.Err()
		case !errors.As(err, &refusal), refusal.Busy():
			interval *= 2
		case refusal.Code == "slow_down":
			interval += slower
		case refusal.Code != "authorization_pending":
			return Token{}, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// DeviceCode is the grant of RFC 8628 section 3.4.
type DeviceCode struct {
	// Code is the device code.
	Code Secret
	// Verifier proves that this is who asked for it.
	Verifier Secret
}

func (g DeviceCode) form() url.Values {
	return url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {g.Code.Reveal()},
		"code_verifier": {g.Verifier.Reveal()}}
}

// Asking again at once is asking too fast.
func (DeviceCode) repeatable() bool { return false }
