package apitok

import (
	"context"
	"slices"
	"strings"
	"time"
)

const rotationRule = "apitok-rotation"

// rotationPart has the server itself end the secrets of credentials.
type rotationPart struct {
	dir    Directory
	policy RotationPolicy
}

func (*rotationPart) name() string { return "rotation" }

// DefaultGrace is how long an old secret works beside the new one where nothing is
// said.
const DefaultGrace = 48 * time.Hour

// ParseRotation reads EXPIRATION or EXPIRATION:GRACE, such as 90d:2d. It returns an
// [*Error] of kind Usage.
func ParseRotation(text string) (RotationPolicy, error) {
	expiration, grace, given := strings.Cut(text, ":")
	policy := RotationPolicy{Active: true, Grace: DefaultGrace, Remaining: time.Second}
	var err error
	if policy.Expiration, err = ParseDuration(expiration); err != nil {
		return RotationPolicy{}, err
	}
	if given {
		if policy.Grace, err = ParseDuration(grace); err != nil {
			return RotationPolicy{}, err
		}
	}
	if !given && policy.Expiration >= time.Second && policy.Grace > policy.Expiration {
		return RotationPolicy{}, &Error{Kind: Usage, Hint: "write after a colon how long the old secret works beside the new one: " + expiration + ":1h",
			Message: "where nothing is said an old secret works for " + span(policy.Grace) + ", which is longer than " + expiration}
	}
	if policy.Expiration < time.Second || policy.Grace < time.Second || policy.Grace > policy.Expiration {
		return RotationPolicy{}, &Error{Kind: Usage, Message: "an old secret cannot outlive the new one: " + span(policy.Grace) + " is more than " + span(policy.Expiration),
			Hint: "write how long a secret works, and after a colon how long the old one does beside it: 90d:2d"}
	}
	return policy, nil
}

// rules cover what has a record. In its last Remaining any update of a client changes
// its secret without saying so, so that is as short as it can be.
func (p *rotationPart) rules() ClientRules {
	const description = "Ends the secrets of API credentials" + madeBySetup
	return ClientRules{
		Profiles: []ClientProfile{{rotationRule, description, []PolicyRule{{rotationExecutor, map[string]any{
			"expiration-period":         int64(p.policy.Expiration / time.Second),
			"rotated-expiration-period": int64(p.policy.Grace / time.Second),
			"remaining-rotation-period": int64(p.policy.Remaining / time.Second),
		}}}}},
		Policies: []ClientPolicy{{Name: rotationRule, Description: description, Enabled: true, Profiles: []string{rotationRule},
			Conditions: []PolicyRule{withAttributes(map[string]string{attrVersion: recordVersion}, false)}}},
	}
}

// rotationExecutor is what a client profile names to have secrets rotated.
const rotationExecutor = "secret-rotation"

func (p *rotationPart) missing(ctx context.Context) ([]step, error) {
	info, err := p.dir.ServerInfo(ctx)
	if err != nil {
		return nil, err
	}
	if !info.Features["CLIENT_SECRET_ROTATION"] {
		return nil, &Error{Kind: Failed, Message: "the server does not rotate secrets",
			Hint: "have it started with --features=client-secret-rotation, or leave --rotation away"}
	}
	have, err := p.dir.ClientRules(ctx)
	if err != nil {
		return nil, err
	}
	if other := otherRotation(have); other != "" {
		return nil, &Error{Kind: Conflict, Message: "the realm has the client policy " + quote(other) + " that rotates secrets already",
			Hint: "two of them would contradict each other: leave --rotation away, or delete that one"}
	}
	words := "rotate secrets of credentials by client policy " + rotationRule + ": a secret works for " + span(p.policy.Expiration) +
		", the old one for " + span(p.policy.Grace) + " beside the new one"
	return putRules(ctx, p.dir, p.rules(), words)
}

// otherRotation returns the name of a policy in force that rotates and is not ours.
func otherRotation(have ClientRules) string {
	for _, policy := range have.Policies {
		if !policy.Enabled || policy.Name == rotationRule {
			continue
		}
		for _, profile := range have.Profiles {
			rotates := slices.ContainsFunc(profile.Executors, func(e PolicyRule) bool { return e.Kind == rotationExecutor })
			if rotates && slices.Contains(policy.Profiles, profile.Name) {
				return policy.Name
			}
		}
	}
	return ""
}

func (p *rotationPart) made(ctx context.Context) (back []step, left []string, err error) {
	have, err := p.dir.ClientRules(ctx)
	if err != nil {
		return nil, nil, err
	}
	want := p.rules()
	// With which periods it was made is not remembered: any will do.
	for _, profile := range have.Profiles {
		if profile.Name == rotationRule && len(profile.Executors) == 1 && profile.Executors[0].Kind == rotationExecutor {
			want.Profiles[0].Executors = profile.Executors
		}
	}
	return dropRules(ctx, p.dir, want, "no longer rotate secrets by client policy "+rotationRule)
}

func (p *rotationPart) outline(drawing *Outline) { drawing.Rules.add(p.rules()) }
