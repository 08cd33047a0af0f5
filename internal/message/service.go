package message

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Config is what the service needs.
type Config struct {
	Store *store.Store
	// Sender carries notices out; nil where nothing does, and then none is sent.
	Sender Sender
	// BaseURL is the public address, without a slash at the end.
	BaseURL string
	Now     func() time.Time
	Log     *slog.Logger
}

// Service keeps messages and sends notices.
type Service struct{ Config }

// New gives the service.
func New(c Config) *Service { return &Service{c} }

// Written is a message that somebody writes at an instance, to the one at the other end. Key tells
// one press of the button from another: the same key of the same instance again is the same message.
type Written struct {
	To   core.InstanceRef
	Key  uuid.UUID
	Text string
	// Author is who writes, as the readers on this side see it; From as those at the other end do.
	Author, From string
}

// Said is a message that is to travel. Number is its place among those that the instance has sent.
type Said struct {
	core.Message
	To     core.InstanceRef
	Number int
}

// Write keeps what is written at the instance and gives what is to travel; nil when the same has
// been written before. The caller holds the instance's row lock.
func (s *Service) Write(
	ctx context.Context, tx *store.Tx, inst core.Instance, w Written,
) (*Said, error) {
	body, err := Clean(w.Text)
	if err != nil {
		return nil, err
	}
	m := core.Message{ID: uuid.NewSHA1(inst.ID, w.Key[:]), From: w.From, Text: body}
	count, among, err := tx.SentMessages(ctx, inst.ID, m.ID)
	if err != nil || among {
		return nil, err
	}
	kept := core.KeptMessage{Message: m, Instance: inst.InstanceRef, Sent: true, Other: w.To}
	kept.From = w.Author
	return &Said{Message: m, To: w.To, Number: count + 1}, tx.AddMessage(ctx, kept)
}

// Receive keeps what has come to an instance. One that comes unread has come to an applicant, who
// gets a notice; for a case, being unread is the case's own mark.
func (s *Service) Receive(ctx context.Context, tx *store.Tx, m core.KeptMessage) error {
	if err := tx.AddMessage(ctx, m); err != nil || !m.Unread {
		return err
	}
	return s.Notify(ctx, tx, m.Instance.ID, core.NoticeMessage)
}

// Answerable gives the instance at the other end that an answer goes to: one that a message has
// come from. Any other is fault.Malformed.
func (s *Service) Answerable(
	ctx context.Context, tx *store.Tx, instance, other uuid.UUID,
) (core.InstanceRef, error) {
	m, err := tx.CameFrom(ctx, instance, other)
	if errors.Is(err, store.ErrNoRow) {
		return core.InstanceRef{}, fault.New(fault.Malformed, "fault.malformed")
	}
	return m.Other, err
}
