package handover

import (
	"context"
	"fmt"
	"mime/multipart"
	"runtime/debug"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/store"
)

// What a delivery carries may be more than our own code bears. It is tried a few times, since the
// cause may be another, and then it waits for a person: nothing else waits for it.
const (
	// panicTries is after how many attempts that ended in a panic it is parked.
	panicTries = 5
	// lostTries is how many attempts in a row may have had no end at all, because their process died
	// on the way: by then it is likely that they killed it.
	lostTries = 20

	codePanic = "panic"
	codeLost  = "lost"
)

// poisoned refuses a delivery whose attempts have had no end time after time.
func (s *Service) poisoned(ctx context.Context, attempt int, p parcel) error {
	if attempt <= lostTries {
		return nil
	}
	list, err := s.attempts(ctx, p)
	if err != nil {
		return err
	}
	ended := 0
	if len(list) > 0 {
		ended = list[0].Number
	}
	if attempt-1-ended < lostTries {
		return nil
	}
	return &failure{code: codeLost, park: true}
}

// panics counts the attempts that ended in a panic, with the one that is to be written.
func (s *Service) panics(ctx context.Context, p parcel) int {
	list, err := s.attempts(ctx, p)
	if err != nil {
		s.Log.Error("attempts", "delivery", p.delivery.ID, "err", err)
	}
	n := 1
	for _, a := range list {
		if a.Code == codePanic {
			n++
		}
	}
	return n
}

func (s *Service) attempts(ctx context.Context, p parcel) ([]core.Attempt, error) {
	var list []core.Attempt
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		list, err = tx.Attempts(ctx, p.delivery.ID)
		return err
	})
	return list, err
}

// tryOnce makes the attempt, and takes a panic in it for a failure of its own.
func (s *Service) tryOnce(
	ctx context.Context, attempt int, p *parcel,
) (target core.InstanceRef, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.noPanic("deliver", p.delivery, cause)
			err = &failure{code: codePanic}
		}
	}()
	return s.attempt(ctx, attempt, p)
}

// writeSafely writes the request's body, in a goroutine of its own.
func (s *Service) writeSafely(
	ctx context.Context, form *multipart.Writer, p parcel,
) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.noPanic("write", p.delivery, cause)
			err = &failure{code: codePanic}
		}
	}()
	return s.write(ctx, form, p)
}

// render draws the PDF; one that cannot be drawn never stops a delivery.
func (s *Service) render(
	d *app.Definition, source store.DeliverySource, receiver string,
) (file []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return s.Render(d, source, receiver)
}

// noPanic logs what would have ended the process or the job.
func (s *Service) noPanic(doing string, d core.Delivery, cause any) {
	s.Log.Error("panic", "doing", doing, "delivery", d.ID, "cause", cause,
		"stack", string(debug.Stack()))
}
