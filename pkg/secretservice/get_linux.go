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

// The serials of the calls.
const (
	hello = iota + 1
	searchLogin
	lockedLogin
	searchDefault
	lockedDefault
	openSession
	getSecret
	closeSession
)

// Get returns the secret of the item that has these two attributes, in the
// collection that go-keyring uses: "login", or the default one where there is no
// such. address is that of the session bus. ErrNotFound when there is no such item,
// ErrNoAnswer for all else and when patience is over.
//
// The session is opened alone and closed at the end: gnome-keyring-daemon (42.1)
// now and then ends itself over a client that sends another call with the one that
// opens a session, or that hangs up on an open one.
func Get(address, serviceName, username string, patience time.Duration) (string, error) {
	b, err := dial(address, patience)
	if err != nil {
		return "", err
	}
	defer b.close()
	if err := b.send(opening(serviceName, username)); err != nil {
		return "", err
	}
	item, err := b.item()
	if err != nil {
		return "", err
	}
	session, err := b.session()
	if err != nil {
		return "", err
	}
	return b.secret(item, session)
}

// opening is the part of the talk that needs no answer to go on: the authentication
// by user id, and the calls that find the item.
func opening(serviceName, username string) []byte {
	out := []byte("\x00AUTH EXTERNAL " + hexadecimal(decimal(os.Getuid())) + "\r\nBEGIN\r\n")
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
	var property writer
	property.string(collection)
	property.string("Locked")

	out = call{serial: hello, destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", iface: "org.freedesktop.DBus", member: "Hello"}.appendTo(out)
	search := call{destination: service, iface: collection, member: "SearchItems", signature: "a{ss}", body: attributes.b}
	locked := call{destination: service, iface: "org.freedesktop.DBus.Properties", member: "Get", signature: "ss", body: property.b}
	search.serial, locked.serial = searchLogin, lockedLogin
	search.path, locked.path = root+"/collection/login", root+"/collection/login"
	out = locked.appendTo(search.appendTo(out))
	search.serial, locked.serial = searchDefault, lockedDefault
	search.path, locked.path = root+"/aliases/default", root+"/aliases/default"
	return locked.appendTo(search.appendTo(out))
}

// item reads the answers to opening: where the item is.
func (b *bus) item() (path string, err error) {
	line, err := b.line()
	if err != nil || !hasPrefix(line, "OK ") {
		return "", ErrNoAnswer
	}
	if m, err := b.answer(hello); err != nil || m.kind != typeReply {
		return "", ErrNoAnswer
	}
	path, err = b.found(searchLogin, lockedLogin)
	preset, other := b.found(searchDefault, lockedDefault)
	if errors.Is(err, errNoCollection) {
		path, err = preset, other
	}
	if errors.Is(err, errNoCollection) {
		err = ErrNoAnswer
	}
	return path, err
}

// errNoCollection is the answer of a collection that does not exist.
var errNoCollection = errors.New("no such collection")

// found reads the answers of one collection. A locked one finds nothing.
func (b *bus) found(search, locked int) (path string, err error) {
	m, err := b.answer(search)
	if err != nil {
		return "", err
	}
	state, err := b.answer(locked)
	if err != nil {
		return "", err
	}
	if m.kind != typeReply || state.kind != typeReply {
		return "", errNoCollection
	}
	if state.body.variant() != 0 || state.body.failed {
		return "", ErrNoAnswer
	}
	return m.firstPath()
}

// session opens a session that sends secrets as they are: the bus is the user's own.
func (b *bus) session() (path string, err error) {
	var body writer
	body.string("plain")
	body.signature("s")
	body.string("")
	question := call{serial: openSession, destination: service, path: root, iface: "org.freedesktop.Secret.Service", member: "OpenSession", signature: "sv", body: body.b}
	if err := b.send(question.appendTo(nil)); err != nil {
		return "", err
	}
	m, err := b.answer(openSession)
	if err != nil || m.kind != typeReply {
		return "", ErrNoAnswer
	}
	m.body.variant()
	if path = m.body.string(); m.body.failed {
		return "", ErrNoAnswer
	}
	return path, nil
}

// secret asks for the secret and closes the session.
func (b *bus) secret(item, session string) (string, error) {
	var body writer
	body.string(session)
	out := call{serial: getSecret, destination: service, path: item, iface: "org.freedesktop.Secret.Item", member: "GetSecret", signature: "o", body: body.b}.appendTo(nil)
	out = call{serial: closeSession, destination: service, path: session, iface: "org.freedesktop.Secret.Session", member: "Close"}.appendTo(out)
	if err := b.send(out); err != nil {
		return "", err
	}
	m, err := b.answer(getSecret)
	if err != nil {
		return "", err
	}
	if _, err := b.answer(closeSession); err != nil {
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
