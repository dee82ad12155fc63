package handover

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Host is one to which tokens may be handed, by its name and, unless it is the
// usual one, its port. The zero Host stands for any.
type Host string

// ParseHost reads HOST, HOST:PORT or an address with either in it. Usage when there is
// no host in it.
func ParseHost(text string) (Host, error) {
	_, host, ok := splitAddress(text)
	if !ok {
		return "", &apitok.Error{Kind: apitok.Usage, Message: "a host is written such as git.example.com or git.example.com:8443"}
	}
	return Host(host), nil
}

// admits tells whether a token may go to an address, which may lack the scheme: to
// this host, and not in the clear unless it stays on this machine.
func (h Host) admits(address string) bool {
	scheme, host, ok := splitAddress(address)
	if !ok || h != "" && Host(host) != h {
		return false
	}
	return scheme == "https" || scheme == "http" && loopback(Host(host).name())
}

// name is the host without a port.
func (h Host) name() string {
	if name, _, err := net.SplitHostPort(string(h)); err == nil {
		return name
	}
	return strings.Trim(string(h), "[]")
}

// splitAddress takes an address apart; without a scheme it is https.
func splitAddress(text string) (scheme, host string, ok bool) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, " \t\r\n") {
		return "", "", false
	}
	usual := map[string]string{"https": "443", "http": "80"}[u.Scheme]
	host = strings.ToLower(u.Host)
	if cmp.Or(u.Port(), usual) == usual {
		host = strings.TrimSuffix(strings.TrimSuffix(host, ":"+usual), ":")
	}
	return u.Scheme, host, true
}

func loopback(name string) bool {
	address, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && address.IsLoopback()
}
