package secretservice

import (
	"os"
	"syscall"
	"time"
)

// A bus is a connection to the session bus.
type bus struct {
	fd    int
	until time.Time
	// calls counts those that were made.
	calls int
	// in holds what was received and not yet looked at.
	in []byte
}

// dial connects to the session bus at address, a "unix:" address as
// DBUS_SESSION_BUS_ADDRESS has it. It waits for nothing.
func dial(address string, patience time.Duration) (*bus, error) {
	path, ok := socket(address)
	if !ok {
		return nil, ErrNoAnswer
	}
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, ErrNoAnswer
	}
	b := &bus{fd: fd, until: time.Now().Add(patience)}
	if b.wait(syscall.SO_SNDTIMEO) != nil || syscall.Connect(fd, &syscall.SockaddrUnix{Name: path}) != nil {
		b.close()
		return nil, ErrNoAnswer
	}
	return b, nil
}

func (b *bus) close() { syscall.Close(b.fd) } //nolint:errcheck // there is nothing to lose

// wait limits the next operation to the time that is left.
func (b *bus) wait(option int) error {
	left := time.Until(b.until)
	if left <= 0 {
		return ErrNoAnswer
	}
	limit := syscall.NsecToTimeval(left.Nanoseconds())
	limit.Usec = max(limit.Usec, 1) // zero would mean for ever
	return syscall.SetsockoptTimeval(b.fd, syscall.SOL_SOCKET, option, &limit)
}

func (b *bus) send(out []byte) error {
	for len(out) > 0 {
		n, err := syscall.SendmsgN(b.fd, out, nil, nil, syscall.MSG_NOSIGNAL)
		if err == syscall.EINTR && time.Now().Before(b.until) {
			continue
		}
		if err != nil {
			return ErrNoAnswer
		}
		out = out[n:]
	}
	return nil
}

// receive reads on until at least one byte more is there.
func (b *bus) receive() error {
	var buffer [8 << 10]byte
	for {
		if err := b.wait(syscall.SO_RCVTIMEO); err != nil {
			return err
		}
		n, err := syscall.Read(b.fd, buffer[:])
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return ErrNoAnswer
		}
		b.in = append(b.in, buffer[:n]...)
		return nil
	}
}

// line reads a line of the authentication protocol.
func (b *bus) line() (string, error) {
	for n := 0; ; {
		for ; n+1 < len(b.in); n++ {
			if b.in[n] == '\r' && b.in[n+1] == '\n' {
				line := string(b.in[:n])
				b.in = b.in[n+2:]
				return line, nil
			}
		}
		if len(b.in) > maxLine {
			return "", ErrNoAnswer
		}
		if err := b.receive(); err != nil {
			return "", err
		}
	}
}

// maxLine is far longer than any answer to AUTH.
const maxLine = 4 << 10

// message reads the next message.
func (b *bus) message() (message, error) {
	for {
		total := size(b.in)
		if total < 0 {
			return message{}, ErrNoAnswer
		}
		if total > 0 && len(b.in) >= total {
			m, ok := parse(b.in[:total])
			if b.in = b.in[total:]; !ok {
				return message{}, ErrNoAnswer
			}
			return m, nil
		}
		if err := b.receive(); err != nil {
			return message{}, err
		}
	}
}

// ask makes a call and returns its answer, past whatever else the bus has to say.
func (b *bus) ask(c call) (message, error) {
	b.calls++
	c.serial = b.calls
	if err := b.send(c.message()); err != nil {
		return message{}, err
	}
	for {
		m, err := b.message()
		if err != nil || m.answers == c.serial && (m.kind == typeReply || m.kind == typeError) {
			return m, err
		}
	}
}

// Address returns the address of the session bus of this process, "" when there is
// none: what the environment says, or the socket where systemd puts it. Never is
// one started.
func Address() string {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return address
	}
	path := "/run/user/" + decimal(os.Getuid()) + "/bus"
	var found syscall.Stat_t
	if syscall.Stat(path, &found) != nil {
		return ""
	}
	return "unix:path=" + path
}

// socket returns the path that an address names, for the kernel an "@" in front of
// one that is in no file system. Escaped and other kinds of addresses are rare and
// not understood here.
func socket(address string) (path string, ok bool) {
	const plain, abstract = "unix:path=", "unix:abstract="
	switch {
	case hasPrefix(address, plain):
		path = address[len(plain):]
	case hasPrefix(address, abstract):
		path = "@" + address[len(abstract):]
	default:
		return "", false
	}
	for n := range len(path) {
		switch path[n] {
		case ',', ';':
			return path[:n], true
		case '%':
			return "", false
		}
	}
	return path, true
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }
