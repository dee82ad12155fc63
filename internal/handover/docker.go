package handover

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// DockerNotFound is what a credential helper of docker writes to stdout when it has
// nothing for a server; docker then goes on without. The words are docker's own.
const DockerNotFound = "credentials not found in native keychain"

// A dockerCredential is what docker's credential helpers are told and tell
// (github.com/docker/docker-credential-helpers).
type dockerCredential struct {
	ServerURL string
	Username  string
	Secret    string
}

// ReadDockerServer reads the address of the server that docker asks about, and tells
// whether a token may go there: not to http beyond this machine, and to no other than
// host if that is not empty.
func ReadDockerServer(in io.Reader, host Host) (address string, admitted bool, err error) {
	text, err := io.ReadAll(in)
	address = strings.TrimSpace(string(text))
	return address, host.admits(address), err
}

// Docker returns the answer about a server.
func Docker(t apitok.Token, address string) (string, error) {
	token, err := bearer(t)
	if err != nil {
		return "", err
	}
	return asJSON(dockerCredential{ServerURL: address, Username: Username, Secret: token})
}

// DockerList returns the servers that are known, which is host unless it is empty,
// with their usernames.
func DockerList(host Host) (string, error) {
	known := map[string]string{}
	if host != "" {
		known[string(host)] = Username
	}
	return asJSON(known)
}

// CheckDockerStore reads what docker wants to have kept. A token that docker was given
// here needs no keeping; anything else is refused, with Usage, rather than lost without
// a word.
func CheckDockerStore(in io.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	var c dockerCredential
	if json.Unmarshal(text, &c) != nil {
		return &apitok.Error{Kind: apitok.Usage, Message: "docker's credential is no JSON"}
	}
	if c.Username != Username {
		return &apitok.Error{Kind: apitok.Usage, Message: "apitok gives docker tokens and keeps no passwords",
			Hint: "take the server out of credHelpers in docker's config.json to sign in to it otherwise"}
	}
	return nil
}
