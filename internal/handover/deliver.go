package handover

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/failpoint"
	"stafett/internal/fault"
	"stafett/internal/orgtoken"
	"stafett/store"
)

const (
	// RetryBudget is how long a delivery is tried before it is parked, where nothing else is said.
	RetryBudget = 7 * 24 * time.Hour
	// pdfTries is how many attempts a failing PDF may hold up before B is made without it.
	pdfTries = 3
)

// Later says that a delivery is to be tried again, and when.
type Later struct {
	Wait time.Duration
	// Code is why the attempt failed; "held" when there was none, since the target is left alone,
	// "early" when the delivery may not leave yet.
	Code string
	id   uuid.UUID
}

// Error holds codes only, since the job engine may keep it.
func (l *Later) Error() string { return fmt.Sprintf("delivery %s: %s", l.id, l.Code) }

// Deliver makes one attempt at a delivery. It gives nil when there is nothing more to do:
// delivered, parked, or not this attempt's any more. *Later means that the job should be tried
// again then; another error is a fault of ours, and the job is tried again too.
//
// It holds no connection and no transaction while it waits for a token or for the target.
func (s *Service) Deliver(ctx context.Context, id uuid.UUID) error {
	failpoint.Claimed.Hit()
	began := time.Now()
	begun, p, err := s.begin(ctx, id)
	if err == nil && begun.Early > 0 {
		return &Later{Wait: begun.Early, Code: "early", id: id}
	}
	if err == nil && begun.Hold > 0 {
		return &Later{Wait: spread(begun.Hold), Code: "held", id: id}
	}
	if err != nil || begun.Number == 0 {
		return err
	}
	failpoint.AttemptBegun.Hit()
	p.began = began
	if err = s.poisoned(ctx, begun.Number, p); err != nil {
		return s.failed(ctx, p, core.Attempt{Number: begun.Number}, err)
	}
	target, err := s.tryOnce(ctx, begun.Number, &p)
	a := core.Attempt{Number: begun.Number, Milliseconds: p.sinceBegan(), PDF: p.pdfAt, Token: p.tokenAt}
	if err == nil {
		return s.delivered(ctx, p, a, target)
	}
	return s.failed(ctx, p, a, err)
}

// begin takes the next attempt number, which is the fence of everything that this attempt
// writes later, and reads what was frozen. Attempt 0 means that the delivery is not waiting, or
// that its target is left alone.
func (s *Service) begin(ctx context.Context, id uuid.UUID) (store.Begun, parcel, error) {
	var begun store.Begun
	var p parcel
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		if begun, err = tx.BeginAttempt(ctx, id, probeTime); err != nil || begun.Number == 0 {
			return err
		}
		if p.delivery, p.frozen, err = tx.DeliveryPayload(ctx, id); err != nil {
			return err
		}
		p.owner = core.Party{ID: p.delivery.Owner}
		if !p.owner.ID.Elsewhere() {
			if p.owner, err = tx.Party(ctx, p.delivery.Owner); err != nil {
				return err
			}
		}
		return followed(ctx, tx, &p)
	})
	if errors.Is(err, store.ErrNoRow) {
		return store.Begun{}, p, nil
	}
	if err != nil {
		return store.Begun{}, p, fmt.Errorf("begin delivery %s: %w", id, err)
	}
	return begun, p, nil
}

// followed finds where a delivery goes that follows another: where that one went.
func followed(ctx context.Context, tx *store.Tx, p *parcel) error {
	if p.delivery.After == uuid.Nil {
		return nil
	}
	before, err := tx.Delivery(ctx, p.delivery.After)
	p.frozen.Into = before.Target
	return err
}

func (s *Service) attempt(ctx context.Context, attempt int, p *parcel) (core.InstanceRef, error) {
	p.target = s.Locate(p.delivery.To)
	if p.target.URL == "" {
		return core.InstanceRef{}, &failure{code: "no_target", park: true}
	}
	if err := s.attachPDF(ctx, attempt, p); err != nil {
		return core.InstanceRef{}, err
	}
	if p.pdf != nil {
		p.pdfAt = new(p.sinceBegan())
	}
	tokens := s.Tokens(p.delivery.Source.Org)
	if tokens == nil {
		return core.InstanceRef{}, &failure{code: "no_token_client", park: true}
	}
	if p.target.Altinn != nil {
		return s.toAltinn(ctx, attempt, tokens, p)
	}
	target, err := s.sendWithToken(ctx, tokens, p)
	if f, ok := errors.AsType[*failure](err); ok && f.token {
		// The target's view of keys may have moved: one fresh token, then it is final.
		tokens.Forget(access.ScopeWrite, p.target.Audience)
		target, err = s.sendWithToken(ctx, tokens, p)
	}
	return target, err
}

func (s *Service) sendWithToken(
	ctx context.Context, tokens *orgtoken.Client, p *parcel,
) (core.InstanceRef, error) {
	token, err := tokens.Token(ctx, access.ScopeWrite, p.target.Audience)
	if err != nil {
		return core.InstanceRef{}, tokenFailure(err)
	}
	failpoint.TokenGot.Hit()
	p.token, p.tokenAt = token, new(p.sinceBegan())
	return s.send(ctx, p)
}

// attachPDF finds the submission's PDF, making it the first time. A PDF that cannot be made
// never stops a delivery: after three tries the target is made without it, for good, so that
// every later attempt sends the same content under the same key.
func (s *Service) attachPDF(ctx context.Context, attempt int, p *parcel) error {
	if p.frozen.PDFType == "" || p.delivery.WithoutPDF {
		return nil
	}
	part, err := s.pdf(ctx, p)
	if err == nil {
		p.pdf = &part
		return nil
	}
	s.Log.Error("the submission's PDF was not made", "delivery", p.delivery.ID,
		"attempt", attempt, "err", err)
	if attempt < pdfTries {
		return &failure{code: "pdf"}
	}
	err = s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		p.delivery.WithoutPDF, err = tx.GiveUpPDF(ctx, p.delivery.ID, attempt)
		return err
	})
	if err == nil && !p.delivery.WithoutPDF {
		// It was made, and could not be read now.
		return &failure{code: "pdf"}
	}
	return err
}

func (s *Service) pdf(ctx context.Context, p *parcel) (core.FrozenPart, error) {
	kept, found, err := s.Store.DeliveryPDF(ctx, p.delivery.ID)
	if err != nil || found {
		kept.DataType = p.frozen.PDFType
		return kept, err
	}
	source, err := s.Store.DeliverySource(ctx, p.delivery.ID)
	if err != nil {
		return core.FrozenPart{}, err
	}
	d, err := s.Catalogue.At(ctx, source.Instance.AppRef, source.Instance.AppVersion)
	if err != nil {
		return core.FrozenPart{}, err
	}
	receiver, err := s.serviceOwner(ctx, source.Instance.Org)
	if err != nil {
		return core.FrozenPart{}, err
	}
	file, err := s.render(d, source, receiver.Name)
	if err != nil {
		return core.FrozenPart{}, err
	}
	failpoint.PDFMade.Hit()
	sum := sha256.Sum256(file)
	part := core.FrozenPart{
		DataType: p.frozen.PDFType, Filename: pdfName(*p),
		ContentType: "application/pdf", Size: int64(len(file)), SHA256: sum[:],
	}
	part.Upload, err = s.Store.PutDeliveryPDF(ctx, p.delivery.ID, part, file)
	failpoint.PDFKept.Hit()
	return part, err
}

// pdfName keeps the PDFs of several versions apart in one target: by when they were sent.
func pdfName(p parcel) string {
	if p.frozen.Correction == nil {
		return p.delivery.Reference + ".pdf"
	}
	return p.delivery.Reference + "-" + p.frozen.Correction.Sent.UTC().Format("20060102-150405") + ".pdf"
}

func (s *Service) serviceOwner(ctx context.Context, org string) (core.Party, error) {
	var p core.Party
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		p, err = tx.PartyByOrg(ctx, org)
		return err
	})
	return p, err
}

// delivered marks the outcome, links A and B and writes the event, in one transaction. An
// attempt that has lost its place to a later one writes nothing.
func (s *Service) delivered(
	ctx context.Context, p parcel, a core.Attempt, target core.InstanceRef,
) error {
	var next []uuid.UUID
	var opened []bool
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		if err := s.note(ctx, tx, p, a.Number); err != nil {
			return err
		}
		err := tx.MarkDelivered(ctx, p.delivery.ID, a, target)
		tx.ReleaseAfter(p.delivery.ID, &next)
		tx.NoteAnswer(p.delivery.ID, &opened)
		failpoint.MarkBegun.Hit()
		return err
	})
	failpoint.Marked.Hit()
	if err == nil && len(next) > 0 {
		err = s.release(ctx, next)
	}
	if err != nil {
		return fmt.Errorf("mark delivered: %w", err)
	}
	return s.wake(ctx, p, opened)
}

// release gives a job to each delivery that waited for one that has come through. Should the
// program end before it, they are found as others that have lost theirs.
func (s *Service) release(ctx context.Context, ids []uuid.UUID) error {
	return s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		for _, id := range ids {
			if err := tx.Enqueue(ctx, core.DeliverArgs{Delivery: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// failed writes why the attempt failed, and what that says of the target. It gives *Later when the
// delivery is to be tried again.
func (s *Service) failed(ctx context.Context, p parcel, a core.Attempt, cause error) error {
	f := asFailure(cause)
	s.Log.Warn("delivery attempt failed", "delivery", p.delivery.ID, "attempt", a.Number,
		"to", p.delivery.To, "code", f.code, "detail", f.detail, "err", cause)
	a.Code, a.Detail, a.Certain = f.code, f.detail, f.certain
	after := store.AfterFailure{
		Park: f.park || f.code == codePanic && s.panics(ctx, p) >= panicTries,
		Wait: spread(max(Backoff(a.Number), f.asked)), Budget: s.Budget,
	}
	// A shutdown cancels ctx; the outcome is still worth the few milliseconds.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var parked bool
	var opened []bool
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		if a.Said, err = said(ctx, tx, p, f); err != nil {
			return err
		}
		if parked, err = tx.EndAttempt(ctx, p.delivery.ID, a, after); err != nil {
			return err
		}
		s.judge(tx, p, a, f, &opened)
		return nil
	})
	if err == nil {
		err = s.wake(ctx, p, opened)
	}
	switch {
	case err != nil:
		return fmt.Errorf("end attempt: %w", err)
	case parked:
		return nil
	}
	return &Later{Wait: after.Wait, Code: f.code, id: p.delivery.ID}
}

func asFailure(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if fault.Is(err, fault.Internal) && errors.Is(err, context.Canceled) {
		return &failure{code: "stopped"}
	}
	return &failure{code: "internal"}
}

// tokenFailure maps the token client's errors: what may pass is tried again, the rest is parked
// at once, since the issuer will say the same next time (SECURITY.md 1.1).
func tokenFailure(err error) error {
	if e, ok := errors.AsType[*orgtoken.TokenError](err); ok {
		return &failure{code: "token_" + plainWord(e.Code), park: !e.Retryable}
	}
	return &failure{code: "token"}
}

// Backoff is how long to wait after attempt n (from 1): 0.2 s, doubling to 5 minutes.
func Backoff(n int) time.Duration {
	const first, longest = 200 * time.Millisecond, 5 * time.Minute
	if n > 12 {
		return longest
	}
	return min(first<<(max(n, 1)-1), longest)
}

// spread adds up to a quarter, so that a target that comes back does not meet everyone at once.
func spread(wait time.Duration) time.Duration { return wait + rand.N(wait/4+1) }
