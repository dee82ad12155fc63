package output

import (
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Key is the JSON of a personal key.
type Key struct {
	Name      string     `json:"name"`
	Session   string     `json:"session_id"`
	State     string     `json:"state"`
	Scopes    []string   `json:"scopes"`
	Audiences []string   `json:"audiences"`
	Stored    bool       `json:"stored"`
	Address   *string    `json:"address"`
	CreatedAt *time.Time `json:"created_at"`
	LastUsed  *time.Time `json:"last_used_at"`
	Ends      *time.Time `json:"ends_unused_at"`
}

// KeyOf returns the JSON of a personal key. Of one that another machine made, the scopes
// and audiences are not known and are null.
func KeyOf(k apitok.PersonalKey) Key {
	key := Key{
		Name: k.Name, Session: k.Session, State: "active", Scopes: k.Scopes, Audiences: k.Audiences, Stored: k.Stored, Address: OrNull(k.Address),
		CreatedAt: OrNull(k.Started.UTC()), LastUsed: OrNull(k.LastUsed.UTC()), Ends: OrNull(k.Ends.UTC()),
	}
	if k.Ended {
		key.State = "ended"
	}
	if k.Stored {
		key.Scopes, key.Audiences = append([]string{}, k.Scopes...), append([]string{}, k.Audiences...)
	}
	return key
}
