package instance

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/store"
)

// MaxReason is how long the words about a withdrawal may be, in characters.
const MaxReason = 2000

// Offers are what an applicant can still do with what they have sent.
type Offers struct {
	Withdraw, Correct bool
	// Draft is a correction that has been begun; nil for none.
	Draft *core.Instance
}

// Version is a later version of what was sent, and what it says otherwise than the one before.
type Version struct {
	Instance    core.Instance
	Differences []form.Difference
}

// Withdraw takes back what was sent, with the applicant's own words about why: everything that
// was made of it is told. Pressing twice is safe. When it cannot be taken back any more it is
// fault.Conflict.
func (s *Service) Withdraw(
	ctx context.Context, a core.Actor, ref core.InstanceRef, reason string,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: app.ActionWithdraw, lock: true})
		if err != nil || v.Instance.Withdrawn != nil {
			return err
		}
		newest, err := s.newest(ctx, tx, v.App, v.Instance.ID, v.Input)
		if err != nil {
			return err
		}
		if err := s.still(ctx, tx, v, newest, v.App.Withdraw); err != nil {
			return err
		}
		if !v.App.Withdraw.Reason {
			reason = ""
		}
		return s.withdraw(ctx, tx, a, v, reason)
	})
}

func (s *Service) withdraw(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, reason string,
) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	v.Instance.Withdrawn = &core.Withdrawal{At: now, Reason: reason}
	if err := s.dropDraft(ctx, tx, a, v); err != nil {
		return err
	}
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return err
	}
	audit(tx, a, core.ActWithdraw, v, nil)
	return s.Handover.Withdraw(ctx, tx, v.Instance)
}

// dropDraft removes a correction that was begun: there is nothing left to correct.
func (s *Service) dropDraft(ctx context.Context, tx *store.Tx, a core.Actor, v View) error {
	draft, err := draftOf(ctx, tx, v.Instance.ID)
	if err != nil || draft == nil {
		return err
	}
	audit(tx, a, core.ActDelete, View{Instance: *draft, Permit: v.Permit}, nil)
	return tx.DeleteInstance(ctx, draft.InstanceRef)
}

// draftOf gives the correction of an instance that has been begun; nil for none.
func draftOf(ctx context.Context, tx *store.Tx, first uuid.UUID) (*core.Instance, error) {
	versions, err := tx.Versions(ctx, first)
	if err != nil {
		return nil, err
	}
	for _, inst := range versions {
		if inst.Submitted == nil {
			return &inst, nil
		}
	}
	return nil, nil
}

// still tells why what was sent can no longer be taken back, or corrected; nil when it can.
func (s *Service) still(
	ctx context.Context, tx *store.Tx, v View, newest form.Input, r *app.Retract,
) error {
	inst := v.Instance
	switch {
	case r == nil || inst.Corrects != uuid.Nil:
		return fault.New(fault.Conflict, "fault.retract_not_offered")
	case inst.Process.Ended == nil:
		return fault.New(fault.Conflict, "fault.not_submitted")
	case inst.Withdrawn != nil:
		return fault.New(fault.Conflict, "fault.retract_withdrawn")
	}
	over, err := isOver(ctx, tx, inst)
	if err != nil {
		return err
	}
	if over {
		return fault.New(fault.Conflict, "fault.retract_over")
	}
	return inTime(v.App, newest, r)
}

// inTime asks what the app says: a condition, and a last day.
func inTime(d *app.Definition, in form.Input, r *app.Retract) error {
	dataType, set := d.HandoverForm(&app.Handover{})
	if set == nil {
		set = &app.LayoutSet{DataType: dataType}
	}
	c := form.Context(d, set, in, nil)
	if r.When != nil {
		if ok, err := r.When.Bool(c, false); err != nil || !ok {
			return fault.Wrap(fault.Conflict, "fault.retract_not_offered", err)
		}
	}
	if r.Until == nil {
		return nil
	}
	date, err := r.Until.Text(c, "")
	if err != nil || date == "" {
		return err
	}
	end, err := form.EndOfDay(date)
	if err != nil {
		return fmt.Errorf("until: %w", err)
	}
	if in.Now.After(end) {
		return fault.New(fault.Conflict, "fault.retract_late")
	}
	return nil
}

// isOver tells whether the work on what was sent is over: that was reported, or all that was made
// of it here has ended.
func isOver(ctx context.Context, tx *store.Tx, inst core.Instance) (bool, error) {
	if inst.Substatus != nil && inst.Substatus.Ended {
		return true, nil
	}
	matter, err := tx.Matter(ctx, inst.Began().ID)
	if err != nil {
		return false, err
	}
	made := false
	for _, part := range matter {
		if part.Source != inst.ID {
			continue
		}
		if !part.Ended {
			return false, nil
		}
		made = true
	}
	return made, nil
}

// newest gives the input of the latest version that has been sent, in the reader's language and
// time as like says.
func (s *Service) newest(
	ctx context.Context, tx *store.Tx, d *app.Definition, first uuid.UUID, like form.Input,
) (form.Input, error) {
	versions, err := tx.Versions(ctx, first)
	if err != nil {
		return like, err
	}
	id := first
	for _, inst := range versions {
		if inst.Submitted != nil {
			id = inst.ID
		}
	}
	return inputOf(ctx, tx, d, id, like)
}

// inputOf gives the content of another version of the same instance.
func inputOf(
	ctx context.Context, tx *store.Tx, d *app.Definition, id uuid.UUID, like form.Input,
) (form.Input, error) {
	content, err := tx.Content(ctx, id)
	if err != nil {
		return like, err
	}
	like.Data, like.Entries = map[string]core.Document{}, map[string][]form.Entry{}
	for _, row := range content.Documents {
		dataType := row.Element.Type
		if d.EntrySet(dataType) != nil {
			like.Entries[dataType] = append(like.Entries[dataType],
				form.Entry{Element: row.Element, Document: row.Document})
			continue
		}
		like.Data[dataType] = row.Document
	}
	like.Elements = content.Attachments
	return like, nil
}

// Correct gives a draft of a new version of what was sent, with the same answers and files: the
// one that has been begun already, or a new one. What was sent stays as it is.
func (s *Service) Correct(
	ctx context.Context, a core.Actor, ref core.InstanceRef,
) (core.Instance, error) {
	var out core.Instance
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: app.ActionCorrect, lock: true})
		if err != nil {
			return err
		}
		newest, err := s.newest(ctx, tx, v.App, v.Instance.ID, v.Input)
		if err != nil {
			return err
		}
		if err := s.still(ctx, tx, v, newest, v.App.Correct); err != nil {
			return err
		}
		draft, err := draftOf(ctx, tx, v.Instance.ID)
		if err != nil {
			return err
		}
		if draft != nil {
			out = *draft
			return nil
		}
		audit(tx, a, core.ActCorrect, v, nil)
		out, err = s.newVersion(ctx, tx, a, v, newest)
		return err
	})
	return out, err
}

// newVersion makes the draft.
func (s *Service) newVersion(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, newest form.Input,
) (core.Instance, error) {
	content := copied(v.App, newest)
	inst, err := s.make(ctx, tx, a, creation{permit: v.Permit, Beginning: relay.Beginning{
		App: v.App, Owner: v.Owner, Language: v.Instance.Language,
		Status: core.StatusDraft, Documents: content.firsts(), Corrects: v.Instance.ID,
		Thread: v.Instance.Began(), Reference: v.Instance.Reference,
	}})
	if err != nil {
		return inst, err
	}
	return inst, content.addTo(ctx, tx, inst)
}

func copyFile(ctx context.Context, tx *store.Tx, e core.DataElement) error {
	var err error
	if e.Upload, err = tx.CopyUpload(ctx, e.Upload); err != nil {
		return err
	}
	if err := tx.AddElement(ctx, e); err != nil || len(e.Tags) == 0 {
		return err
	}
	return tx.SetTags(ctx, e.Instance, e.ID, e.Tags)
}

// sendable tells why a correction cannot be sent: what it corrects has been taken back or
// decided since it was begun, or it says nothing new. It holds the first version's row lock.
func (s *Service) sendable(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	ref := v.Instance.InstanceRef
	ref.ID = v.Instance.Corrects
	first, err := s.open(ctx, tx, a, ref, opening{action: app.ActionCorrect, lock: true})
	if err != nil {
		return err
	}
	before, err := s.newest(ctx, tx, first.App, ref.ID, v.Input)
	if err != nil {
		return err
	}
	if err := s.still(ctx, tx, first, before, first.App.Correct); err != nil {
		return err
	}
	v.before = &before
	if len(v.Changes()) == 0 {
		return fault.New(fault.Conflict, "fault.correct_nothing")
	}
	return nil
}

// Changes are what a correction says otherwise than what was sent last; nil for what corrects
// nothing.
func (v View) Changes() []form.Difference {
	if v.before == nil {
		return nil
	}
	before := *v.before
	before.Language, before.BaseURL = v.Input.Language, v.Input.BaseURL
	return form.Differences(v.App, v.App.Sets, before, v.Input)
}

// Correcting tells whether the instance is a correction that has not been sent.
func (v View) Correcting() bool {
	return v.Instance.Corrects != uuid.Nil && v.Instance.Submitted == nil
}

// versions fills in the later versions of what was sent, and what can still be done with it.
func (s *Service) versions(ctx context.Context, tx *store.Tx, a core.Actor, sent *Sent) error {
	list, err := tx.Versions(ctx, sent.Instance.ID)
	if err != nil {
		return err
	}
	before := sent.Input
	for _, inst := range list {
		standing, err := s.Access.Standing(ctx, tx, a, access.On(sent.App, inst))
		if err != nil {
			return err
		}
		if !standing.Rights(access.ActionRead)[access.ActionRead] {
			continue
		}
		if inst.Submitted == nil {
			sent.Offers.Draft = &inst
			continue
		}
		after, err := inputOf(ctx, tx, sent.App, inst.ID, sent.Input)
		if err != nil {
			return err
		}
		sent.Versions = append(sent.Versions, Version{
			Instance: inst, Differences: form.Differences(sent.App, sent.App.Sets, before, after),
		})
		before = after
	}
	sent.Newest = sent.View
	sent.Newest.Input = before
	rights := sent.standing.Rights(app.ActionWithdraw, app.ActionCorrect)
	for _, one := range []struct {
		action  string
		says    *app.Retract
		offered *bool
	}{
		{app.ActionWithdraw, sent.App.Withdraw, &sent.Offers.Withdraw},
		{app.ActionCorrect, sent.App.Correct, &sent.Offers.Correct},
	} {
		if !rights[one.action] {
			continue
		}
		err := s.still(ctx, tx, sent.View, before, one.says)
		if *one.offered = err == nil; err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}
