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

// Written is a message that somebody writes. Key tells one press of the button from another: the
// same key of the same instance again is the same message.
type Written struct {
	Key  uuid.UUID
	Text string
	// Author is who writes, as the readers on this side see it; From as those at the other end do.
	Author, From string
}

// Write keeps what is written at the instance and gives what is to travel, with its number among
// those that the instance has sent. It gives nil when the same has been written before. The
// caller holds the instance's row lock.
func (s *Service) Write(
	ctx context.Context, tx *store.Tx, inst core.Instance, other core.InstanceRef, w Written,
) (*core.Message, int, error) {
	body, err := Clean(w.Text)
	if err != nil {
		return nil, 0, err
	}
	m := core.Message{ID: uuid.NewSHA1(inst.ID, w.Key[:]), From: w.From, Text: body}
	count, among, err := tx.SentMessages(ctx, inst.ID, m.ID)
	if err != nil || among {
		return nil, 0, err
	}
	kept := core.KeptMessage{Message: m, Instance: inst.InstanceRef, Sent: true, Other: other}
	kept.From = w.Author
	return &m, count + 1, tx.AddMessage(ctx, kept)
}

// Receive keeps what has come to the instance from another. One that comes to an applicant is
// unread until somebody opens it, and they get a notice.
func (s *Service) Receive(
	ctx context.Context, tx *store.Tx, inst core.Instance, from core.InstanceRef, m core.Message,
	toApplicant bool,
) error {
	kept := core.KeptMessage{Message: m, Instance: inst.InstanceRef, Other: from, Unread: toApplicant}
	if err := tx.AddMessage(ctx, kept); err != nil || !toApplicant {
		return err
	}
	return s.Notify(ctx, tx, inst.ID, core.NoticeMessage)
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
