package secretservice

import (
	"errors"
	"os"
	"time"
)

const (
	service    = "org.freedesktop.secrets"
	root       = "/org/freedesktop/secrets"
	collection = "org.freedesktop.Secret.Collection"
)

// Get returns the secret of the item that has these two attributes, in the
// collection that go-keyring uses: "login", or the default one where there is no
// such. address is that of the session bus. ErrNotFound when there is no such item,
// ErrNoAnswer for all else and when patience is over.
//
// It asks one thing at a time, and closes its session: gnome-keyring-daemon (42.1)
// now and then ends itself over a client that does not.
func Get(address, serviceName, username string, patience time.Duration) (string, error) {
	b, err := dial(address, patience)
	if err != nil {
		return "", err
	}
	defer b.close()
	if err := b.greet(); err != nil {
		return "", err
	}
	item, err := b.find(root+"/collection/login", serviceName, username)
	if errors.Is(err, errNoCollection) {
		item, err = b.find(root+"/aliases/default", serviceName, username)
	}
	if errors.Is(err, errNoCollection) {
		err = ErrNoAnswer
	}
	if err != nil {
		return "", err
	}
	session, err := b.open()
	if err != nil {
		return "", err
	}
	return b.secret(item, session)
}

// greet authenticates by user id and enters the bus.
func (b *bus) greet() error {
	if err := b.send([]byte("\x00AUTH EXTERNAL " + hexadecimal(decimal(os.Getuid())) + "\r\nBEGIN\r\n")); err != nil {
		return err
	}
	line, err := b.line()
	if err != nil || !hasPrefix(line, "OK ") {
		return ErrNoAnswer
	}
	m, err := b.ask(call{destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", iface: "org.freedesktop.DBus", member: "Hello"})
	if err != nil || m.kind != typeReply {
		return ErrNoAnswer
	}
	return nil
}

// errNoCollection is the answer of a collection that does not exist.
var errNoCollection = errors.New("no such collection")

// find returns where the item is. A locked collection finds nothing, so what it says
// of that is not believed.
func (b *bus) find(path, serviceName, username string) (item string, err error) {
	var attributes writer
	attributes.uint32(0)
	attributes.align(8)
	start := len(attributes.b)
	for _, attribute := range [][2]string{{"service", serviceName}, {"username", username}} {
		attributes.align(8)
		attributes.string(attribute[0])
		attributes.string(attribute[1])
	}
	attributes.setUint32(0, len(attributes.b)-start)
	m, err := b.ask(call{destination: service, path: path, iface: collection, member: "SearchItems", signature: "a{ss}", body: attributes.b})
	if err != nil {
		return "", err
	}
	if m.kind != typeReply {
		return "", errNoCollection
	}
	item, err = m.firstPath()
	if errors.Is(err, ErrNotFound) && !b.unlocked(path) {
		return "", ErrNoAnswer
	}
	return item, err
}

func (b *bus) unlocked(path string) bool {
	var property writer
	property.string(collection)
	property.string("Locked")
	m, err := b.ask(call{destination: service, path: path, iface: "org.freedesktop.DBus.Properties", member: "Get", signature: "ss", body: property.b})
	return err == nil && m.kind == typeReply && m.body.variant() == 0 && !m.body.failed
}

// open opens a session that sends secrets as they are: the bus is the user's own.
func (b *bus) open() (session string, err error) {
	var body writer
	body.string("plain")
	body.signature("s")
	body.string("")
	m, err := b.ask(call{destination: service, path: root, iface: "org.freedesktop.Secret.Service", member: "OpenSession", signature: "sv", body: body.b})
	if err != nil || m.kind != typeReply {
		return "", ErrNoAnswer
	}
	m.body.variant()
	if session = m.body.string(); m.body.failed {
		return "", ErrNoAnswer
	}
	return session, nil
}

// secret asks for the secret and closes the session.
func (b *bus) secret(item, session string) (string, error) {
	var body writer
	body.string(session)
	m, err := b.ask(call{destination: service, path: item, iface: "org.freedesktop.Secret.Item", member: "GetSecret", signature: "o", body: body.b})
	if err != nil {
		return "", err
	}
	if _, err := b.ask(call{destination: service, path: session, iface: "org.freedesktop.Secret.Session", member: "Close"}); err != nil {
		return "", err
	}
	return m.secret()
}

// firstPath reads an ARRAY of OBJECT_PATH.
func (m message) firstPath() (string, error) {
	if m.body.uint32() == 0 && !m.body.failed {
		return "", ErrNotFound
	}
	path := m.body.string()
	if m.body.failed {
		return "", ErrNoAnswer
	}
	return path, nil
}

// secret reads the struct (oayays): session, parameters, value, content type.
func (m message) secret() (string, error) {
	if m.kind != typeReply {
		return "", ErrNoAnswer
	}
	m.body.align(8)
	m.body.string()
	m.body.bytes()
	value := m.body.bytes()
	if m.body.failed {
		return "", ErrNoAnswer
	}
	return string(value), nil
}

func decimal(n int) string {
	if n < 10 {
		return "0123456789"[n : n+1]
	}
	return decimal(n/10) + decimal(n%10)
}

func hexadecimal(s string) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, digits[s[i]>>4], digits[s[i]&15])
	}
	return string(out)
}
