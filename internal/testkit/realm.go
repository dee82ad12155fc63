package testkit

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Realm is one test's own copy of the demo realm.
type Realm struct {
	Name string
	URL  string // of the server

	server *Server
}

// Realm imports a copy under a name nobody else has, and deletes it when the test ends.
func (s *Server) Realm(t testing.TB) *Realm {
	t.Helper()
	return s.RealmNamed(t, "t-"+strings.ToLower(rand.Text()[:12]))
}

// RealmWith is Realm with more in it: edit changes the representation that is imported.
func (s *Server) RealmWith(t testing.TB, edit func(realm map[string]any)) *Realm {
	t.Helper()
	return s.realm(t, "t-"+strings.ToLower(rand.Text()[:12]), edit)
}

// RealmNamed imports a copy under the given name, and deletes it when the test ends.
func (s *Server) RealmNamed(t testing.TB, name string) *Realm {
	t.Helper()
	return s.realm(t, name, func(map[string]any) {})
}

func (s *Server) realm(t testing.TB, name string, edit func(map[string]any)) *Realm {
	t.Helper()
	if err := s.ImportWith(t.Context(), name, edit); err != nil {
		t.Fatal(err)
	}
	r := &Realm{Name: name, URL: s.URL, server: s}
	t.Cleanup(func() { r.remove(t) })
	return r
}

// Import makes a copy of the demo realm under the given name, which must be free.
func (s *Server) Import(ctx context.Context, name string) error {
	return s.ImportWith(ctx, name, func(map[string]any) {})
}

// ImportWith is Import with more in it: edit changes the representation that is imported.
func (s *Server) ImportWith(ctx context.Context, name string, edit func(realm map[string]any)) error {
	copied, err := copyOfDemo(name)
	if err != nil {
		return err
	}
	edit(copied)
	token, err := s.adminToken(ctx, false)
	if err != nil {
		return err
	}
	status, _, body, err := send(ctx, http.MethodPost, s.URL+"/admin/realms", token, copied)
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("%d %s", status, body)
	}
	if err != nil {
		return fmt.Errorf("importing the realm %q: %w", name, err)
	}
	return nil
}

// remove has a context of its own: the test's is over.
func (r *Realm) remove(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	status, _, _, err := r.server.ask(ctx, http.MethodDelete, "/"+url.PathEscape(r.Name), nil)
	// A test may have deleted its realm itself.
	if err != nil || status != http.StatusNoContent && status != http.StatusNotFound {
		t.Errorf("deleting the realm %q: %d %v", r.Name, status, err)
	}
}

// Issuer is what the realm's tokens name as their issuer when asked for at the server's own URL.
func (r *Realm) Issuer() string { return r.URL + "/realms/" + url.PathEscape(r.Name) }

// Do sends in as JSON to the admin REST path below the realm, decodes what a success answers into out, and returns the
// status. Both in and out may be nil.
func (r *Realm) Do(t testing.TB, method, path string, in, out any) int {
	t.Helper()
	status, _, body := r.do(t, method, path, in)
	if out != nil && status < 300 {
		decode(t, method+" "+path, body, out)
	}
	return status
}

// Must is Do where anything from 400 up fails the test.
func (r *Realm) Must(t testing.TB, method, path string, in, out any) {
	t.Helper()
	status, _, body := r.do(t, method, path, in)
	if status >= 400 {
		t.Fatalf("%s %s: %d %s", method, path, status, body)
	}
	if out != nil {
		decode(t, method+" "+path, body, out)
	}
}

// create is Must for a POST; it returns the id that the answer's Location ends in.
func (r *Realm) create(t testing.TB, path string, in any) (id string) {
	t.Helper()
	status, location, body := r.do(t, http.MethodPost, path, in)
	if status != http.StatusCreated {
		t.Fatalf("POST %s: %d %s", path, status, body)
	}
	return location[strings.LastIndexByte(location, '/')+1:]
}

func (r *Realm) do(t testing.TB, method, path string, in any) (status int, location string, body []byte) {
	t.Helper()
	return r.server.do(t, method, "/"+url.PathEscape(r.Name)+path, in)
}

func decode(t testing.TB, what string, body []byte, out any) {
	t.Helper()
	if err := json.Unmarshal(body, out); err != nil {
		t.Fatalf("%s: %v in %q", what, err, body)
	}
}
