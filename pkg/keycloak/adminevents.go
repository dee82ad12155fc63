package keycloak

import (
	"context"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// An adminEvent is an admin event as the server tells it, its time in
// milliseconds.
type adminEvent struct {
	Time      int64  `json:"time"`
	Operation string `json:"operationType"`
	Resource  string `json:"resourcePath"`
}

// AdminEvents implements [apitok.AdminEvents]. The server tells the newest first.
func (d *Directory) AdminEvents(ctx context.Context, since time.Time) ([]apitok.AdminEvent, error) {
	var list []apitok.AdminEvent
	kept := false
	for event, err := range pages[adminEvent](ctx, d, "reading the admin events failed", "view-events", []string{"admin-events"}, nil) {
		if err != nil {
			return nil, err
		}
		kept = true
		at := time.UnixMilli(event.Time)
		if at.Before(since) {
			break
		}
		list = append(list, apitok.AdminEvent{At: at, Operation: event.Operation, Resource: event.Resource})
	}
	if !kept {
		return nil, d.adminEventsKept(ctx)
	}
	slices.Reverse(list)
	return list, nil
}

// adminEventsKept returns an error when the realm keeps no admin events.
func (d *Directory) adminEventsKept(ctx context.Context) error {
	config, err := d.EventsConfig(ctx)
	if err == nil && !config.AdminEnabled {
		err = &apitok.Error{Kind: apitok.NotFound, Message: "the realm does not keep admin events"}
	}
	return err
}
