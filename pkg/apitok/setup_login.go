package apitok

import "context"

// LoginClientID is the id of the client that people sign in with.
const LoginClientID = "apitok-cli"

// loginRedirect matches any port of the loopback address (RFC 8252 section 7.3):
// Keycloak disregards the port where none is registered.
const loginRedirect = "http://127.0.0.1/callback"

// loginPart is the client that people sign in with.
type loginPart struct{ dir Directory }

func (*loginPart) name() string { return "login" }

// client is a public client, since a program on people's machines keeps no secret: PKCE
// is forced in its stead. Anyone can pass for it, so a person is asked before it gets a
// token for the first time (RFC 8252 section 8.6), and can take that back in the account
// pages. Its tokens hold all that the person may do, for administrators use it too.
func (p *loginPart) client() SetupClient {
	return SetupClient{
		ClientID: LoginClientID, Name: "apitok", Description: "Signs people in to apitok on their own machines", Mark: p.name(),
		Enabled: true, Public: true, FullScope: true, ConsentRequired: true, StandardFlow: true,
		RedirectURIs: []string{loginRedirect},
		Attributes: map[string]string{
			"pkce.code.challenge.method":                "S256",
			"oauth2.device.authorization.grant.enabled": "true",
			"oidc.ciba.grant.enabled":                   "false",
			AttrStandardExchange:                        "false",
		},
	}
}

func (p *loginPart) missing(ctx context.Context) ([]step, error) {
	words := "make client " + LoginClientID + ": public, authorization code with PKCE S256 and device code, redirect to " + loginRedirect +
		" at any port, with consent and all roles of whoever signs in"
	return putClient(ctx, p.dir, p.client(), words, func() Secret { return Secret{} })
}

func (p *loginPart) made(ctx context.Context) (back []step, left []string, err error) {
	clients, err := markedBy(ctx, p.dir, p.name())
	for _, have := range clients {
		more, kept := dropClient(p.dir, have, have.compared(p.client()))
		back, left = append(back, more...), append(left, kept...)
	}
	return back, left, err
}

func (p *loginPart) outline(drawing *Outline) { drawing.Clients = append(drawing.Clients, p.client()) }
