package apitok

import (
	"crypto/x509"
	"os"
	"strings"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	n := need{"create", []string{"manage-clients", "view-realm"}, Wrong}
	tests := []struct {
		has    map[string]bool
		status FindingStatus
		detail string
		hint   string
	}{
		{map[string]bool{"manage-clients": true, "view-realm": true}, Fine, "create: manage-clients, view-realm", ""},
		{map[string]bool{"manage-clients": true, "view-realm": false}, Wrong, "create: the account lacks view-realm", "give it view-realm of realm-management"},
		{map[string]bool{"manage-clients": true}, Unknown, "create: it cannot be seen whether the account has view-realm", ""},
		{map[string]bool{"manage-clients": false}, Wrong, "create: the account lacks manage-clients", "give it manage-clients of realm-management"},
	}
	for _, test := range tests {
		want := Finding{"roles", test.status, test.detail, test.hint}
		if got := n.judge(test.has, "realm-management"); got != want {
			t.Errorf("with %v: %+v, not %+v", test.has, got, want)
		}
	}
	n.without = Info
	if got := n.judge(map[string]bool{"view-realm": false}, "x"); got.Status != Info {
		t.Errorf("lacking what is not needed is %s", got.Status)
	}
}

func TestRolesClient(t *testing.T) {
	tests := []struct{ realm, home, want string }{
		{"demo", "demo", "realm-management"},
		{"demo", "master", "demo-realm"},
		{"master", "master", "master-realm"},
	}
	for _, test := range tests {
		if got := rolesClient(test.realm, test.home); got != test.want {
			t.Errorf("roles over %s for an account of %s are of %s, not %s", test.realm, test.home, got, test.want)
		}
	}
}

// TestNeedsAreDocumented holds docs/permissions.md to the table that doctor goes by.
func TestNeedsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/permissions.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range append(needs(), setupNeeds()...) {
		row := "| `" + strings.ReplaceAll(n.verbs, ", ", "` `") + "` | `" + strings.Join(n.roles, "`, `") + "` |"
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/permissions.md lacks %s", row)
		}
	}
}

func TestCertificate(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for left, want := range map[time.Duration]FindingStatus{30 * day: Fine, 21 * day: Fine, 21*day - time.Second: Warning, -day: Warning} {
		if got := certificate("TLS 1.3", now.Add(left), now); got.Status != want {
			t.Errorf("a certificate that ends in %v is %s, not %s", left, got.Status, want)
		}
	}
}

func TestCertificateEnd(t *testing.T) {
	at := func(days int) *x509.Certificate {
		return &x509.Certificate{NotAfter: time.Date(2026, 1, 1+days, 0, 0, 0, 0, time.UTC)}
	}
	chains := [][]*x509.Certificate{{at(30), at(5), at(900)}, {at(30), at(90)}}
	if got := certificateEnd(chains); !got.Equal(at(30).NotAfter) {
		t.Errorf("the certificates end %v", got)
	}
}

func TestSkew(t *testing.T) {
	here := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	// Asked at 0 s, made at 2.5 s, got at 5 s: clocks that agree differ by nothing.
	if got := skew(here.Add(2*time.Second), here, 5*time.Second); got != 0 {
		t.Errorf("clocks that agree are %v apart", got)
	}
	if got := skew(here.Add(-90*time.Second), here, 0); got != -89500*time.Millisecond {
		t.Errorf("a server 90 s behind is %v ahead", got)
	}
}

func TestClocks(t *testing.T) {
	tests := []struct {
		ahead  time.Duration
		status FindingStatus
		detail string
	}{
		{0, Fine, "agree within 5s"},
		{5 * time.Second, Fine, "agree"},
		{-5 * time.Second, Fine, "agree"},
		{6 * time.Second, Warning, "6s ahead of this machine's"},
		{-6 * time.Second, Warning, "6s behind this machine's"},
		{time.Minute, Warning, "1m0s ahead"},
		{-61 * time.Second, Wrong, "1m1s behind"},
	}
	for _, test := range tests {
		if got := clocks(test.ahead); got.Status != test.status || !strings.Contains(got.Detail, test.detail) {
			t.Errorf("%v ahead: %+v", test.ahead, got)
		}
	}
}

func TestTally(t *testing.T) {
	var few tally
	few.add("a")
	few.add("b")
	if got := few.String(); got != "a, b" {
		t.Errorf("two are shown as %q", got)
	}
	var many tally
	for range namedAtMost + 3 {
		many.add("x")
	}
	if got := many.String(); strings.Count(got, "x") != namedAtMost || !strings.HasSuffix(got, " and 3 more") {
		t.Errorf("13 are shown as %q", got)
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", time.Hour: "1h0m0s", 24 * time.Hour: "1 day", 48 * time.Hour: "2 days", 36 * time.Hour: "36h0m0s"} {
		if got := span(d); got != want {
			t.Errorf("%v is shown as %q", d, got)
		}
	}
}
