package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

// expiry reads --expires and holds it to the profile's maximum, which is also what
// holds where nothing is said.
func (s *shape) expiry(cmd *cobra.Command, a *app, most time.Duration) (time.Time, error) {
	now := a.system.Now()
	latest := now.Add(most).UTC().Truncate(time.Second)
	switch {
	case !given(cmd, "expires") && most > 0:
		a.note("it expires on " + output.Time(latest, "") + ", the most that the profile allows")
		return latest, nil
	case !given(cmd, "expires"):
		return time.Time{}, nil
	}
	at, err := apitok.ParseExpiry(s.expires, now)
	if err == nil && most > 0 && (at.IsZero() || at.After(latest.Add(time.Second))) {
		err = &apitok.Error{Kind: apitok.Usage, Message: "the profile lets no credential live longer than until " + output.Time(latest, ""),
			Hint: "choose an earlier --expires; max_expiry in the profile sets the limit"}
	}
	return at, err
}

// longestToken is far beyond what is wise and well within what Keycloak can count.
const longestToken = 366 * 24 * time.Hour

// lifetime reads --token-lifetime, which Keycloak counts in whole seconds.
func (s *shape) lifetime(cmd *cobra.Command) (time.Duration, error) {
	if !given(cmd, "token-lifetime") || s.life == "realm" {
		return 0, nil
	}
	d, err := apitok.ParseDuration(s.life)
	if err == nil && (d < time.Second || d > longestToken) {
		err = usage(cmd, "a token must live for a second at least, and a year at most")
	}
	return d, err
}
