//go:build unix

package keycloakd

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
)

// freePort is a loopback port that nothing listens on. It lies below the range from which systems give ports to outgoing
// connections, one of which could otherwise take it while the server is still starting.
func freePort() (int, error) {
	for {
		port := 20000 + rand.IntN(12000)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return 0, err
		}
		return port, l.Close()
	}
}
