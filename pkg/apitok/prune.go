package apitok

import "context"

// A Prunable is a credential that is of no more use.
type Prunable struct {
	Credential Credential
	// Reason says why in a few words.
	Reason string
}

// An Unclear is a credential of which too little is known to delete it.
type Unclear struct {
	Credential Credential
	// Unknown says what is not known.
	Unknown string
}

// A PrunePlan is what [Admin.Prune] may delete.
type PrunePlan struct {
	Prunable []Prunable
	Unclear  []Unclear
	// UseUnknown is why the last use of no credential is known, where it was asked
	// for: CheckFailed when no login events are stored, Denied when the account may
	// not see them.
	UseUnknown error
}

// PlanPrune finds what is of no more use, and changes nothing. Where the request
// asks for the last use alone and that is not known, this is the error.
func (a *Admin) PlanPrune(ctx context.Context, req PruneRequest) (PrunePlan, error) {
	var plan PrunePlan
	used := logins{events: a.Directory}
	if req.Unused > 0 {
		if err := used.reach(ctx); err != nil {
			return PrunePlan{}, err
		}
		plan.UseUnknown = used.unknown()
		if plan.UseUnknown != nil && req.OlderThan == 0 {
			return PrunePlan{}, plan.UseUnknown
		}
	}
	for c, err := range a.credentials(ctx, Filter{Owner: req.Owner}) {
		if err != nil {
			return PrunePlan{}, err
		}
		v, err := a.judge(ctx, req, &used, &c)
		if err != nil {
			return PrunePlan{}, err
		}
		switch {
		case v.reason != "":
			plan.Prunable = append(plan.Prunable, Prunable{Credential: c, Reason: v.reason})
		case v.unclear != "":
			plan.Unclear = append(plan.Unclear, Unclear{Credential: c, Unknown: v.unclear})
		}
	}
	return plan, nil
}

// judge asks for the last use only where the rest does not decide.
func (a *Admin) judge(ctx context.Context, req PruneRequest, used *logins, c *Credential) (verdict, error) {
	v := req.judge(*c, a.Now())
	if v.reason != "" || req.Unused == 0 {
		return v, nil
	}
	if err := used.fill(ctx, c); err != nil || used.since.IsZero() {
		return v, err
	}
	if use := req.judgeUse(*c, used.since, a.Now()); use != (verdict{}) {
		return use, nil
	}
	return v, nil
}

// Prune deletes one credential of a plan for good, as [Admin.Revoke] does. It
// looks again just before: one that somebody enabled, used or made anew since the
// plan is kept, and deleted is false without an error. Of an error after the
// deletion, when this machine's secret could not be dropped, deleted is true.
func (a *Admin) Prune(ctx context.Context, req PruneRequest, p Prunable) (deleted bool, err error) {
	ref := p.Credential.Ref()
	err = a.alone(ctx, ref, func() error {
		c, err := a.find(ctx, ref)
		if NotFound.Is(err) || err == nil && c.client.ID != p.Credential.client.ID {
			return nil
		}
		if err != nil {
			return err
		}
		v, err := a.judge(ctx, req, &logins{events: a.Directory}, &c)
		if err != nil || v.reason == "" {
			return err
		}
		if _, err := a.unmakeImpersonator(ctx, c, false); err != nil {
			return err
		}
		if err := a.deleteClient(ctx, c); err != nil {
			return err
		}
		deleted = true
		return a.dropRevoked(ctx, c.ClientID)
	})
	return deleted, err
}
