package access

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// dailyRequests is how many roles a person may ask for in a day.
const dailyRequests = 5

// requestPage is how many answered requests are shown.
const requestPage = 50

// RequestRow is a request for a role with the names of those in it.
type RequestRow = store.RoleRequestRow

// Ask asks an organisation for a role, with a reason. It may be asked by anybody who is signed in,
// and tells nobody whether there is anything to see.
func (s *Service) Ask(
	ctx context.Context, a core.Actor, number, role, reason string,
) (core.RoleRequest, error) {
	q := core.RoleRequest{Person: a.User, Role: role, Reason: strings.TrimSpace(reason)}
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		org, err := tx.PartyByOrganisationNumber(ctx, number)
		if errors.Is(err, store.ErrNoRow) {
			return fault.New(fault.Malformed, "fault.malformed")
		}
		if err != nil {
			return err
		}
		q.Party = org.ID
		if err := s.checkRequest(q); err != nil {
			return err
		}
		held, err := s.held(ctx, tx, a, org.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(held, func(g core.Grant) bool { return g.Role == role && g.Limit.None() }) {
			return fault.New(fault.Conflict, "fault.request_held")
		}
		if q.ID, err = tx.AddRoleRequest(ctx, q, dailyRequests); err != nil {
			return err
		}
		e := NewEvent(a, core.ActAsk, org.ID)
		e.Detail = map[string]string{"role": role}
		tx.Audit(e)
		return nil
	})
	return q, err
}

func (s *Service) checkRequest(q core.RoleRequest) error {
	var wrong []error
	if !slices.ContainsFunc(s.RolesOffered(), func(o RoleOffered) bool { return o.Code == q.Role }) {
		wrong = append(wrong, fault.New(fault.Invalid, "fault.admin_role"))
	}
	return errors.Join(append(wrong, checkReason(q.Reason, "fault.request_reason"))...)
}

// checkReason tells what is wrong with a reason; missing is the fault of none.
func checkReason(reason, missing string) error {
	switch {
	case strings.TrimSpace(reason) == "":
		return fault.New(fault.Invalid, missing)
	case len([]rune(strings.TrimSpace(reason))) > MaxReason:
		return fault.New(fault.Invalid, "fault.admin_reason_long", MaxReason)
	}
	return nil
}

// Asked gives what the person has asked for, newest first, with the answers.
func (s *Service) Asked(ctx context.Context, a core.Actor) ([]RequestRow, error) {
	var rows []RequestRow
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		rows, err = tx.RoleRequestsOf(ctx, a.User)
		return err
	})
	return rows, err
}

// Requests are an organisation's requests for roles.
type Requests struct {
	// Waiting and Answered are the newest of each, Counts how many there are.
	Waiting, Answered []RequestRow
	Counts            map[core.RoleRequestState]int
}

// Requests gives what has been asked of the organisation. The actor must be an administrator there.
func (s *Service) Requests(ctx context.Context, a core.Actor, org core.PartyID) (Requests, error) {
	var out Requests
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, org, core.ActAdmin); err != nil {
			return err
		}
		var err error
		if out.Counts, err = tx.CountRoleRequests(ctx, org); err != nil {
			return err
		}
		out.Answered = nil
		for _, state := range []core.RoleRequestState{
			core.RequestWaiting, core.RequestGranted, core.RequestRefused,
		} {
			rows, err := tx.RoleRequestsAt(ctx, org, state, math.MaxInt64, requestPage)
			if err != nil {
				return err
			}
			if state == core.RequestWaiting {
				out.Waiting = rows
			} else {
				out.Answered = append(out.Answered, rows...)
			}
		}
		tx.Audit(AdminEvent(a, core.ActAdmin, org, len(out.Waiting)+len(out.Answered),
			map[string]string{"part": "requests"}))
		return nil
	})
	slices.SortFunc(out.Answered, func(a, b RequestRow) int { return b.Answered.Compare(*a.Answered) })
	return out, err
}

// WaitingRequests counts what the organisation has not answered, for whoever administers it.
func (s *Service) WaitingRequests(ctx context.Context, a core.Actor, org core.PartyID) (int, error) {
	n := 0
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, org, core.ActAdmin); err != nil {
			return err
		}
		counts, err := tx.CountRoleRequests(ctx, org)
		n = counts[core.RequestWaiting]
		return err
	})
	return n, err
}

// RequestAnswer is what an administrator answers a request with.
type RequestAnswer struct {
	Grant  bool
	Reason string
	// LastDay is the last day of the role that is granted.
	LastDay time.Time
}

// Answer grants what was asked for, or refuses it, with a reason that the person reads. The actor
// must be an administrator of the organisation, and nobody answers themselves.
func (s *Service) Answer(
	ctx context.Context, a core.Actor, org core.PartyID, id int64, with RequestAnswer, now time.Time,
) error {
	return s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, org, core.ActGrant); err != nil {
			return err
		}
		q, err := tx.RoleRequest(ctx, id)
		if errors.Is(err, store.ErrNoRow) || err == nil && q.Party != org {
			tx.Refused(refusedAdmin(a, core.ActGrant, org))
			return fault.New(fault.Forbidden, "fault.forbidden")
		}
		if err != nil {
			return err
		}
		if q.Person == a.User {
			tx.Refused(refusedAdmin(a, core.ActGrant, org))
			return fault.New(fault.Forbidden, "fault.admin_self")
		}
		if q.State != core.RequestWaiting {
			return fault.New(fault.Conflict, "fault.request_answered")
		}
		return s.answer(ctx, tx, a, q.RoleRequest, with, now)
	})
}

func (s *Service) answer(
	ctx context.Context, tx *store.Tx, a core.Actor, q core.RoleRequest, with RequestAnswer,
	now time.Time,
) error {
	reason := strings.TrimSpace(with.Reason)
	if !with.Grant {
		if err := checkReason(reason, "fault.request_answer"); err != nil {
			return err
		}
		e := NewEvent(a, core.ActDecline, q.Party)
		e.Purpose = reason
		e.Detail = map[string]string{"role": q.Role, "person": partyText(q.Person)}
		tx.Audit(e)
		return tx.AnswerRoleRequest(ctx, q.ID, core.RequestRefused, reason, a.User)
	}
	r := GrantRequest{Person: q.Person, Role: q.Role, Reason: reason, LastDay: with.LastDay}
	if err := s.checkGrant(r, now); err != nil {
		return err
	}
	if _, err := give(ctx, tx, a, q.Party, q.Person, r); err != nil {
		return err
	}
	return tx.AnswerRoleRequest(ctx, q.ID, core.RequestGranted, reason, a.User)
}
