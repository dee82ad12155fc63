package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/handover"
	"github.com/apitok/apitok/pkg/apitok"
)

// tokenHelper is a credential helper of git or docker, which say what to do.
func (a *app) tokenHelper(cmd *cobra.Command, args []string, do string, o tokenOptions) error {
	var host handover.Host
	if o.host != "" {
		var err error
		if host, err = handover.ParseHost(o.host); err != nil {
			return err
		}
	}
	if o.format.value == "git" {
		return a.gitHelper(cmd, args, do, host, o)
	}
	answer, err := a.dockerHelper(cmd, args, do, host, o)
	if err != nil {
		// Docker shows people what is on stdout.
		answer = oneLine(apitok.AsError(err).Error())
		if apitok.NotFound.Is(err) {
			answer = handover.DockerNotFound
		}
	}
	if answer != "" {
		_, failed := fmt.Fprintln(a.system.Stdout, answer)
		err = errors.Join(err, failed)
	}
	return err
}

// gitHelper answers get with a token, and drops the cached one on erase, by which git
// says that the server refused it. There is nothing to store, and git wants what a
// helper does not know to be passed over.
func (a *app) gitHelper(cmd *cobra.Command, args []string, do string, host handover.Host, o tokenOptions) error {
	if do != "get" && do != "erase" {
		return nil
	}
	asked, err := handover.ReadGit(a.system.Stdin)
	if err != nil {
		return err
	}
	if !asked.Admitted(host) {
		if !asked.Admitted("") {
			a.note("no token for " + asked.Address + ", where it would travel in the clear")
		}
		return nil
	}
	if do == "erase" {
		return a.refused(cmd, args, o.req, asked.Refused)
	}
	token, err := a.oneToken(cmd, args, o.req)
	if err != nil {
		return err
	}
	answer, err := asked.Answer(token)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.system.Stdout, answer)
	return err
}

// dockerHelper returns what docker wants to read. To docker, erase means that somebody
// signs out.
func (a *app) dockerHelper(cmd *cobra.Command, args []string, do string, host handover.Host, o tokenOptions) (string, error) {
	switch do {
	case "list":
		return handover.DockerList(host)
	case "store":
		return "", handover.CheckDockerStore(a.system.Stdin)
	case "get", "erase":
	default:
		return "", usage(cmd, "unknown credential action "+do)
	}
	address, admitted, err := handover.ReadDockerServer(a.system.Stdin, host)
	switch {
	case err != nil:
		return "", err
	case !admitted:
		return "", &apitok.Error{Kind: apitok.NotFound, Message: "no token for " + address}
	case do == "erase":
		return "", a.refused(cmd, args, o.req, apitok.Secret{})
	}
	token, err := a.oneToken(cmd, args, o.req)
	if err != nil {
		return "", err
	}
	return handover.Docker(token, address)
}

// refused drops a token that a server did not take.
func (a *app) refused(cmd *cobra.Command, args []string, req apitok.TokenRequest, token apitok.Secret) error {
	h, req, err := a.tokenRequest(cmd, args, req)
	if err != nil {
		return err
	}
	return h.Refused(cmd.Context(), req, token)
}
