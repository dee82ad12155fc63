package keycloak

import (
	"context"
	"iter"
	"net/http"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// ClientByID implements [apitok.Clients].
func (d *Directory) ClientByID(ctx context.Context, clientID string) (apitok.Client, error) {
	found, err := d.page(ctx, gocloak.GetClientsParams{ClientID: &clientID})
	if err != nil {
		return apitok.Client{}, err
	}
	for _, client := range found {
		if value(client.ClientID) == clientID {
			return read(client), nil
		}
	}
	return apitok.Client{}, &apitok.Error{Kind: apitok.NotFound, Message: "no such client"}
}

// Clients implements [apitok.Clients].
func (d *Directory) Clients(ctx context.Context, part string) iter.Seq2[apitok.Client, error] {
	return func(yield func(apitok.Client, error) bool) {
		for first := 0; ; first += pageSize {
			page, err := d.page(ctx, gocloak.GetClientsParams{ClientID: &part, Search: gocloak.BoolP(true),
				First: &first, Max: gocloak.IntP(pageSize)})
			if err != nil {
				yield(apitok.Client{}, err)
				return
			}
			for _, client := range page {
				if !yield(read(client), nil) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}

func (d *Directory) page(ctx context.Context, params gocloak.GetClientsParams) (found []*gocloak.Client, err error) {
	err = d.call(ctx, "looking for clients failed", "view-clients", func(ctx context.Context, token string) (err error) {
		found, err = d.client.GetClients(ctx, token, d.path(), params)
		return err
	})
	return found, err
}

// DeleteClient implements [apitok.Clients].
func (d *Directory) DeleteClient(ctx context.Context, id string) error {
	return d.call(ctx, "deleting the client failed", "manage-clients", func(ctx context.Context, token string) error {
		return d.client.DeleteClient(ctx, token, d.path(), id)
	})
}

// RegenerateSecret implements [apitok.Clients].
func (d *Directory) RegenerateSecret(ctx context.Context, id string) (apitok.Secret, error) {
	var made *gocloak.CredentialRepresentation
	err := d.call(ctx, "giving the client a new secret failed", "manage-clients", func(ctx context.Context, token string) (err error) {
		made, err = d.client.RegenerateClientSecret(ctx, token, d.path(), id)
		return err
	})
	if err != nil {
		return apitok.Secret{}, err
	}
	if value(made.Value) == "" {
		return apitok.Secret{}, &apitok.Error{Kind: apitok.Failed, Message: "the server made a new secret but did not say which"}
	}
	return apitok.NewSecret(value(made.Value)), nil
}

// ClientSecret implements [apitok.Clients].
func (d *Directory) ClientSecret(ctx context.Context, id string) (apitok.Secret, error) {
	var secret struct{ Value string }
	err := d.send(ctx, "reading the client's secret failed", "view-clients", http.MethodGet, []string{"clients", id, "client-secret"}, nil, nil, &secret)
	return apitok.NewSecret(secret.Value), err
}

// DropRotatedSecret implements [apitok.Clients]. gocloak has no such call.
func (d *Directory) DropRotatedSecret(ctx context.Context, id string) error {
	return d.send(ctx, "ending the old secret failed", "manage-clients", http.MethodDelete, []string{"clients", id, "client-secret", "rotated"}, nil, nil, nil)
}
