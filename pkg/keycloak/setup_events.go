package keycloak

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

const (
	// attrAdminKept is the attribute of a realm that holds for how many seconds it keeps
	// admin events.
	attrAdminKept = "adminEventsExpiration"
	// attrSetupEvents is the one that holds what setup did to the events.
	attrSetupEvents = "apitok.setup.events"
)

// realmEvents are the settings of a realm about events, and all its attributes: an update
// that holds attributes takes away those that it does not hold.
type realmEvents struct {
	Login      bool              `json:"eventsEnabled"`
	LoginKept  int64             `json:"eventsExpiration"`
	LoginTypes []string          `json:"enabledEventTypes,omitempty"`
	Admin      bool              `json:"adminEventsEnabled"`
	Attributes map[string]string `json:"attributes"`
}

func (r realmEvents) read() apitok.EventSettings {
	kept, err := strconv.ParseInt(r.Attributes[attrAdminKept], 10, 64)
	if err != nil {
		kept = 0 // It is not set, and admin events are kept for ever.
	}
	return apitok.EventSettings{
		Login: r.Login, LoginKept: time.Duration(r.LoginKept) * time.Second, LoginTypes: r.LoginTypes,
		Admin: r.Admin, AdminKept: time.Duration(kept) * time.Second, Made: strings.Fields(r.Attributes[attrSetupEvents]),
	}
}

// with returns the settings with everything else as it was.
func (r realmEvents) with(s apitok.EventSettings) realmEvents {
	attrs := map[string]string{}
	maps.Copy(attrs, r.Attributes)
	delete(attrs, attrAdminKept)
	if s.AdminKept > 0 {
		attrs[attrAdminKept] = strconv.FormatInt(int64(s.AdminKept/time.Second), 10)
	}
	delete(attrs, attrSetupEvents)
	if len(s.Made) > 0 {
		attrs[attrSetupEvents] = strings.Join(s.Made, " ")
	}
	return realmEvents{Login: s.Login, LoginKept: int64(s.LoginKept / time.Second), LoginTypes: s.LoginTypes, Admin: s.Admin, Attributes: attrs}
}

func (d *Directory) realmEvents(ctx context.Context) (r realmEvents, err error) {
	err = d.send(ctx, "reading the realm failed", "manage-realm", http.MethodGet, nil, nil, nil, &r)
	if err == nil && r.Attributes == nil {
		// An account that may not view the realm is told its name only.
		err = &apitok.Error{Kind: apitok.Denied, Message: "the realm's settings cannot be seen",
			Hint: "the account that signed in lacks the role manage-realm of realm-management"}
	}
	return r, err
}

// EventSettings implements [apitok.Foundations].
func (d *Directory) EventSettings(ctx context.Context) (apitok.EventSettings, error) {
	r, err := d.realmEvents(ctx)
	return r.read(), err
}

// ChangeEventSettings implements [apitok.Foundations]. An update of the realm leaves the
// fields that it does not hold.
func (d *Directory) ChangeEventSettings(ctx context.Context, change func(*apitok.EventSettings)) error {
	r, err := d.realmEvents(ctx)
	if err != nil {
		return err
	}
	settings := r.read()
	change(&settings)
	return d.send(ctx, "changing which events the realm stores failed", "manage-realm", http.MethodPut, nil, nil, r.with(settings), nil)
}
