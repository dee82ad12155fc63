package secretservice

import (
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
	openSession
	searchLogin
	searchDefault
	getSecret
)

// Get returns the secret of the item that has these two attributes, in the
// collection that go-keyring uses: "login", or the default one where there is no
// such. address is that of the session bus. ErrNotFound when there is no such item,
// ErrNoAnswer for all else and when patience is over.
func Get(address, serviceName, username string, patience time.Duration) (string, error) {
	b, err := dial(address, patience)
	if err != nil {
		return "", err
	}
	defer b.close()
	if err := b.send(opening(serviceName, username)); err != nil {
		return "", err
	}
	item, session, err := b.find()
	if err != nil {
		return "", err
	}
	var body writer
	body.string(session)
	question := call{serial: getSecret, destination: service, path: item, iface: "org.freedesktop.Secret.Item", member: "GetSecret", signature: "o", body: body.b}
	if err := b.send(question.appendTo(nil)); err != nil {
		return "", err
	}
	m, err := b.answer(getSecret)
	if err != nil {
		return "", err
	}
	return m.secret()
}

// opening is the first half of the talk, which needs no answer to go on: the
// authentication by user id, and the calls that find the item.
func opening(serviceName, username string) []byte {
	out := []byte("\x00AUTH EXTERNAL " + hexadecimal(decimal(os.Getuid())) + "\r\nBEGIN\r\n")
	var algorithm, attributes writer
	algorithm.string("plain")
	algorithm.signature("s")
	algorithm.string("")
	attributes.uint32(0)
	attributes.align(8)
	start := len(attributes.b)
	for _, attribute := range [][2]string{{"service", serviceName}, {"username", username}} {
		attributes.align(8)
		attributes.string(attribute[0])
		attributes.string(attribute[1])
	}
	attributes.setUint32(0, len(attributes.b)-start)

	out = call{serial: hello, destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", iface: "org.freedesktop.DBus", member: "Hello"}.appendTo(out)
	out = call{serial: openSession, destination: service, path: root, iface: "org.freedesktop.Secret.Service", member: "OpenSession", signature: "sv", body: algorithm.b}.appendTo(out)
	search := call{destination: service, iface: collection, member: "SearchItems", signature: "a{ss}", body: attributes.b}
	search.serial, search.path = searchLogin, root+"/collection/login"
	out = search.appendTo(out)
	search.serial, search.path = searchDefault, root+"/aliases/default"
	return search.appendTo(out)
}

// find reads the answers to opening.
func (b *bus) find() (item, session string, err error) {
	line, err := b.line()
	if err != nil || !hasPrefix(line, "OK ") {
		return "", "", ErrNoAnswer
	}
	if m, err := b.answer(hello); err != nil || m.kind != typeReply {
		return "", "", ErrNoAnswer
	}
	opened, err := b.answer(openSession)
	if err != nil || opened.kind != typeReply {
		return "", "", ErrNoAnswer
	}
	opened.body.variant()
	session = opened.body.string()
	found, err := b.answer(searchLogin)
	if err == nil && found.kind == typeError {
		found, err = b.answer(searchDefault)
	}
	if err != nil || found.kind != typeReply || opened.body.failed {
		return "", "", ErrNoAnswer
	}
	item, err = found.firstPath()
	return item, session, err
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
