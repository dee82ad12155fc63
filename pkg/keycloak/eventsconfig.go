package keycloak

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

type eventsConfig struct {
	Enabled      bool     `json:"eventsEnabled"`
	Seconds      int64    `json:"eventsExpiration"`
	Types        []string `json:"enabledEventTypes"`
	AdminEnabled bool     `json:"adminEventsEnabled"`
	AdminDetails bool     `json:"adminEventsDetailsEnabled"`
}

// EventsConfig implements [apitok.Inspection]. A realm that names no types keeps the
// usual ones, the logins of clients among them.
func (d *Directory) EventsConfig(ctx context.Context) (apitok.EventsConfig, error) {
	var c eventsConfig
	err := d.send(ctx, "reading which events the realm keeps failed", "view-events", http.MethodGet, []string{"events", "config"}, nil, nil, &c)
	if err != nil {
		return apitok.EventsConfig{}, err
	}
	return apitok.EventsConfig{
		Enabled: c.Enabled, ClientLogins: len(c.Types) == 0 || slices.Contains(c.Types, clientLogin), Kept: time.Duration(c.Seconds) * time.Second,
		AdminEnabled: c.AdminEnabled, AdminDetails: c.AdminDetails,
	}, nil
}
