// Package access decides, in one place, whether an actor may do a thing: from the app's policy
// and the roles in force at this moment. It gives lists their scope from the same decisions,
// keeps the grants, and explains a refusal. Nothing is cached between requests: a role
// withdrawn is gone at the next one. It holds no HTTP and no query.
package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/policy"
	"stafett/store"
)

// The policy actions that this program asks about by name; apps may add their own.
const (
	ActionRead        = "read"
	ActionWrite       = "write"
	ActionInstantiate = "instantiate"
	ActionDelete      = "delete"
	ActionComplete    = "complete"
	ActionTake        = "take"
	ActionRelease     = "release"
)

// The scopes that the instances API asks of an organisation's token (FORMAT.md 3.3).
const (
	ScopeRead  = "altinn:serviceowner/instances.read"
	ScopeWrite = "altinn:serviceowner/instances.write"
	// ScopeSubscribe is asked for subscriptions to events (FORMAT.md 7.4).
	ScopeSubscribe = "altinn:events.subscribe"
)

// Service decides.
type Service struct {
	store *store.Store
	apps  *catalogue.Catalogue
}

// New gives the service.
func New(s *store.Store, apps *catalogue.Catalogue) *Service {
	return &Service{store: s, apps: apps}
}

// Target is what an actor wants to do something with: an app, the party that owns (or will own)
// the instance, and where the instance is in its process.
type Target struct {
	App   *app.Definition
	Owner core.PartyID
	// Instance is zero when nothing exists yet.
	Instance core.InstanceRef
	// Task or EndEvent is where the instance is; both empty before it exists.
	Task, EndEvent string
	// Value is what the instance has in the data field that the app's policy names; empty for none.
	Value string
}

// On gives the target of an existing instance.
func On(d *app.Definition, inst core.Instance) Target {
	return Target{
		App: d, Owner: inst.Owner, Instance: inst.InstanceRef,
		Task: inst.Process.Task, EndEvent: inst.Process.EndEvent, Value: limitValue(d, inst),
	}
}

// Permit says what let an actor in, for the audit line's purpose.
type Permit struct {
	// Role is the role (or access package) that opened, as it is granted; empty for an organisation's token.
	Role string
	// Rule is the policy rule's id.
	Rule string
}

// Refusal is the error of a refused act. It wraps a fault of kind Forbidden (or Unauthenticated)
// and tells nothing of the instance: the same refusal comes for an id that does not exist.
type Refusal struct {
	Action string
	App    core.AppRef
	// NeedLevel is the authentication level that would be enough; 0 when level is not the matter.
	NeedLevel int
	fault     error
}

// Error is for the log.
func (r *Refusal) Error() string { return fmt.Sprintf("%s on %s: %v", r.Action, r.App, r.fault) }

// Unwrap gives the fault.
func (r *Refusal) Unwrap() error { return r.fault }

// Refuse gives the refusal of an action on an app, for the cases in which there is nothing to
// decide on: an id that names nothing is refused in the same words as one that is another's.
func Refuse(action string, ref core.AppRef) error {
	return &Refusal{Action: action, App: ref, fault: fault.New(fault.Forbidden, "fault.forbidden")}
}

// Require gives a permit, or a *Refusal unless the decision is Permit with its obligations met.
// The refusal is written to the audit log even though the transaction rolls back.
func (s *Service) Require(
	ctx context.Context, tx *store.Tx, a core.Actor, action string, on Target,
) (Permit, error) {
	if a.Anonymous() {
		return Permit{}, &Refusal{Action: action, App: on.App.Ref,
			fault: fault.New(fault.Unauthenticated, "fault.sign_in")}
	}
	st, err := s.Standing(ctx, tx, a, on)
	if err != nil {
		return Permit{}, err
	}
	return st.Require(action)
}

// Standing is an actor before a target with the grants that were in force when it was made: for
// several questions in one transaction from one look-up. It must not outlive the transaction.
type Standing struct {
	tx    *store.Tx
	actor core.Actor
	on    Target
	held  []core.Grant
}

// Standing looks the actor's roles up.
func (s *Service) Standing(
	ctx context.Context, tx *store.Tx, a core.Actor, on Target,
) (Standing, error) {
	held, err := s.held(ctx, tx, a, on.Owner)
	return Standing{tx: tx, actor: a, on: on, held: held}, err
}

// Of gives the same standing before another app of the same owner.
func (st Standing) Of(d *app.Definition) Standing {
	st.on.App = d
	return st
}

// Require is Service.Require.
func (st Standing) Require(action string) (Permit, error) {
	permit, refusal := Decide(st.actor, Counting(st.held, st.on), action, st.on)
	if refusal != nil {
		st.tx.Refused(refusedEvent(st.actor, action, st.on))
		return Permit{}, refusal
	}
	return permit, nil
}

// Opens tells what would let the actor take the action; false when nothing does. It audits nothing,
// as Rights.
func (st Standing) Opens(action string) (Permit, bool) {
	permit, refusal := Decide(st.actor, Counting(st.held, st.on), action, st.on)
	return permit, refusal == nil
}

// Rights tells which of the actions the actor may take. It audits nothing: it draws buttons, and
// each button's own request asks Require.
func (st Standing) Rights(actions ...string) map[string]bool {
	rights := make(map[string]bool, len(actions))
	request := asked(st.actor, Counting(st.held, st.on), st.on)
	for _, action := range actions {
		_, refusal := decide(st.actor, request, action, st.on.App)
		rights[action] = refusal == nil
	}
	return rights
}

// held gives the grants of the actor at the owner, with the role that everybody has for themselves.
// An organisation's token gets none: it can only match rules about organisations (FORMAT.md 3.3).
func (s *Service) held(
	ctx context.Context, tx *store.Tx, a core.Actor, owner core.PartyID,
) ([]core.Grant, error) {
	if a.Kind != core.ActorPerson {
		return nil, nil
	}
	grants, err := tx.RolesOf(ctx, a.User, owner)
	if err != nil {
		return nil, fmt.Errorf("roles: %w", err)
	}
	return withOwn(a.User, owner, grants), nil
}

// NeedLevel gives the authentication level at which the actor could take the action; 0 when they can,
// and when the level is not the matter. Like Rights it draws only.
func (st Standing) NeedLevel(action string) int {
	_, refusal := Decide(st.actor, Counting(st.held, st.on), action, st.on)
	if refusal == nil {
		return 0
	}
	return refusal.NeedLevel
}

// withOwn gives the grants that a person holds at an owner with the role that everybody has for
// themselves.
func withOwn(person, owner core.PartyID, held []core.Grant) []core.Grant {
	if owner != person {
		return held
	}
	return append(slices.Clone(held), Holding(core.RolePrivate)...)
}

// Decide is the whole decision on an actor who holds the roles towards the owner: policy first,
// then what the policy cannot say.
func Decide(a core.Actor, roles []string, action string, on Target) (Permit, *Refusal) {
	return decide(a, asked(a, roles, on), action, on.App)
}

// asked is the policy's request but for the action: the same for all that is asked about one target.
func asked(a core.Actor, roles []string, on Target) policy.Request {
	return policy.Request{Subject: subject(a, roles), Resource: resource(on)}
}

func decide(
	a core.Actor, r policy.Request, action string, of *app.Definition,
) (Permit, *Refusal) {
	refuse := func() *Refusal {
		return &Refusal{Action: action, App: of.Ref,
			fault: fault.New(fault.Forbidden, "fault.forbidden")}
	}
	// A token of another organisation is refused before the policy is asked (SECURITY.md P04).
	if a.Kind == core.ActorOrg && (a.Org == "" || a.Org != of.Ref.Org) {
		return Permit{}, refuse()
	}
	r.Action = action
	d := policy.Decide(of.Policy, r)
	if d.Effect != policy.Permit {
		return Permit{}, refuse()
	}
	if need := level(a, d); a.Level < need {
		refusal := refuse()
		refusal.NeedLevel = need
		return Permit{}, refusal
	}
	return Permit{Role: policy.Held(d.Subject), Rule: d.Rule}, nil
}

// Allows tells whether an actor without roles, such as an organisation's system, may do a thing.
// It audits nothing: what is done then asks Require.
func Allows(a core.Actor, action string, on Target) bool {
	_, refusal := Decide(a, nil, action, on)
	return refusal == nil
}

// level is the authentication level that the policy obliges to: a caller that is an
// organisation follows the obligation for organisations where there is one (FORMAT.md 3.3).
func level(a core.Actor, d policy.Decision) int {
	if a.Kind == core.ActorOrg && d.MinLevelOrg > 0 {
		return d.MinLevelOrg
	}
	return d.MinLevel
}

func subject(a core.Actor, roles []string) map[string][]string {
	if a.Kind == core.ActorOrg {
		return map[string][]string{
			policy.AttrOrg:                {a.Org},
			policy.AttrOrganisationNumber: {a.OrganisationNumber},
			policy.AttrOrganisationID:     {a.OrganisationNumber},
			policy.AttrOrgNumber:          {a.OrganisationNumber},
			policy.AttrPartyType:          {"organization"},
		}
	}
	s := policy.Holding(roles...)
	s[policy.AttrUserID] = []string{partyText(a.User)}
	s[policy.AttrPartyID] = []string{partyText(a.User)}
	s[policy.AttrPartyType] = []string{"person"}
	return s
}

func resource(on Target) map[string][]string {
	r := map[string][]string{
		policy.AttrOrg:      {on.App.Ref.Org},
		policy.AttrApp:      {on.App.Ref.App},
		policy.AttrResource: {"app_" + on.App.Ref.Org + "_" + on.App.Ref.App},
	}
	if on.Owner != 0 {
		r[policy.AttrPartyID] = []string{partyText(on.Owner)}
	}
	if field := on.App.LimitField(); field != "" {
		r[policy.AttrDataField+field] = []string{on.Value}
	}
	if on.Instance != (core.InstanceRef{}) {
		r[policy.AttrInstance] = []string{on.Instance.String()}
	}
	if on.Task != "" {
		r[policy.AttrTask] = []string{on.Task}
	}
	if on.EndEvent != "" {
		r[policy.AttrEndEvent] = []string{on.EndEvent}
	}
	return r
}

// ActionsAt are the policy actions that can matter where an instance stands.
func ActionsAt(d *app.Definition, inst core.Instance) []string {
	list := []string{ActionRead, ActionWrite, ActionDelete, ActionTake, ActionRelease}
	task, ok := d.Process.Task(inst.Process.Task)
	if !ok {
		return list
	}
	list = append(list, d.Process.PolicyActions(task, "")...)
	for _, act := range task.Actions {
		list = append(list, act.ID)
	}
	return list
}

func refusedEvent(a core.Actor, action string, on Target) core.Event {
	e := NewEvent(a, action, on.Owner)
	e.App, e.Instance, e.Task, e.Outcome = on.App.Ref, on.Instance.ID, on.Task, core.OutcomeRefused
	return e
}

// NewEvent gives an audit line that is filled in with who the actor is.
func NewEvent(a core.Actor, act string, party core.PartyID) core.Event {
	return core.Event{
		Actor: a.Subject(), ActorKind: a.Kind, ActorName: a.Name,
		OrganisationNumber: a.OrganisationNumber, Party: party, Act: act,
		Outcome: core.OutcomeDone, Session: a.Session,
	}
}

// ListEvent gives the audit line of a look at a list, under the roles that opened it: how many rows
// were shown, and the shape of what was asked for. What is empty in the shape is left out.
func ListEvent(
	a core.Actor, act string, party core.PartyID, roles []string, rows int, shape map[string]string,
) core.Event {
	e := NewEvent(a, act, party)
	e.Purpose = strings.Join(roles, " ")
	e.Detail = map[string]string{"rows": strconv.Itoa(rows)}
	for name, value := range shape {
		if value != "" && value != "0" {
			e.Detail[name] = value
		}
	}
	return e
}

// Organisation gives the party with the organisation number; a zero party when it is not known:
// a token may be of an organisation that has nothing here, and is then refused by the policy.
func (s *Service) Organisation(ctx context.Context, number string) (core.Party, error) {
	var p core.Party
	err := s.store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		p, err = tx.PartyByOrganisationNumber(ctx, number)
		if errors.Is(err, store.ErrNoRow) {
			return nil
		}
		return err
	})
	return p, err
}

// ServiceOwner gives the party behind a service owner's code; a zero party when there is none.
func (s *Service) ServiceOwner(ctx context.Context, org string) (core.Party, error) {
	var p core.Party
	err := s.store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		p, err = tx.PartyByOrg(ctx, org)
		if errors.Is(err, store.ErrNoRow) {
			return nil
		}
		return err
	})
	return p, err
}
