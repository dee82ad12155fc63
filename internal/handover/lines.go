package handover

import "github.com/apitok/apitok/pkg/apitok"

// Netrc returns a line of a netrc file that gives the token to one host.
func Netrc(t apitok.Token, host Host) (string, error) {
	token, err := bearer(t)
	if err != nil {
		return "", err
	}
	return "machine " + host.name() + " login " + Username + " password " + token, nil
}

// Curl returns a line of a curl config, for curl -K.
func Curl(t apitok.Token) (string, error) {
	token, err := bearer(t)
	if err != nil {
		return "", err
	}
	return `header = "Authorization: Bearer ` + token + `"`, nil
}
