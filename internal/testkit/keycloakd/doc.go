// Package keycloakd gets a Keycloak distribution through Maven, keeps it in the user's cache, and runs it for a while.
package keycloakd
