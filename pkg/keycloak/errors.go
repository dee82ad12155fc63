package keycloak

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/Nerzal/gocloak/v13"
	"github.com/go-resty/resty/v2"

	"github.com/apitok/apitok/pkg/apitok"
)

// An observation keeps the error of the connection, which gocloak turns into
// text.
type observation struct{ err error }

type observationKey struct{}

func withObservation(ctx context.Context) (context.Context, *observation) {
	seen := new(observation)
	return context.WithValue(ctx, observationKey{}, seen), seen
}

// An observer notes the connection's error in the request's observation.
type observer struct{ next http.RoundTripper }

// RoundTrip sends the request.
func (o observer) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := o.next.RoundTrip(req)
	if seen, ok := req.Context().Value(observationKey{}).(*observation); ok && err != nil {
		seen.err = err
	}
	return resp, err
}

// responseError makes of an answer the error that gocloak would.
func responseError(resp *resty.Response, err error) error {
	if err != nil {
		return &gocloak.APIError{Message: err.Error()}
	}
	if !resp.IsError() {
		return nil
	}
	message := resp.Status()
	if e, ok := resp.Error().(*gocloak.HTTPErrorResponse); ok && e.NotEmpty() {
		message += ": " + e.String()
	}
	return &gocloak.APIError{Code: resp.StatusCode(), Message: message}
}

// givenAlready is in the answer when someone else gives an account the same role at the
// same time.
const givenAlready = "Could not add user role or group mappings"

// translate says in apitok's words why what could not be done.
func translate(realm apitok.Realm, err error, seen *observation, what, role string) error {
	var api *gocloak.APIError
	if err == nil || !errors.As(err, &api) {
		return err
	}
	kind, message, hint := apitok.Failed, what, ""
	switch {
	case api.Code == 0 && seen.err != nil:
		return apitok.NetworkError(realm.Server, seen.err)
	case api.Code == 0 && strings.Contains(api.Message, context.DeadlineExceeded.Error()):
		return apitok.NetworkError(realm.Server, context.DeadlineExceeded)
	case api.Code == http.StatusUnauthorized:
		kind, hint = apitok.Denied, "sign in again: apitok login"
	case api.Code == http.StatusForbidden:
		kind, hint = apitok.Denied, "the account that signed in lacks the role "+role+" of realm-management"
	case api.Code == http.StatusNotFound && strings.Contains(api.Message, "Realm not found"):
		kind, message = apitok.NotFound, "there is no realm "+strconv.Quote(realm.Name)+" at "+realm.Server
	case api.Code == http.StatusNotFound:
		kind = apitok.NotFound
	case api.Code == http.StatusConflict, api.Code == http.StatusBadRequest && strings.Contains(api.Message, givenAlready):
		kind = apitok.Conflict
	case api.Code == http.StatusTooManyRequests, api.Code > http.StatusInternalServerError:
		kind, hint = apitok.Unavailable, "the server is busy: try again"
	}
	return &apitok.Error{Kind: kind, Message: message, Hint: hint, Cause: api}
}
