package keycloak

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// The attributes in which Keycloak keeps the age of a client's secrets, in
// seconds since 1970.
const (
	attrSecretCreated = "client.secret.creation.time"
	attrSecretExpires = "client.secret.expiration.time"
	attrOldSecret     = "client.secret.rotated"
	attrOldExpires    = "client.secret.rotated.expiration.time"
	attrTokenLifetime = "access.token.lifespan"
)

// markName names the protocol mapper that marks a half-made client. A mapper can
// be taken away without a PUT of the client, which would erase the expiry of its
// secret.
const markName = "apitok-unfinished"

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

func read(c *gocloak.Client) apitok.Client {
	attrs := value(c.Attributes)
	client := apitok.Client{
		ID: value(c.ID), ClientID: value(c.ClientID), Description: value(c.Description), Enabled: value(c.Enabled),
		Attributes: attrs, SecretCreated: moment(attrs[attrSecretCreated]),
	}
	if until := moment(attrs[attrOldExpires]); attrs[attrOldSecret] != "" && until.After(time.Now()) {
		client.RotatedUntil = until
	}
	for _, mapper := range value(c.ProtocolMappers) {
		if value(mapper.Name) == markName {
			client.Mark = value(mapper.ID)
		}
	}
	return client
}

func moment(seconds string) time.Time {
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || s <= 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

// SetEnabled implements [apitok.Clients]. The PUT changes what it holds and
// leaves the rest; without any attribute Keycloak answers 500 when a rotation
// policy covers the client and its secret has expired.
func (d *Directory) SetEnabled(ctx context.Context, client apitok.Client, enabled bool) error {
	record := maps.Clone(client.Attributes)
	maps.DeleteFunc(record, func(name, _ string) bool { return !strings.HasPrefix(name, "apitok.") })
	return d.call(ctx, "changing the client failed", "manage-clients", func(ctx context.Context, token string) error {
		return d.client.UpdateClient(ctx, token, d.path(), gocloak.Client{
			ID: &client.ID, ClientID: &client.ClientID, Enabled: &enabled, Attributes: &record})
	})
}

// DeleteClient implements [apitok.Clients].
func (d *Directory) DeleteClient(ctx context.Context, id string) error {
	return d.call(ctx, "deleting the client failed", "manage-clients", func(ctx context.Context, token string) error {
		return d.client.DeleteClient(ctx, token, d.path(), id)
	})
}

// FinishClient implements [apitok.Clients].
func (d *Directory) FinishClient(ctx context.Context, client apitok.Client) error {
	return d.call(ctx, "finishing the client failed", "manage-clients", func(ctx context.Context, token string) error {
		return d.client.DeleteClientProtocolMapper(ctx, token, d.path(), client.ID, client.Mark)
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

// DropRotatedSecret implements [apitok.Clients]. gocloak has no such call.
func (d *Directory) DropRotatedSecret(ctx context.Context, id string) error {
	return d.send(ctx, "ending the old secret failed", "manage-clients", http.MethodDelete, []string{"clients", id, "client-secret", "rotated"}, nil, nil, nil)
}
