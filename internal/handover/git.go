package handover

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// A GitRequest is what git tells a credential helper about the server that it talks to
// (git-credential(1), INPUT/OUTPUT FORMAT).
type GitRequest struct {
	// Address is the server's, without the path.
	Address string
	// Username is the one that is wanted, empty if any will do.
	Username string
	// Refused is the password or token that the server did not take, in a request to
	// erase it.
	Refused apitok.Secret
	// Bearer tells that the server wants a bearer token and git can send one.
	Bearer bool
}

// ReadGit reads a request.
func ReadGit(in io.Reader) (GitRequest, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return GitRequest{}, err
	}
	said := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			break // an empty line ends it
		}
		switch {
		case !strings.HasSuffix(key, "[]"):
			said[key] = []string{value}
		case value == "":
			delete(said, key)
		default:
			said[key] = append(said[key], value)
		}
	}
	last := func(key string) string { return strings.Join(said[key], "") }
	return GitRequest{
		Address:  last("protocol") + "://" + last("host"),
		Username: last("username"),
		Refused:  apitok.NewSecret(cmp.Or(last("credential"), last("password"))),
		Bearer:   slices.Contains(said["capability[]"], "authtype") && wantsBearer(said["wwwauth[]"]),
	}, nil
}

// wantsBearer tells whether a bearer token fits what the server said in its
// WWW-Authenticate headers. Git asks without any where it was told to send the
// credential unasked.
func wantsBearer(challenges []string) bool {
	return len(challenges) == 0 || slices.ContainsFunc(challenges, func(challenge string) bool {
		scheme, _, _ := strings.Cut(challenge, " ")
		return strings.EqualFold(scheme, "bearer")
	})
}

// Admitted tells whether a token may go there: over https or to this machine, and to
// host if that is not empty.
func (r GitRequest) Admitted(host Host) bool { return host.admits(r.Address) }

// Answer returns the lines that give git the token and its end: as a bearer token
// where both sides know those, otherwise as a password.
func (r GitRequest) Answer(t apitok.Token) (string, error) {
	token, err := bearer(t)
	if err != nil {
		return "", err
	}
	lines := []string{"username=" + cmp.Or(r.Username, Username), "password=" + token}
	if r.Bearer {
		// Git heeds what depends on a capability only after it. An ephemeral one is kept
		// by no other helper.
		lines = []string{"capability[]=authtype", "authtype=Bearer", "credential=" + token, "ephemeral=1"}
	}
	if !t.ExpiresAt.IsZero() {
		lines = append(lines, "password_expiry_utc="+strconv.FormatInt(t.ExpiresAt.Unix(), 10))
	}
	return strings.Join(lines, "\n"), nil
}
