package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"stafett/internal/fault"
)

// ErrNoRow is the error of a read that found nothing. What it means (a forbidden address, an
// unknown person) is the caller's to say.
var ErrNoRow = errors.New("no such row")

// The text keys of the faults that come from here.
const (
	keyChanged     = "fault.changed"
	keyUnavailable = "fault.unavailable"
)

// conflicts are the constraints whose violation means that somebody else was first.
var conflicts = map[string]string{
	"case_view_name_key":            "fault.view_name",
	"instance_reference_key":        "fault.reference_taken",
	"delivery_once_key":             "fault.already_handed_over",
	"idempotency_key_pkey":          "fault.idempotency_key_reused",
	"message_pkey":                  "fault.already_handed_over",
	"case_note_pkey":                keyChanged,
	"case_hold_one_key":             keyChanged,
	"party_person_number_key":       keyChanged,
	"party_organisation_number_key": keyChanged,
	"upload_chunk_pkey":             keyChanged,
	"element_upload_key":            keyChanged,
}

// SQLSTATEs that this package acts on (PostgreSQL, appendix A).
const (
	codeChanged            = "SF001"
	codeUniqueViolation    = "23505"
	codeDuplicate          = "42710"
	codeSerialization      = "40001"
	codeDeadlock           = "40P01"
	codeLockNotAvailable   = "55P03"
	codeQueryCanceled      = "57014"
	codeIdleInTransaction  = "25P03"
	classConnection        = "08"
	classResources         = "53"
	classOperatorIntervene = "57P"
)

// explain says what was being done, and gives a kind to the errors that somebody acts on.
func explain(doing string, err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("%s: %w", doing, ErrNoRow)
	}
	cause := fmt.Errorf("%s: %w", doing, err)
	if broken(err) {
		return fault.Wrap(fault.Unavailable, keyUnavailable, cause)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return explainCode(e, cause)
	}
	return cause
}

// broken tells whether the way to the database is gone, other than by the caller's own doing.
func broken(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[*net.OpError](err)
	return connecting || network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, pgconn.ErrConnClosed)
}

func explainCode(e *pgconn.PgError, cause error) error {
	switch {
	case e.Code == codeChanged:
		return fault.Wrap(fault.Conflict, keyChanged, cause)
	case e.Code == codeUniqueViolation:
		if key, ok := conflicts[e.ConstraintName]; ok {
			return fault.Wrap(fault.Conflict, key, cause)
		}
	case e.Code == codeLockNotAvailable, e.Code == codeQueryCanceled,
		e.Code == codeIdleInTransaction,
		strings.HasPrefix(e.Code, classConnection), strings.HasPrefix(e.Code, classResources),
		strings.HasPrefix(e.Code, classOperatorIntervene):
		return fault.Wrap(fault.Unavailable, keyUnavailable, cause)
	}
	return cause
}

// retryable tells whether the same transaction may go through when it is run again. A reference is drawn
// by lot, and another one the next time.
func retryable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == codeSerialization || e.Code == codeDeadlock ||
		e.Code == codeUniqueViolation && e.ConstraintName == "instance_reference_key")
}

// waited makes a wait for a connection that timed out, while the caller's own context lives, a
// fault that says so: the pool is exhausted or the database is away.
func waited(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(fault.Unavailable, keyUnavailable,
			fmt.Errorf("no free database connection: %w", err))
	}
	return explain("connect", err)
}
