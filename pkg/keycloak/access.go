package keycloak

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// Access implements [apitok.Inspection]. It asks for what a role lets one see, and
// not the token, which need not hold roles: a lightweight one does not, nor that of
// a client without the scope for them.
func (d *Directory) Access(ctx context.Context) (map[string]bool, error) {
	access := map[string]bool{}
	for _, probe := range []func(context.Context, map[string]bool) error{d.clientAccess, d.userAccess, d.realmAccess, d.eventAccess, d.setupAccess} {
		if err := probe(ctx, access); err != nil {
			return nil, err
		}
	}
	return access, nil
}

// clientAccess goes by a client, for every realm has some and says with each what
// the account may do to it.
func (d *Directory) clientAccess(ctx context.Context, access map[string]bool) error {
	found, err := d.first(ctx, "clients", "view-clients")
	access["view-clients"] = len(found) > 0
	access["manage-clients"] = len(found) > 0 && found[0].Access["manage"]
	return err
}

// userAccess goes by a user. Where none is seen, there may be none.
func (d *Directory) userAccess(ctx context.Context, access map[string]bool) error {
	found, err := d.first(ctx, "users", "view-users")
	switch {
	case err != nil:
		return err
	case found == nil:
		access["view-users"], access["manage-users"] = false, false
	case len(found) > 0:
		access["view-users"], access["manage-users"] = true, found[0].Access["manage"]
	}
	return nil
}

type accessible struct {
	Access map[string]bool `json:"access"`
}

// first returns the first of the realm's clients or users, if any; nil when the
// account may not ask.
func (d *Directory) first(ctx context.Context, kind, role string) ([]accessible, error) {
	found := []accessible{}
	err := d.send(ctx, "looking for "+kind+" failed", role, http.MethodGet, []string{kind}, url.Values{"max": {"1"}}, nil, &found)
	if forbidden(err) {
		return nil, nil
	}
	return found, err
}

func (d *Directory) realmAccess(ctx context.Context, access map[string]bool) error {
	_, err := d.DefaultRole(ctx)
	return granted(access, "view-realm", err)
}

func (d *Directory) eventAccess(ctx context.Context, access map[string]bool) error {
	_, err := d.EventsConfig(ctx)
	return granted(access, "view-events", err)
}

// setupAccess goes by requests that change nothing though they take the role to do so: an
// export of the realm without its parts, and to read what an identity provider says of
// itself, none being named, which Keycloak finds wrong only in who may ask.
func (d *Directory) setupAccess(ctx context.Context, access map[string]bool) error {
	const failed = "looking for what the account may set up failed"
	err := d.send(ctx, failed, "manage-realm", http.MethodPost, []string{"partial-export"}, nil, nil, nil)
	if err := granted(access, "manage-realm", err); err != nil {
		return err
	}
	err = d.send(ctx, failed, "manage-identity-providers", http.MethodPost, []string{"identity-provider", "import-config"}, nil, map[string]string{}, nil)
	var api *gocloak.APIError
	if errors.As(err, &api) && api.Code == http.StatusBadRequest {
		err = nil
	}
	return granted(access, "manage-identity-providers", err)
}

// granted notes whether a call went through that takes the role.
func granted(access map[string]bool, role string, err error) error {
	access[role] = err == nil
	if forbidden(err) {
		return nil
	}
	return err
}

// forbidden tells of an error of kind Denied that the server knows the account and
// refuses it something.
func forbidden(err error) bool {
	var api *gocloak.APIError
	if errors.As(err, &api) && api.Code == http.StatusUnauthorized {
		return false
	}
	return apitok.Denied.Is(err)
}
