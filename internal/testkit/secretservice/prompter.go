package secretservice

import (
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// A prompter asks for passwords in the place of the desktop's own (gcr-prompter), and nobody answers it: BeginPrompting is
// where the real one would show its window.
type prompter struct{ asked chan struct{} }

// BeginPrompting implements org.gnome.keyring.internal.Prompter.
func (p prompter) BeginPrompting(dbus.ObjectPath) *dbus.Error {
	select {
	case p.asked <- struct{}{}:
	default:
	}
	return nil
}

// AskNobody puts a prompter on the bus that shows a question to nobody, and lasts until stop. asked gets a value when there
// is a question.
func (b *Bus) AskNobody() (asked <-chan struct{}, stop func() error, err error) {
	const name, path, kind = "org.gnome.keyring.SystemPrompter", "/org/gnome/keyring/Prompter", "org.gnome.keyring.internal.Prompter"
	conn, err := dbus.Connect(b.Address)
	if err != nil {
		return nil, nil, err
	}
	p := prompter{make(chan struct{}, 1)}
	err = conn.Export(p, path, kind)
	if err == nil {
		var reply dbus.RequestNameReply
		reply, err = conn.RequestName(name, dbus.NameFlagDoNotQueue)
		if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
			err = fmt.Errorf("%s has an owner", name)
		}
	}
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return p.asked, conn.Close, nil
}
