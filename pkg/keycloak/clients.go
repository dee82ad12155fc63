package keycloak

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// ClientByID implements [apitok.Clients].
func (d *Directory) ClientByID(ctx context.Context, clientID string) (apitok.Client, error) {
	for c, err := range d.clients(ctx, url.Values{"clientId": {clientID}}) {
		if err != nil {
			return apitok.Client{}, err
		}
		if value(c.ClientID) == clientID {
			return read(c), nil
		}
	}
	return apitok.Client{}, &apitok.Error{Kind: apitok.NotFound, Message: "no such client"}
}

// Clients implements [apitok.Clients].
func (d *Directory) Clients(ctx context.Context, part string) iter.Seq2[apitok.Client, error] {
	return func(yield func(apitok.Client, error) bool) {
		for c, err := range d.clients(ctx, url.Values{"clientId": {part}, "search": {"true"}}) {
			if !yield(read(c), err) {
				return
			}
		}
	}
}

func (d *Directory) clients(ctx context.Context, query url.Values) iter.Seq2[client, error] {
	return pages[client](ctx, d, "looking for clients failed", "view-clients", []string{"clients"}, query)
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
