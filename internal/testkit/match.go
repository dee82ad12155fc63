package testkit

import (
	"net/http"
	"regexp"
	"sync/atomic"
)

// Always matches every request.
func Always() Match { return func(int, *http.Request) bool { return true } }

// Nth matches the nth request, counted from 1.
func Nth(n int) Match { return func(seen int, _ *http.Request) bool { return seen == n } }

// Route matches a method and a regular expression for the escaped path; an empty method matches every one.
func Route(method, path string) Match {
	pattern := regexp.MustCompile(path)
	return func(_ int, r *http.Request) bool {
		return (method == "" || r.Method == method) && pattern.MatchString(r.URL.EscapedPath())
	}
}

// First matches the first n requests that m matches.
func First(n int, m Match) Match {
	var matched atomic.Int64
	return func(seen int, r *http.Request) bool {
		return m(seen, r) && matched.Add(1) <= int64(n)
	}
}
