package hot

import "os"

// The surroundings are what the environment says. A variable that is not looked at here
// has no part in the answer.
type surroundings struct {
	profile, server, realm, store, cache string
	// insecure allows http to any machine.
	insecure bool
	// client tells that it is a client that signs in: then what is written without an
	// owner is nobody's.
	client bool
}

// environment reads the variables. ok is false if there is one that package config has to
// look at more closely, since it may refuse it.
func environment() (e surroundings, ok bool) {
	e = surroundings{
		profile: os.Getenv("APITOK_PROFILE"), server: os.Getenv("APITOK_SERVER"), realm: os.Getenv("APITOK_REALM"),
		store: os.Getenv("APITOK_STORE"), cache: os.Getenv("APITOK_CACHE"), client: os.Getenv("APITOK_LOGIN_CLIENT_ID") != "",
	}
	switch os.Getenv("APITOK_INSECURE_HTTP") {
	case "", "0", "f", "F", "false", "False", "FALSE":
	case "1", "t", "T", "true", "True", "TRUE":
		e.insecure = true
	default:
		return e, false
	}
	closer := e.client && os.Getenv("APITOK_LOGIN_CLIENT_SECRET_FILE") != "" ||
		os.Getenv("APITOK_CLIENT_ID") != "" && os.Getenv("APITOK_CLIENT_SECRET_FILE") != ""
	return e, !closer
}

// kind tells whether package keystore knows such a place for secrets. Whoever has
// another in the profile is to hear so, also when there is a token.
func kind(store string) bool {
	switch store {
	case "", "auto", "keyring", "kernel", "file", "file-plaintext", "env", "none":
		return true
	}
	return false
}
