package apitok

import (
	"context"
	"strings"
)

// A SetupRequest says what a realm is to have beside the client for login and stored
// events.
type SetupRequest struct {
	// Operator is the client id of the account for machines; "" for none.
	Operator string
	// Audiences are those whose client scopes are to be there.
	Audiences []string
	// Rotation has the server itself end the secrets of credentials; zero for none.
	Rotation RotationPolicy
	// Delegation has the server keep the holder of a registration access token from
	// widening the client that the token is for.
	Delegation bool
	// DryRun only works out what there is to do.
	DryRun bool
}

// A SetupResult is what setup did, or with DryRun what it would do.
type SetupResult struct {
	// Changes lists it in order, one line each.
	Changes []string
	// Left lists what setup once made and does not take back, and why.
	Left []string
}

// A part is one of the things that setup makes.
type part interface {
	// missing returns what is to be done for the realm to have it. Conflict when
	// something of that name exists that setup did not make and that is not as it
	// should be.
	missing(ctx context.Context) ([]step, error)
	// made returns what is to be done to take back what setup made of it, and what of
	// that is left because it was changed since or is in use.
	made(ctx context.Context) (back []step, left []string, err error)
}

// A realmPart is one that every realm needs once.
type realmPart interface {
	part
	// name is what marks that which the part made.
	name() string
	// outline adds the part to a drawing of what setup makes.
	outline(drawing *Outline)
}

// A step is one change of the realm. Done twice it does no harm.
type step struct {
	words string
	do    func(context.Context) error
}

// parts are what the request asks for, in the order in which they are made.
func (a *Admin) parts(req SetupRequest) []realmPart {
	list := []realmPart{&loginPart{a.Directory}}
	if req.Operator != "" {
		list = append(list, &operatorPart{a.Directory, rolesClient(a.Realm.Name, a.Realm.Name), req.Operator})
	}
	if len(req.Audiences) > 0 {
		list = append(list, &audiencesPart{a, req.Audiences})
	}
	list = append(list, &personalPart{a.Directory, req.Audiences}, &eventsPart{a.Directory})
	if req.Rotation.Active {
		list = append(list, &rotationPart{a.Directory, req.Rotation})
	}
	if req.Delegation {
		list = append(list, &delegationPart{a.Directory})
	}
	return list
}

// everyPart are all that there are, to take back what any of them made.
func (a *Admin) everyPart() []realmPart {
	return []realmPart{
		&delegationPart{a.Directory}, &rotationPart{a.Directory, RotationPolicy{}}, &eventsPart{a.Directory},
		&personalPart{a.Directory, nil}, &audiencesPart{a, nil}, &operatorPart{a.Directory, rolesClient(a.Realm.Name, a.Realm.Name), ""}, &loginPart{a.Directory},
	}
}

// setupRounds bounds how often setup looks at what is missing: once to make it, once
// to read it back, and again for each step that someone else took in between, of which
// a realm needs about a dozen.
const setupRounds = 16

// Setup gives the realm what it needs once. It may run any number of times, also at
// once with others; run again after it was stopped it completes what is missing. What
// it made is read back, for Keycloak lets the last writer win: Conflict when others
// keep changing it, or when others made something of these names. With DryRun the result
// then tells of the rest.
func (a *Admin) Setup(ctx context.Context, req SetupRequest) (SetupResult, error) {
	if req.Delegation {
		lacks, err := (&delegationPart{a.Directory}).cannot(ctx)
		if err != nil {
			return SetupResult{}, err
		}
		if len(lacks) > 0 {
			a.Note("warning: no credential can be delegated: the server lacks the executor " + strings.Join(lacks, ", ") + ", which Keycloak has since 26.7")
			req.Delegation = false
		}
	}
	return setUp(ctx, a, a.parts(req), req.DryRun)
}

func setUp[P part](ctx context.Context, a *Admin, parts []P, dryRun bool) (SetupResult, error) {
	var result SetupResult
	for range setupRounds {
		steps, err := missingSteps(ctx, parts)
		switch {
		case dryRun:
			return SetupResult{Changes: wordsOf(steps)}, err
		case err != nil:
			return result, err
		case len(steps) == 0:
			return result, nil
		}
		if err := a.take(ctx, steps, &result); err != nil && !Conflict.Is(err) {
			return result, err
		}
	}
	return result, &Error{Kind: Conflict, Message: "someone else changes the realm at the same time", Hint: "run apitok setup again"}
}

// missingSteps returns also the steps beside those that a Conflict forbids. Of several
// conflicts it returns one that tells of all.
func missingSteps[P part](ctx context.Context, parts []P) (steps []step, conflict error) {
	for _, part := range parts {
		more, err := part.missing(ctx)
		switch {
		case err == nil:
			steps = append(steps, more...)
		case !Conflict.Is(err):
			return nil, err
		case conflict == nil:
			conflict = err
		default:
			conflict = &Error{Kind: Conflict, Message: AsError(conflict).Message + "; " + AsError(err).Message, Hint: AsError(conflict).Hint}
		}
	}
	return steps, conflict
}

// take takes the steps one after the other, and says so. A Conflict tells that someone
// else took one in the meantime: what is missing has to be worked out anew.
func (a *Admin) take(ctx context.Context, steps []step, result *SetupResult) error {
	for _, step := range steps {
		if err := step.do(ctx); err != nil {
			return err
		}
		result.Changes = append(result.Changes, step.words)
		a.Note(step.words)
	}
	return nil
}

// RemoveSetup takes back what Setup made, and nothing else: what was there before, what
// someone changed since and what is in use is left.
func (a *Admin) RemoveSetup(ctx context.Context, dryRun bool) (SetupResult, error) {
	return unmake(ctx, a, a.everyPart(), dryRun)
}

func unmake[P part](ctx context.Context, a *Admin, parts []P, dryRun bool) (SetupResult, error) {
	var result SetupResult
	for _, part := range parts {
		back, left, err := part.made(ctx)
		if err != nil {
			return result, err
		}
		result.Left = append(result.Left, left...)
		if dryRun {
			result.Changes = append(result.Changes, wordsOf(back)...)
			continue
		}
		for _, one := range back {
			// What someone else took away in the meantime is gone all the same.
			if err := a.take(ctx, []step{one}, &result); err != nil && !NotFound.Is(err) {
				return result, err
			}
		}
	}
	return result, nil
}

// OperatorSecret returns the secret of an operator that Setup made.
func (a *Admin) OperatorSecret(ctx context.Context, clientID string) (Secret, error) {
	client, err := a.Directory.SetupClient(ctx, clientID)
	if err != nil {
		return Secret{}, err
	}
	return a.Directory.ClientSecret(ctx, client.ID)
}

func wordsOf(steps []step) []string {
	words := make([]string, len(steps))
	for i, step := range steps {
		words[i] = step.words
	}
	return words
}

// An Outline is what setup makes, for those who keep realms as code.
type Outline struct {
	Clients []SetupClient
	// Roles are those of realm-management that the service account of a client gets,
	// by client id.
	Roles     map[string][]string
	Audiences []Audience
	Events    EventSettings
	Rules     ClientRules
}

// DrawSetup returns what setup would make in a realm that has none of it. It asks
// nobody: an audience is taken for a client unless it is a URI.
func DrawSetup(req SetupRequest) Outline {
	drawing := Outline{Roles: map[string][]string{}}
	for _, part := range (&Admin{}).parts(req) {
		part.outline(&drawing)
	}
	return drawing
}
