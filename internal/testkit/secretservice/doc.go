// Package secretservice starts private D-Bus session buses and gnome-keyring daemons: the real Secret Service, in a
// home of its own, that neither sees nor touches the user's.
//
// A bus here never starts a service by itself: what answers on it is what was put on it.
package secretservice
