// Package hot answers apitok token from the cache before the packages of all other
// verbs are initialised, which is most of what that command costs otherwise: see
// docs/decisions/0012-the-hot-path.md.
//
// Go initialises packages in the order of their imports, and among those that are
// ready in the order of their paths (The Go Programming Language Specification,
// "Program initialization"). So what this package imports decides how early its
// init runs: package os, and packages of ours that import no more than that.
//
// It answers the plain case only: a token that is in the cache and fresh, asked for
// with the usual flags. In any doubt it does nothing at all, and the program goes
// on to package cli, which answers everything and explains every failure. So there
// is nothing that can be done here only. What has no part in the answer, such as a file
// of certificate authorities, is not looked at.
package hot
