package keystore

import (
	"context"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Move carries the secrets and sign-ins of all realms from one place to another.
// It copies, reads back, has the choice written down, and only then deletes. A kill
// loses nothing: a journal tells the next move what was under way.
type Move struct {
	// From is the store that the choice names before, To the one that it names
	// afterwards.
	From, To Options
	// InUse tells whether another choice names a place too.
	InUse func(Kind) bool
	// Choose writes down that secrets are in To from now on.
	Choose func(context.Context) error

	from, to *shelf
	copied   map[string]apitok.Secret
}

// Run moves everything and returns what was moved; a dry run only returns it.
// Tokens are not moved: those in a place that nobody names any more are dropped.
// Conflict when another choice uses the target, which holds something else under
// the same name, or when files would have to be sealed anew where they are.
func (m *Move) Run(ctx context.Context, dryRun bool) ([]apitok.Item, error) {
	if err := m.open(); err != nil {
		return nil, err
	}
	unlock, err := m.From.locks().Lock(ctx, "move")
	if err != nil {
		return nil, broken("waiting for another move failed", err)
	}
	defer unlock()
	stopped, err := m.readJournal()
	if err != nil {
		return nil, err
	}
	resumed := stopped != nil && stopped.From == m.from.kind && stopped.To == m.to.kind
	if stopped != nil && !resumed && !dryRun {
		if err := m.settle(ctx, *stopped); err != nil {
			return nil, err
		}
	}
	items, err := m.movable(ctx, resumed)
	if err != nil || dryRun {
		return items, err
	}
	return items, m.carry(ctx, items)
}

func (m *Move) open() (err error) {
	if m.From.Dir == "" {
		return index{of: "secrets"}.homeless()
	}
	if m.from, err = m.From.shelf(m.From.store()); err != nil {
		return err
	}
	m.to, err = m.To.shelf(m.To.store())
	return err
}

// movable opens all that is to be moved, and compares it with what the target
// holds already. What is left there of a move that was stopped may be overwritten.
func (m *Move) movable(ctx context.Context, resumed bool) ([]apitok.Item, error) {
	listed, err := m.from.items(false)
	if err != nil {
		return nil, err
	}
	if m.from.kind == m.to.kind {
		if m.reseals(m.from.kind) && len(listed) > 0 {
			return nil, &apitok.Error{Kind: apitok.Conflict, Message: "the file store holds secrets that are sealed to another identity",
				Hint: "move them to another place with apitok store migrate, and back with the new identity"}
		}
		return nil, nil
	}
	m.copied = map[string]apitok.Secret{}
	items := make([]apitok.Item, 0, len(listed))
	for _, item := range listed {
		secret, err := m.from.get(ctx, item)
		if apitok.NotFound.Is(err) { // it was being written or dropped
			continue
		}
		if err != nil {
			return nil, err
		}
		if !resumed && m.to.kind.keeps() {
			if err := m.collides(ctx, item, secret); err != nil {
				return nil, err
			}
		}
		m.copied[item.Key()] = secret
		items = append(items, item)
	}
	if len(items) > 0 && !m.to.kind.keeps() {
		return nil, &apitok.Error{Kind: apitok.StoreFailed, Message: m.from.kind.label() + " holds secrets, which the store " + string(m.to.kind) + " does not keep",
			Hint: "apitok forget drops one, --leave leaves them where they are"}
	}
	return items, nil
}

func (m *Move) collides(ctx context.Context, item apitok.Item, secret apitok.Secret) error {
	there, err := m.to.get(ctx, item)
	if apitok.NotFound.Is(err) || err == nil && there == secret {
		return nil
	}
	if err != nil {
		return err
	}
	return &apitok.Error{Kind: apitok.Conflict, Message: m.to.kind.label() + " holds something else as " + nameOf(item),
		Hint: "drop the one that is not wanted, with APITOK_STORE=" + string(m.to.kind) + " or without"}
}

// reseals tells whether a kind of place is the file store, for which the new
// choice has another identity.
func (m *Move) reseals(kind Kind) bool { return kind == File && m.From.AgeIdentity != m.To.AgeIdentity }

func (m *Move) carry(ctx context.Context, items []apitok.Item) error {
	if m.to.kind.keeps() {
		if err := m.to.probe(ctx); err != nil {
			return err
		}
	}
	if len(items) > 0 {
		if err := m.writeJournal(); err != nil {
			return err
		}
	}
	for _, item := range items {
		if err := m.to.put(ctx, item, m.copied[item.Key()], time.Time{}); err != nil {
			return err
		}
		m.To.warn(m.to, item)
	}
	if err := m.dropTokens(ctx); err != nil {
		return err
	}
	if err := m.Choose(ctx); err != nil {
		return err
	}
	for _, item := range items {
		if err := m.dropOld(ctx, item); err != nil {
			return err
		}
	}
	return m.dropJournal()
}

// dropTokens comes before the choice: a token that is dropped too early is fetched
// again.
func (m *Move) dropTokens(ctx context.Context) error {
	from, err := m.From.shelf(m.From.cache())
	if err != nil {
		return err
	}
	to, err := m.To.shelf(m.To.cache())
	if err != nil {
		return err
	}
	if from.kind == to.kind && !m.reseals(from.kind) || m.InUse(from.kind) {
		return nil
	}
	tokens, err := from.items(true)
	for _, token := range tokens {
		if err == nil {
			err = from.remove(ctx, token)
		}
	}
	return err
}

// dropOld deletes what was moved, while nobody changes it. What a command that was
// under way changed in the old place in the meantime is moved too.
func (m *Move) dropOld(ctx context.Context, item apitok.Item) error {
	store := &Store{options: m.From}
	return store.Exclusive(ctx, item, func() error {
		old, err := m.from.get(ctx, item)
		if err != nil {
			return unlessGone(err)
		}
		if before := m.copied[item.Key()]; old != before {
			if now, err := m.to.get(ctx, item); err != nil || now != before {
				return unlessGone(err)
			}
			if err := m.to.put(ctx, item, old, time.Time{}); err != nil {
				return err
			}
			m.To.warn(m.to, item)
		}
		return m.from.remove(ctx, item)
	})
}

func unlessGone(err error) error {
	if apitok.NotFound.Is(err) {
		return nil
	}
	return err
}

// settle tidies up after a move that was stopped and is not to be continued: what
// the place in use holds is deleted from the other one of the two, if it is the
// same.
func (m *Move) settle(ctx context.Context, stopped journal) error {
	options := m.From
	options.Store, options.AgeIdentity = stopped.From, stopped.FromAgeFile
	if stopped.From == m.from.kind {
		options.Store, options.AgeIdentity = stopped.To, stopped.ToAgeFile
	}
	if m.InUse(options.Store) {
		return m.dropJournal()
	}
	other, err := options.shelf(options.Store)
	if err != nil {
		return err
	}
	items, err := other.items(false)
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := m.dropCopy(ctx, other, item); err != nil {
			return err
		}
	}
	return m.dropJournal()
}

func (m *Move) dropCopy(ctx context.Context, other *shelf, item apitok.Item) error {
	used, err := m.from.get(ctx, item)
	if err != nil {
		return unlessGone(err)
	}
	left, err := other.get(ctx, item)
	if unlessGone(err) != nil || err == nil && left != used {
		return unlessGone(err)
	}
	return other.remove(ctx, item)
}
