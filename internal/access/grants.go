package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/text"
	"stafett/store"
)

// The limits of a grant's text.
const (
	// MaxReason is how many characters a reason may have.
	MaxReason = 500
	// MaxGrantYears is how far ahead a grant may end.
	MaxGrantYears = 5
	// maxLimitValues is how many values a grant may be limited to.
	maxLimitValues = 50
)

// GrantRequest is what an administrator fills in to give a person a role.
type GrantRequest struct {
	// PersonNumber and LastName must be of the same person: the number alone finds nobody.
	PersonNumber, LastName string
	// Person may be given instead, for someone who already holds a role at the organisation.
	Person core.PartyID
	Role   string
	Reason string
	// FirstDay is the first day on which the role holds; zero is from now on.
	FirstDay time.Time
	// LastDay is the last day on which the role holds. NoEnd is without one.
	LastDay time.Time
	NoEnd   bool
	Limit   core.Limit
}

// People gives every grant at the organisation, newest first, with the names of those who hold
// them. The actor must be an administrator there.
func (s *Service) People(ctx context.Context, a core.Actor, org core.PartyID) ([]store.GrantRow, error) {
	var rows []store.GrantRow
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, org, core.ActAdmin); err != nil {
			return err
		}
		var err error
		if rows, err = tx.GrantsAt(ctx, org); err != nil {
			return err
		}
		tx.Audit(AdminEvent(a, core.ActAdmin, org, len(rows), map[string]string{"part": "people"}))
		return nil
	})
	return rows, err
}

// Find gives the person with the number and the last name; fault.Invalid in the same words
// whichever of them does not fit, so that the page cannot be used to look people up.
func (s *Service) Find(
	ctx context.Context, a core.Actor, org core.PartyID, number, lastName string,
) (core.Party, error) {
	var person core.Party
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, org, core.ActGrant); err != nil {
			return err
		}
		var err error
		person, err = find(ctx, tx, number, lastName)
		return err
	})
	return person, err
}

func find(ctx context.Context, tx *store.Tx, number, lastName string) (core.Party, error) {
	number = strings.Join(strings.Fields(number), "")
	unknown := fault.New(fault.Invalid, "fault.admin_person_unknown")
	if !core.ValidPersonNumber(number) {
		return core.Party{}, fault.New(fault.Invalid, "fault.admin_person_number")
	}
	p, err := tx.PartyByPersonNumber(ctx, core.PersonNumber(number))
	if errors.Is(err, store.ErrNoRow) {
		return core.Party{}, unknown
	}
	if err != nil {
		return core.Party{}, err
	}
	names := strings.Fields(p.Name)
	if len(names) == 0 || !strings.EqualFold(names[len(names)-1], strings.TrimSpace(lastName)) {
		return core.Party{}, unknown
	}
	return p, nil
}

// Grant gives a person a role at the organisation, from its first day until the end of its last. The
// actor must be an administrator there, and nobody can grant to themselves.
func (s *Service) Grant(
	ctx context.Context, a core.Actor, org core.PartyID, r GrantRequest, now time.Time,
) (core.Grant, error) {
	var g core.Grant
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		person, err := s.checked(ctx, tx, a, org, r, now)
		if err != nil {
			return err
		}
		g, err = give(ctx, tx, a, org, person.ID, r)
		return err
	})
	return g, err
}

// Preview gives whom a request would give a role to, or all that is wrong with it, and grants
// nothing.
func (s *Service) Preview(
	ctx context.Context, a core.Actor, org core.PartyID, r GrantRequest, now time.Time,
) (core.Party, error) {
	var person core.Party
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		person, err = s.checked(ctx, tx, a, org, r, now)
		return err
	})
	return person, err
}

// checked gives the person that an administrator may give a role to. Everything that is to be
// mended is told at once.
func (s *Service) checked(
	ctx context.Context, tx *store.Tx, a core.Actor, org core.PartyID, r GrantRequest, now time.Time,
) (core.Party, error) {
	if err := s.requireAdministrator(ctx, tx, a, org, core.ActGrant); err != nil {
		return core.Party{}, err
	}
	person, err := grantee(ctx, tx, r)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return person, err
	}
	return person, errors.Join(err, s.checkGrant(r, now))
}

// give makes a grant that has been checked.
func give(
	ctx context.Context, tx *store.Tx, a core.Actor, org, person core.PartyID, r GrantRequest,
) (core.Grant, error) {
	if person == a.User {
		tx.Refused(refusedAdmin(a, core.ActGrant, org))
		return core.Grant{}, fault.New(fault.Forbidden, "fault.admin_self")
	}
	g := core.Grant{
		Person: person, Party: org, Role: r.Role, Source: core.RoleGranted, Limit: r.Limit,
		Reason: strings.TrimSpace(r.Reason), GrantedBy: a.User,
	}
	if !r.FirstDay.IsZero() {
		g.From = startOfDay(r.FirstDay)
	}
	if !r.NoEnd {
		end := endOfDay(r.LastDay)
		g.To = &end
	}
	var err error
	if g.ID, err = tx.AddGrant(ctx, g); err != nil {
		return g, err
	}
	tx.Audit(grantEvent(a, core.ActGrant, g))
	return g, nil
}

func grantee(ctx context.Context, tx *store.Tx, r GrantRequest) (core.Party, error) {
	if r.Person == 0 {
		return find(ctx, tx, r.PersonNumber, r.LastName)
	}
	p, err := tx.Party(ctx, r.Person)
	if errors.Is(err, store.ErrNoRow) || err == nil && p.Kind != core.PartyPerson {
		return core.Party{}, fault.New(fault.Invalid, "fault.admin_person_unknown")
	}
	return p, err
}

func (s *Service) checkGrant(r GrantRequest, now time.Time) error {
	var wrong []error
	add := func(key string, args ...any) {
		wrong = append(wrong, fault.New(fault.Invalid, key, args...))
	}
	if i := slices.IndexFunc(s.RolesOffered(), func(o RoleOffered) bool { return o.Code == r.Role }); i < 0 {
		add("fault.admin_role")
	} else if key := s.wrongLimit(s.RolesOffered()[i], r.Limit); key != "" {
		add(key)
	}
	wrong = append(wrong, checkReason(r.Reason, "fault.admin_reason"))
	switch {
	case r.NoEnd:
	case !r.FirstDay.IsZero() && r.LastDay.Before(r.FirstDay):
		add("fault.admin_end_first")
	case r.LastDay.IsZero() || !endOfDay(r.LastDay).After(now):
		add("fault.admin_end_past")
	case r.LastDay.After(now.AddDate(MaxGrantYears, 0, 0)):
		add("fault.admin_end_far", MaxGrantYears)
	}
	if !r.FirstDay.IsZero() && (startOfDay(r.FirstDay).Before(startOfDay(now.In(text.Oslo()))) ||
		r.FirstDay.After(now.AddDate(1, 0, 0))) {
		add("fault.admin_start")
	}
	return errors.Join(wrong...)
}

// wrongLimit gives what is wrong with a limit of a grant of the role; empty for nothing.
func (s *Service) wrongLimit(role RoleOffered, l core.Limit) string {
	if l.App != (core.AppRef{}) && !slices.Contains(role.Apps, l.App) {
		return "fault.admin_limit_app"
	}
	if l.Field == "" && len(l.Values) == 0 {
		return ""
	}
	fits := func(d *app.Definition) bool {
		return d.LimitField() == l.Field && slices.Contains(role.Apps, d.Ref) &&
			(l.App == (core.AppRef{}) || l.App == d.Ref)
	}
	if l.Field == "" || !slices.ContainsFunc(s.apps.Apps(), fits) {
		return "fault.admin_limit_field"
	}
	if len(l.Values) == 0 || len(l.Values) > maxLimitValues ||
		slices.ContainsFunc(l.Values, func(v string) bool { return !s.limitTakes(l.Field, v) }) {
		return "fault.admin_limit_values"
	}
	return ""
}

// Withdraw takes a granted role back. It stops working at the very next request. A role from a
// register cannot be withdrawn here: fault.Conflict.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, org core.PartyID, id int64) (core.Grant, error) {
	var g core.Grant
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, org, core.ActWithdraw); err != nil {
			return err
		}
		var err error
		g, err = tx.Grant(ctx, id)
		if errors.Is(err, store.ErrNoRow) || err == nil && g.Party != org {
			tx.Refused(refusedAdmin(a, core.ActWithdraw, org))
			return fault.New(fault.Forbidden, "fault.forbidden")
		}
		if err != nil {
			return err
		}
		if g.Source != core.RoleGranted || g.WithdrawnAt != nil {
			return fault.New(fault.Conflict, "fault.admin_not_withdrawable")
		}
		if err := tx.WithdrawGrant(ctx, id, a.User); err != nil {
			return err
		}
		tx.Audit(grantEvent(a, core.ActWithdraw, g))
		return nil
	})
	return g, err
}

// RequireAdministrator refuses an actor who does not administer the organisation, and audits
// the refusal. Being an administrator gives no access to cases.
func (s *Service) RequireAdministrator(
	ctx context.Context, tx *store.Tx, a core.Actor, org core.PartyID,
) error {
	return s.requireAdministrator(ctx, tx, a, org, core.ActAdmin)
}

func (s *Service) requireAdministrator(
	ctx context.Context, tx *store.Tx, a core.Actor, org core.PartyID, act string,
) error {
	if a.Anonymous() {
		return fault.New(fault.Unauthenticated, "fault.sign_in")
	}
	is, err := s.Administers(ctx, tx, a, org)
	if err != nil {
		return err
	}
	if !is {
		tx.Refused(refusedAdmin(a, act, org))
		return fault.New(fault.Forbidden, "fault.admin_not_administrator")
	}
	return nil
}

// Administers tells whether the actor is a main administrator of the organisation.
func (s *Service) Administers(
	ctx context.Context, tx *store.Tx, a core.Actor, org core.PartyID,
) (bool, error) {
	held, err := s.held(ctx, tx, a, org)
	return slices.Contains(Counting(held, Target{}), core.RoleMainAdministrator), err
}

// AdminEvent gives the audit line of what an administrator of an organisation looks at there.
func AdminEvent(
	a core.Actor, act string, org core.PartyID, rows int, shape map[string]string,
) core.Event {
	return ListEvent(a, act, org, []string{core.RoleMainAdministrator}, rows, shape)
}

func refusedAdmin(a core.Actor, act string, org core.PartyID) core.Event {
	e := NewEvent(a, act, org)
	e.Outcome = core.OutcomeRefused
	return e
}

func grantEvent(a core.Actor, act string, g core.Grant) core.Event {
	e := NewEvent(a, act, g.Party)
	e.Purpose = g.Reason
	e.Detail = map[string]string{"role": g.Role, "person": partyText(g.Person)}
	if l := g.Limit; l.App != (core.AppRef{}) {
		e.Detail["app"] = l.App.String()
	}
	if l := g.Limit; l.Field != "" {
		e.Detail["field"] = l.Field
	}
	return e
}

// GrantRow is a grant with the names of those in it.
type GrantRow = store.GrantRow
