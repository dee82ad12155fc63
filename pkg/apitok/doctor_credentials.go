package apitok

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// namedAtMost is how many things a finding names; the rest it counts.
const namedAtMost = 10

// A tally counts things and names the first of them.
type tally struct {
	count int
	names []string
}

func (t *tally) add(name string) {
	t.count++
	if len(t.names) < namedAtMost {
		t.names = append(t.names, name)
	}
}

// String names them.
func (t *tally) String() string {
	text := strings.Join(t.names, ", ")
	if more := t.count - len(t.names); more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

// A census is what is found among the clients whose id begins as a credential's.
type census struct {
	states                                 map[State]int
	foreign, unfinished, expired, leftOver tally
	// unheld are those that no means of the server ends at their time.
	unheld tally
	// delegated is how many are.
	delegated int
}

// credentials goes through the realm's credentials, and what the store holds of
// those that are gone.
func (e *examination) credentials(ctx context.Context) []Finding {
	if !e.access["view-clients"] {
		// Keycloak then answers with an empty list, by which all were gone.
		return []Finding{{Check: "credentials", Status: Unknown, Detail: "the account cannot see the realm's clients"}}
	}
	c := census{states: map[State]int{}}
	e.allowed = map[string]*tally{}
	stored, err := Stored(ctx, e.Store, e.Realm)
	if err != nil {
		stored = nil // the check of the store has said so
	}
	gone := map[Ref]bool{}
	for _, ref := range stored {
		gone[ref] = true
	}
	for client, err := range e.Directory.Clients(ctx, clientPrefix) {
		if err != nil {
			return []Finding{failure("credentials", Unknown, err)}
		}
		if !strings.HasPrefix(client.ClientID, clientPrefix) {
			continue
		}
		if err := e.count(ctx, &c, client); err != nil {
			return []Finding{failure("credentials", Unknown, err)}
		}
		if ref, ok := RefOfClient(client.ClientID); ok {
			delete(gone, ref)
		}
	}
	for _, ref := range slices.SortedFunc(maps.Keys(gone), func(a, b Ref) int { return strings.Compare(a.String(), b.String()) }) {
		c.leftOver.add(ref.String())
	}
	return append(c.findings(), e.delegation(ctx, c.delegated)...)
}

func (e *examination) count(ctx context.Context, c *census, client Client) error {
	credential, ok, err := e.read(ctx, client)
	if err != nil {
		return err
	}
	if !ok {
		c.foreign.add(quote(client.ClientID))
		return nil
	}
	if credential.Delegated {
		c.delegated++
	}
	c.states[credential.State]++
	switch credential.State {
	case Active:
		for _, name := range client.Allowed {
			if e.allowed[name] == nil {
				e.allowed[name] = &tally{}
			}
			e.allowed[name].add(credential.Ref().String())
		}
		if credential.ExpiryHeldBy() == HeldBySync {
			c.unheld.add(credential.Ref().String())
		}
	case Unfinished:
		c.unfinished.add(credential.Ref().String())
	case Expired:
		c.expired.add(credential.Ref().String())
	}
	return nil
}

func (c *census) findings() []Finding {
	var states []string
	for _, state := range []State{Active, Disabled, Expired, Unfinished} {
		if n := c.states[state]; n > 0 {
			states = append(states, strconv.Itoa(n)+" "+string(state))
		}
	}
	findings := []Finding{{Check: "credentials", Status: Fine, Detail: orNone(states)}}
	for _, odd := range []struct {
		tally        *tally
		detail, hint string
	}{
		{&c.unfinished, "never made to the end: ", "run the same apitok create again, or apitok revoke"},
		{&c.expired, "expired, but not disabled: ", "apitok sync disables them, apitok prune deletes them"},
		{&c.unheld, "nothing in the server ends them at their time: ", "apitok sync does, run from cron; it limits their secrets where the server lets it"},
		{&c.foreign, "clients with the id of a credential, but without a record that this apitok can read: ", "see who made them; apitok leaves them alone"},
		{&c.leftOver, "this machine holds the secrets of credentials that are gone: ", "apitok forget them"},
	} {
		if odd.tally.count > 0 {
			findings = append(findings, Finding{Check: "credentials", Status: Warning, Detail: odd.detail + odd.tally.String(), Hint: odd.hint})
		}
	}
	return findings
}
