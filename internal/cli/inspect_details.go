package cli

import (
	"strings"
	"time"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

// inspectedDetails writes what a token says for people, those first who want to know
// whether it holds.
func (a *app) inspectedDetails(t apitok.Inspected) error {
	now := a.system.Now()
	credential := ""
	if ref, ok := t.Credential(); ok {
		credential = ref.String()
	}
	rows := [][2]string{
		{"token", kindOf(t)},
		{"holds", yesNo(t.Holds())},
		{"signature", signatureOf(t)},
		{"expires", moment(t.ExpiresAt, now, t.Form == apitok.SignedForm)},
		{"issued", moment(t.IssuedAt, now, false)},
		{"not before", moment(t.NotBefore, now, false)},
		{"signed in", moment(t.SignedInAt, now, false)},
		{"issuer", t.Issuer},
		{"audience", strings.Join(t.Audience, " ")},
		{"subject", strings.TrimSpace(t.Subject + " " + t.Username)},
		{"owner", strings.TrimSpace(t.Owner.ID + " " + t.Owner.Username)},
		{"credential", credential},
		{"given to client", t.ClientID},
		{"made by", t.Grant},
		{"rests on", t.Kept},
		{"session", t.SessionID},
		{"scope", strings.Join(t.Scope, " ")},
	}
	rows = append(rows, roleRows(t.Roles)...)
	rows = append(rows, [2]string{"token id", t.ID}, [2]string{"introspection", introspectionOf(t.Introspection)}, [2]string{"userinfo", string(t.UserInfo)})
	return a.fields(rows)
}

// kindOf says in words what a token is.
func kindOf(t apitok.Inspected) string {
	switch t.Form {
	case apitok.EncryptedForm:
		return "encrypted token (" + t.Algorithm + ")"
	case apitok.SAMLForm:
		return "SAML 2.0 assertion"
	case apitok.OpaqueForm:
		return "opaque token"
	}
	names := map[string]string{"Bearer": "access token", "DPoP": "access token, bound to a key (DPoP)", "ID": "ID token", "Refresh": "refresh token",
		"Offline": "refresh token of an offline session", "Logout": "logout token", "": "JSON Web Token that does not say what it is"}
	kind, known := names[t.Type]
	switch {
	case !known:
		kind = "JSON Web Token, " + t.Type
	case t.Lightweight:
		kind = "lightweight " + kind
	}
	return kind
}

func signatureOf(t apitok.Inspected) string {
	if t.Signature == apitok.SignatureValid {
		return "valid: " + t.Algorithm + " " + t.KeyID
	}
	return string(t.Signature) + ": " + t.SignatureDetail
}

// moment says when something is and how far from now; of what never comes only where
// that says something.
func moment(at, now time.Time, tellNever bool) string {
	switch {
	case at.IsZero() && tellNever:
		return "never"
	case at.IsZero():
		return ""
	case at.After(now):
		return output.Time(at, "") + ", in " + apitok.About(at.Sub(now))
	}
	return output.Time(at, "") + ", " + apitok.About(now.Sub(at)) + " ago"
}

// roleRows are the roles, in their order, a row for the realm's and for each client's.
func roleRows(roles []apitok.RoleName) (rows [][2]string) {
	for i, role := range roles {
		title := "realm roles"
		if role.Client != "" {
			title = "roles of " + role.Client
		}
		if i == 0 || roles[i-1].Client != role.Client {
			rows = append(rows, [2]string{title, role.Name})
			continue
		}
		rows[len(rows)-1][1] += " " + role.Name
	}
	return rows
}

func introspectionOf(said *apitok.Introspected) string {
	switch {
	case said == nil:
		return ""
	case said.Active:
		return "active, to " + said.ClientID
	}
	return "inactive, to " + said.ClientID
}
