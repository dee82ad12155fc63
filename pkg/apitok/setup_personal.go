package apitok

import (
	"context"
	"strconv"
	"strings"
)

// personalPart is the client that personal keys are offline sessions of.
type personalPart struct {
	dir       Directory
	audiences []string
}

func (*personalPart) name() string { return "personal" }

// client is public as that of the login is, and for the same reasons asks the person. It
// gives a token what was asked for and no more: sub and the person's roles, and on request
// the rest. Its tokens name no audience that was not asked for, so not that of the account
// pages either: who finds a key cannot get at the account with it.
func (p *personalPart) client() SetupClient {
	client := (&loginPart{}).client()
	client.ClientID, client.Name, client.Mark = PersonalClientID, "apitok personal keys", p.name()
	client.Description = "Long-lived keys that people make for themselves with apitok"
	client.RoleClaims = true
	client.DefaultScopes = []string{"basic"}
	client.OptionalScopes = []string{offlineScope, "profile", "email", "phone", "address"}
	for _, audience := range sorted(p.audiences) {
		client.OptionalScopes = append(client.OptionalScopes, audienceScope(audience))
	}
	return client
}

func (p *personalPart) missing(ctx context.Context) ([]step, error) {
	words := "make client " + PersonalClientID + ": as " + LoginClientID + ", for keys that outlive the browser's session; on request " +
		strings.Join(p.client().OptionalScopes, ", ")
	return putClient(ctx, p.dir, p.client(), words, func() Secret { return Secret{} })
}

func (p *personalPart) made(ctx context.Context) (back []step, left []string, err error) {
	clients, err := markedBy(ctx, p.dir, p.name())
	for _, have := range clients {
		keys, err := p.dir.OfflineSessions(ctx, have.ID)
		if err != nil {
			return nil, nil, err
		}
		if keys > 0 {
			left = append(left, "client "+have.ClientID+", which personal keys are of: "+strconv.Itoa(keys))
			continue
		}
		more, kept := dropClient(p.dir, have, have.compared(p.client()))
		back, left = append(back, more...), append(left, kept...)
	}
	return back, left, err
}

func (p *personalPart) outline(drawing *Outline) {
	drawing.Clients = append(drawing.Clients, p.client())
}
