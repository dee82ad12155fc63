// Package testkit gives tests the real thing: a Keycloak with a realm of their own, a Secret Service that is unlocked,
// locked or missing, and a proxy that breaks what a test wants broken. There are no mocks in it.
//
// The Keycloak is the one that testbed started; without it, tests that need it are skipped, and fail where CI is set.
package testkit
