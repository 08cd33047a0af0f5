package instance

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/message"
	"stafett/store"
)

// Say is a message that a person writes. To is the instance at the other end that it answers; a
// case writes to its applicant, and names none.
type Say struct {
	Ref  core.InstanceRef
	To   uuid.UUID
	Text string
	// Key is the same when the same button is pressed again.
	Key uuid.UUID
}

// Say takes a message and has it delivered to the other end. A caseworker needs the right to
// write where the case stands; whoever applied needs no more than to read what they sent, and
// answers what has come. To press twice is safe. What is empty or too long is fault.Invalid.
func (s *Service) Say(ctx context.Context, a core.Actor, p Say) error {
	d, err := s.Catalogue.App(p.Ref.AppRef)
	if err != nil {
		return err
	}
	o := opening{action: access.ActionRead, lock: true}
	if d.IsCase() {
		o.action = access.ActionWrite
	}
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, p.Ref, o)
		if err != nil {
			return err
		}
		if p.Key == uuid.Nil {
			return fault.New(fault.Malformed, "fault.malformed")
		}
		return s.say(ctx, tx, a, v, p)
	})
}

func (s *Service) say(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, p Say,
) error {
	to, err := s.otherEnd(ctx, tx, v, p.To)
	if err != nil {
		return err
	}
	w := message.Written{To: to, Key: p.Key, Text: p.Text, Author: a.Name, From: a.Name}
	switch {
	case v.App.IsCase():
		// Who wrote is for colleagues; the applicant reads whose caseworkers it was.
		w.From = v.Instance.DataValues[handover.ValueUnit]
	case v.Owner.ID != a.User:
		w.From = a.Name + ", " + v.Owner.Name
	}
	said, err := s.Messages.Write(ctx, tx, v.Instance, w)
	if err != nil || said == nil {
		return err
	}
	audit(tx, a, core.ActSay, v, nil)
	return s.Handover.Say(ctx, tx, v.Instance, *said, v.App.IsCase())
}

// StopMessage stops a message of a case that has not left the house. Whoever may write one may stop
// it. One that has left, or was stopped before, is fault.Conflict.
func (s *Service) StopMessage(
	ctx context.Context, a core.Actor, ref core.InstanceRef, id uuid.UUID,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.seen(ctx, tx, a, ref, opening{action: access.ActionWrite, lock: true})
		if err != nil {
			return err
		}
		if !v.App.IsCase() {
			return access.Refuse(access.ActionWrite, ref.AppRef)
		}
		stopped, err := tx.StopMessage(ctx, ref.ID, id)
		if err == nil && !stopped {
			err = fault.New(fault.Conflict, "fault.message_left")
		}
		if err == nil {
			audit(tx, a, core.ActStop, v, nil)
		}
		return err
	})
}

// otherEnd gives the instance that a message goes to.
func (s *Service) otherEnd(
	ctx context.Context, tx *store.Tx, v View, to uuid.UUID,
) (core.InstanceRef, error) {
	if !v.App.IsCase() {
		return s.Messages.Answerable(ctx, tx, v.Instance.ID, to)
	}
	ref, err := s.applicant(ctx, tx, v)
	if err == nil && ref == nil {
		err = fault.New(fault.Conflict, "fault.no_applicant")
	}
	if err != nil {
		return core.InstanceRef{}, err
	}
	return *ref, nil
}

// applicant gives what an applicant sent that the case came of: its source, or where a case came
// of a case, what the matter began with, when that is here. It gives nil when there is none, and
// when the organisation itself may not write to the case: then no answer could come back.
func (s *Service) applicant(
	ctx context.Context, tx *store.Tx, v View,
) (*core.InstanceRef, error) {
	inst := v.Instance
	if inst.Source == nil || inst.Began().Owner == inst.Owner || !takesAnswers(v) {
		return nil, nil
	}
	if inst.Source.Owner == inst.Began().Owner {
		return inst.Source, nil
	}
	matter, err := tx.Matter(ctx, inst.Began().ID)
	if err != nil || len(matter) == 0 || matter[0].Ref.ID != inst.Began().ID {
		return nil, err
	}
	return &matter[0].Ref, nil
}

// takesAnswers tells whether the policy lets the organisation's own system write to the case.
func takesAnswers(v View) bool {
	system := core.Actor{
		Kind: core.ActorOrg, Org: v.App.Ref.Org, Level: organisationLevel,
		OrganisationNumber: v.ServiceOwner.OrganisationNumber,
	}
	return access.Allows(system, access.ActionWrite, access.On(v.App, v.Instance))
}

// organisationLevel is the level of an organisation's token.
const organisationLevel = 3

// hear keeps a message that another app of the organisation brings. A case is unread again for
// all who work on it; an applicant gets a notice. What an applicant reads as the sender is the
// organisation as it is known here, and the unit that it says.
func (s *Service) hear(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, t Template,
) error {
	from, err := sourceOf(t.DataValues)
	if err != nil {
		return err
	}
	if from != nil {
		if err := tx.Here(ctx, from); err != nil {
			return err
		}
	}
	m := *t.Message
	cleaned, invalid := message.Clean(m.Text)
	if from == nil || m.ID == uuid.Nil || invalid != nil || len(m.From) > maxFrom {
		return NewProblems("data", Problem{Path: "message", Code: "format"})
	}
	m.Text = cleaned
	isCase := v.App.IsCase()
	if !isCase {
		m.From = signature(v, m.From)
	}
	kept := core.KeptMessage{
		Message: m, Instance: v.Instance.InstanceRef, Other: *from, Unread: !isCase,
	}
	if err := s.Messages.Receive(ctx, tx, kept); err != nil {
		return err
	}
	audit(tx, a, core.ActHear, v, nil)
	if !isCase {
		return nil
	}
	return came(ctx, tx, a, &v)
}

// maxFrom is how long the name of a sender may be, in bytes.
const maxFrom = 400

func signature(v View, unit string) string {
	if unit == "" {
		return v.ServiceOwner.Name
	}
	return v.ServiceOwner.Name + ", " + unit
}

// Conversation is the messages of a matter that a reader may read, with what they may do.
type Conversation struct {
	Messages []core.KeptMessage
	// Of are the instances that they belong to, by id.
	Of map[uuid.UUID]core.Instance
	// MayWrite tells that a caseworker may write to the applicant, and To what there is to know of
	// them for that.
	MayWrite bool
	To       Addressee
}

// conversation gives the messages of the instance and of what else of the matter the reader may
// read and is on the same side: cases for caseworkers, what was sent for applicants. What has
// come to an applicant counts as read from now on.
func (s *Service) conversation(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, story []Chapter,
) (Conversation, error) {
	isCase := v.App.IsCase()
	c := Conversation{Of: map[uuid.UUID]core.Instance{v.Instance.ID: v.Instance}}
	ids := []uuid.UUID{v.Instance.ID}
	for _, other := range story {
		if other.Case() == isCase && other.Instance.Owner == v.Instance.Owner {
			ids = append(ids, other.Instance.ID)
			c.Of[other.Instance.ID] = other.Instance
		}
	}
	var err error
	if c.Messages, err = tx.Messages(ctx, ids...); err != nil {
		return c, err
	}
	if err := noteReading(ctx, tx, a, v, c); err != nil {
		return c, err
	}
	if isCase && v.Instance.Process.Ended == nil && v.Input.Rights[access.ActionWrite] {
		to, err := s.applicant(ctx, tx, v)
		if err != nil || to == nil {
			return c, err
		}
		c.MayWrite = true
		c.To, err = s.addressee(ctx, tx, v, *to)
		return c, err
	}
	return c, nil
}

// noteReading notes whose messages are read, and that what had come unread is read now.
func noteReading(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, c Conversation,
) error {
	others, unread := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, m := range c.Messages {
		if m.Unread {
			unread[m.Instance.ID] = true
		}
		if m.Instance.ID != v.Instance.ID {
			others[m.Instance.ID] = true
		}
	}
	for id := range others {
		other := v
		other.Instance = c.Of[id]
		audit(tx, a, core.ActRead, other, nil)
	}
	if len(unread) == 0 {
		return nil
	}
	return tx.ReadMessages(ctx, slices.Collect(maps.Keys(unread))...)
}

// Received lists what has come to the instances of the party that the actor acts for, newest
// first, of the apps whose instances they may read.
func (s *Service) Received(
	ctx context.Context, a core.Actor, after *store.Cursor, n int,
) ([]core.KeptMessage, *store.Cursor, error) {
	var list []core.KeptMessage
	var next *store.Cursor
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		readable, roles, err := s.readable(ctx, tx, a)
		if err != nil || len(readable) == 0 {
			return err
		}
		if list, next, err = tx.Received(ctx, a.Party, readable, after, n); err != nil {
			return err
		}
		tx.Audit(access.ListEvent(a, core.ActList, a.Party, roles, len(list),
			map[string]string{"part": "messages"}))
		return nil
	})
	return list, next, err
}

// notice has the owner told of what an organisation has made for them, and reminded of what is to
// be answered. A case is found in an inbox, and needs none.
func (s *Service) notice(
	ctx context.Context, tx *store.Tx, d *app.Definition, inst core.Instance, remindBefore []int,
) error {
	if d.IsCase() || !d.Meta.DisallowUserInstantiation {
		return nil
	}
	if inst.Status != core.StatusDraft {
		return s.Messages.Notify(ctx, tx, inst.ID, core.NoticeLetter)
	}
	if !message.MayRemind(remindBefore) {
		return NewProblems("template", Problem{Path: "remindBefore", Code: "range"})
	}
	if err := s.Messages.Notify(ctx, tx, inst.ID, core.NoticeRequest); err != nil || inst.Due == nil {
		return err
	}
	return s.Messages.Remind(ctx, tx, inst.ID, *inst.Due, remindBefore)
}
