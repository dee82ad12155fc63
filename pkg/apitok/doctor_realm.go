package apitok

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// features are those of Keycloak that matter to API credentials, by its own names.
func features() []string {
	return []string{"CLIENT_SECRET_ROTATION", "WORKFLOWS", "TOKEN_EXCHANGE_STANDARD_V2", "TOKEN_EXCHANGE", "JWT_AUTHORIZATION_GRANT",
		"ADMIN_FINE_GRAINED_AUTHZ_V2", "ADMIN_FINE_GRAINED_AUTHZ"}
}

// version tells which Keycloak it is and which of its features are on.
func (e *examination) version(ctx context.Context) []Finding {
	const name = "version"
	info, err := e.Directory.ServerInfo(ctx)
	if err != nil {
		return []Finding{failure(name, Unknown, err)}
	}
	e.features = info.Features
	version := Finding{Check: name, Status: Info, Detail: "Keycloak " + info.Version}
	if info.Version == "" {
		version.Status, version.Detail = Unknown, "the server does not tell its version to this account, and need not"
	}
	return []Finding{version, {Check: "features", Status: Info, Detail: featureList(info.Features)}}
}

func featureList(known map[string]bool) string {
	var on, off []string
	for _, name := range features() {
		switch enabled, exists := known[name]; {
		case enabled:
			on = append(on, name)
		case exists:
			off = append(off, name)
		}
	}
	return "on: " + orNone(on) + "; off: " + orNone(off)
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// rotation tells whether the server itself ends client secrets.
func (e *examination) rotation(ctx context.Context) []Finding {
	const name = "secret rotation"
	policy, err := e.Directory.SecretRotation(ctx)
	if err != nil {
		return []Finding{failure(name, Unknown, err)}
	}
	detail := "the realm has no policy: a secret works until it is rotated or expires"
	if policy.Active {
		detail = "the realm has a policy: a secret works for " + span(policy.Expiration) + ", and " + span(policy.Grace) +
			" more after a rotation; in its last " + span(policy.Remaining) + " any update of the client rotates it"
	}
	return []Finding{{Check: name, Status: Info, Detail: detail}}
}

// events tells what the realm keeps of what happened.
func (e *examination) events(ctx context.Context) []Finding {
	const name = "events"
	config, err := e.Directory.EventsConfig(ctx)
	if err != nil {
		return []Finding{failure(name, Unknown, err)}
	}
	return []Finding{userEvents(name, config), adminEvents("admin events", config)}
}

func userEvents(name string, c EventsConfig) Finding {
	kept := "for ever"
	if c.Kept > 0 {
		kept = "for " + span(c.Kept)
	}
	switch {
	case !c.Enabled:
		return Finding{Check: name, Status: Info, Detail: "none are kept, so that nobody knows when a credential was last used",
			Hint: "turn on the realm's user events, CLIENT_LOGIN among them"}
	case !c.ClientLogins:
		return Finding{Check: name, Status: Info, Detail: "kept " + kept + ", but without CLIENT_LOGIN, so that nobody knows when a credential was last used",
			Hint: "add CLIENT_LOGIN to the realm's user events"}
	}
	return Finding{Check: name, Status: Fine, Detail: "kept " + kept + ", CLIENT_LOGIN among them"}
}

func adminEvents(name string, c EventsConfig) Finding {
	switch {
	case !c.AdminEnabled:
		return Finding{Check: name, Status: Info, Detail: "none are kept, so that nobody knows who changed a credential"}
	case c.AdminDetails:
		return Finding{Check: name, Status: Warning, Detail: "kept with what was sent and answered: live registration access tokens, and on older servers client secrets",
			Hint: "turn off the details of the realm's admin events"}
	}
	return Finding{Check: name, Status: Fine, Detail: "kept, without what was sent"}
}

// span shows a length of time in days, as far as it is whole ones.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == day:
		return "1 day"
	case d > 0 && d%day == 0:
		return strconv.Itoa(int(d/day)) + " days"
	}
	return d.String()
}
