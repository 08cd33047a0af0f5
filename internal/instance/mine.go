package instance

import (
	"context"
	"slices"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/pdf"
	"stafett/internal/relay"
	"stafett/store"
)

// Mine lists the instances of the party that the actor acts for: drafts, or what was sent. Only
// apps that end users fill in are listed; a case is found in the inbox. What an app hides
// (messageBoxConfig) is left out.
func (s *Service) Mine(
	ctx context.Context, a core.Actor, statuses []core.Status, after *store.Cursor, n int,
) ([]core.Instance, *store.Cursor, error) {
	var list []core.Instance
	var next *store.Cursor
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		readable, roles, err := s.readable(ctx, tx, a)
		if err != nil {
			return err
		}
		readable, hidden := s.listed(readable)
		if len(readable) == 0 {
			return nil
		}
		list, next, err = tx.InstancesOf(ctx,
			store.OwnerFilter{Owner: a.Party, Apps: readable, Statuses: statuses, Hidden: hidden}, after, n)
		if err != nil {
			return err
		}
		shape := map[string]string{"part": "own"}
		for _, status := range statuses {
			shape[string(status)] = "some"
		}
		tx.Audit(access.ListEvent(a, core.ActList, a.Party, roles, len(list), shape))
		return nil
	})
	return list, next, err
}

// listed takes out the apps whose instances are never listed, and gives the tasks in which those
// of others are not.
func (s *Service) listed(apps []core.AppRef) (shown []core.AppRef, hidden []store.ScopeItem) {
	for _, ref := range apps {
		d, err := s.Catalogue.App(ref)
		if err != nil || d.Meta.Hide.Always {
			continue
		}
		shown = append(shown, ref)
		for _, task := range d.Meta.Hide.Tasks {
			hidden = append(hidden, store.ScopeItem{Org: ref.Org, App: ref.App, Task: task})
		}
	}
	return shown, hidden
}

// readable gives the apps whose instances the actor may read for the party they act for, and the
// roles that let them.
func (s *Service) readable(
	ctx context.Context, tx *store.Tx, a core.Actor,
) (out []core.AppRef, roles []string, err error) {
	standing, err := s.Access.Standing(ctx, tx, a, access.Target{Owner: a.Party})
	if err != nil {
		return nil, nil, err
	}
	for _, d := range s.Catalogue.Apps() {
		if d.IsCase() {
			continue
		}
		if permit, opens := standing.Of(d).Opens(access.ActionRead); opens {
			out, roles = append(out, d.Ref), append(roles, permit.Role)
		}
	}
	slices.Sort(roles)
	return out, slices.Compact(roles), nil
}

// Sent is a submission as its owner sees it afterwards.
type Sent struct {
	View
	// Deliveries are the handovers of this submission, in whichever version they are.
	Deliveries []core.Delivery
	// GivenUp is what of it, or of what was said of it later, never got to where it should.
	GivenUp []core.Delivery
	// Story is what else belongs to the matter and the actor may read.
	Story []Chapter
	// Versions are the later versions that have been sent, oldest first, and Newest what the last
	// of them says: the view itself where there is none.
	Versions []Version
	Newest   View
	Offers   Offers
	// Conversation is what has been said about it; on the status page only.
	Conversation Conversation
	// Openings are who has opened it and the cases made of it; on the status page only, and nil
	// unless the actor acts for the owner.
	Openings []core.Opening
}

// AnswerBy is when an answer can be expected of what was sent, as it is at a moment: what the app said when it was
// sent, later by the days that its applicant has been waited for; nil when the app does not say.
func (s Sent) AnswerBy(now time.Time) *time.Time {
	by := s.Expected()
	if by == nil {
		return nil
	}
	waited := 0
	for _, c := range s.Story {
		asked := c.Instance
		if asked.Due == nil || asked.Source == nil || asked.Owner != s.Instance.Owner {
			continue
		}
		end := now
		if asked.Submitted != nil {
			end = *asked.Submitted
		}
		if end.After(*asked.Due) {
			end = *asked.Due
		}
		waited += max(relay.Days(asked.Created, end), 0)
	}
	return new(relay.Later(*by, waited))
}

// Sent opens a submission for its receipt. An instance that has not been submitted is
// fault.Conflict.
func (s *Service) Sent(
	ctx context.Context, a core.Actor, ref core.InstanceRef, language string,
) (Sent, error) {
	var sent Sent
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		sent, err = s.sent(ctx, tx, a, ref, sentAs{core.ActRead, language})
		return err
	})
	return sent, err
}

// Followed opens a submission for its status page, as Sent does, with what has been said about it
// and who has opened it; what was unread is read by that.
func (s *Service) Followed(
	ctx context.Context, a core.Actor, ref core.InstanceRef, language string,
) (Sent, error) {
	var sent Sent
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if sent, err = s.sent(ctx, tx, a, ref, sentAs{core.ActRead, language}); err != nil {
			return err
		}
		if sent.Conversation, err = s.conversation(ctx, tx, a, sent.View, sent.Story); err != nil {
			return err
		}
		if a.Party == ref.Owner {
			sent.Openings, err = tx.Openings(ctx, sent.Instance)
		}
		return err
	})
	return sent, err
}

// sentAs is how a submission is looked at: the act that is noted, and the language.
type sentAs struct{ act, language string }

func (s *Service) sent(
	ctx context.Context, tx *store.Tx, a core.Actor, ref core.InstanceRef, as sentAs,
) (Sent, error) {
	var sent Sent
	var err error
	if sent.View, err = s.open(ctx, tx, a, ref, opening{action: access.ActionRead}); err != nil {
		return sent, err
	}
	if sent.Instance.Submitted == nil {
		return sent, fault.New(fault.Conflict, "fault.not_submitted")
	}
	audit(tx, a, as.act, sent.View, nil)
	sent.Input.Language = as.language
	if err := s.versions(ctx, tx, a, &sent); err != nil {
		return sent, err
	}
	if err := handed(ctx, tx, &sent); err != nil {
		return sent, err
	}
	sent.Story, err = s.story(ctx, tx, a, sent.Instance)
	return sent, err
}

// PDF gives a submission as a tagged PDF, in the language it was submitted in.
func (s *Service) PDF(
	ctx context.Context, a core.Actor, ref core.InstanceRef,
) ([]byte, core.Instance, error) {
	var sent Sent
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		sent, err = s.sent(ctx, tx, a, ref, sentAs{core.ActPrint, ""})
		return err
	})
	if err != nil {
		return nil, core.Instance{}, err
	}
	sent.Input.Language = sent.Instance.Language
	file, err := pdf.Submission(sent.App, sent.Input, sent.ServiceOwner.Name)
	return file, sent.Instance, err
}

// Page builds a form page of a view: with everything editable when the actor may write.
func (v View) Page(id string) form.Page {
	p := form.Build(v.App, v.Set, id, v.Input)
	p.Version, p.Seen = v.DocumentVersion(), v.Instance.Version
	return p
}
