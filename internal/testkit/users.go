package testkit

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
)

type named struct {
	ID       string `json:"id,omitempty"`
	Name     string `json:"name"`
	ClientID string `json:"clientId,omitempty"`
	Path     string `json:"path,omitempty"`
}

// User is the id of the user with exactly this name; a service account's is found as well.
func (r *Realm) User(t testing.TB, username string) (id string) {
	t.Helper()
	var found []named
	r.Must(t, http.MethodGet, "/users?exact=true&username="+url.QueryEscape(username), nil, &found)
	if len(found) != 1 {
		t.Fatalf("%d users are called %q", len(found), username)
	}
	return found[0].ID
}

// EffectiveRoles is what the server itself says the user has, by whatever road: "realm:NAME" and "CLIENT:NAME", sorted.
func (r *Realm) EffectiveRoles(t testing.TB, userID string) []string {
	t.Helper()
	return r.roles(t, userID, "/composite")
}

// DirectRoles is what is mapped to the user directly, in the form of EffectiveRoles.
func (r *Realm) DirectRoles(t testing.TB, userID string) []string {
	t.Helper()
	return r.roles(t, userID, "")
}

func (r *Realm) roles(t testing.TB, userID, kind string) []string {
	t.Helper()
	var all []string
	add := func(prefix, path string) {
		var roles []named
		r.Must(t, http.MethodGet, "/users/"+userID+"/role-mappings/"+path+kind, nil, &roles)
		for _, role := range roles {
			all = append(all, prefix+":"+role.Name)
		}
	}
	add("realm", "realm")
	for _, c := range r.clients(t) {
		add(c.ClientID, "clients/"+c.ID)
	}
	slices.Sort(all)
	return all
}

// Groups is the sorted paths of the groups that the user is a direct member of.
func (r *Realm) Groups(t testing.TB, userID string) []string {
	t.Helper()
	var groups []named
	r.Must(t, http.MethodGet, "/users/"+userID+"/groups?max=1000", nil, &groups)
	var paths []string
	for _, g := range groups {
		paths = append(paths, g.Path)
	}
	slices.Sort(paths)
	return paths
}

// clients is every client of the realm, asked for in pages, as a realm may hold thousands.
func (r *Realm) clients(t testing.TB) (all []named) {
	t.Helper()
	const size = 100
	for page := []named(nil); len(all) == 0 || len(page) == size; all = append(all, page...) {
		page = nil
		r.Must(t, http.MethodGet, "/clients?"+pages(len(all), size), nil, &page)
	}
	return all
}
