package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/internal/failpoint"
)

const (
	// sealLimit is how many audit lines one seal holds at most.
	sealLimit = 10_000
	// sealMark tells what is digested; another way to digest gets another mark.
	sealMark = "stafett audit seal 1"
	// listed is how many bytes a line takes in the list of a seal: its id, and listedDigest
	// bytes of its digest.
	listed       = 8 + listedDigest
	listedDigest = 8
	// sealLock is the advisory lock of the one who seals; the ones who append take none.
	sealLock = 0x5ea1
	// checkLock is that of the one who begins a check.
	checkLock = 0x5ea2
)

// position is a place in the order of sealing: the transaction, then the line.
type position struct {
	xact uint64
	id   int64
}

// xid is the transaction as a parameter: xid8 has no signed form to convert from.
func (p position) xid() string { return strconv.FormatUint(p.xact, 10) }

// seal is a row of audit_seal. The zero value stands before the first one.
type seal struct {
	number   int64
	from, to position
	lines    int
	list     []byte
	head     []byte
	at       time.Time
}

// line is what a seal holds of one audit line.
type line struct {
	position
	digest [sha256.Size]byte
}

// The columns of a line as text that no setting of the session can change, in a fixed order: a
// column that is added later must not go in here without another sealMark.
const sealedColumns = `
v.xact::text, v.id, (extract(epoch FROM v.at) * 1000000)::bigint::text, v.actor::text,
v.actor_kind, v.actor_name, v.organisation_number, v.party::text, v.org, v.app,
v.instance::text, v.task, v.act, v.outcome, v.purpose, v.detail::text, v.request, v.session`

// scanLine digests a line: each column with its length before it, so that nothing can move from
// one column to the next.
func scanLine(rows pgx.Rows) (line, error) {
	var l line
	var xact string
	texts := make([]*string, 16)
	into := []any{&xact, &l.id}
	for i := range texts {
		into = append(into, &texts[i])
	}
	if err := rows.Scan(into...); err != nil {
		return l, err
	}
	var err error
	if l.xact, err = strconv.ParseUint(xact, 10, 64); err != nil {
		return l, err
	}
	var b []byte
	b = binary.BigEndian.AppendUint64(b, l.xact)
	b = binary.BigEndian.AppendUint64(b, uint64(l.id))
	for _, t := range texts {
		if t == nil {
			b = append(b, 0)
			continue
		}
		b = binary.BigEndian.AppendUint32(append(b, 1), uint32(len(*t)))
		b = append(b, *t...)
	}
	l.digest = sha256.Sum256(b)
	return l, nil
}

// sealer makes the head of one seal from the head before it and the lines as they come.
type sealer struct {
	seal
	sum hash.Hash
}

func newSealer(previous []byte, number int64) *sealer {
	s := &sealer{seal: seal{number: number}, sum: sha256.New()}
	s.sum.Write([]byte(sealMark))
	s.sum.Write(previous)
	return s
}

func (s *sealer) add(l line) {
	if s.lines == 0 {
		s.from = l.position
	}
	s.to = l.position
	s.lines++
	s.list = binary.BigEndian.AppendUint64(s.list, uint64(l.id))
	s.list = append(s.list, l.digest[:listedDigest]...)
	s.sum.Write(l.digest[:])
}

// close gives the head: the lines, and what the seal itself says of them.
func (s *sealer) close(at time.Time) seal {
	s.at = at
	for _, n := range []uint64{
		uint64(s.number), s.from.xact, uint64(s.from.id), s.to.xact, uint64(s.to.id),
		uint64(s.lines), uint64(at.UnixMicro()),
	} {
		s.sum.Write(binary.BigEndian.AppendUint64(nil, n))
	}
	s.sum.Write(s.list)
	s.head = s.sum.Sum(nil)
	return s.seal
}

const sealColumns = `
s.number, s.from_xact::text, s.from_id, s.to_xact::text, s.to_id, s.lines, s.list, s.head, s.at`

func scanSeal(row pgx.CollectableRow) (seal, error) {
	var s seal
	var from, to string
	err := row.Scan(&s.number, &from, &s.from.id, &to, &s.to.id, &s.lines, &s.list, &s.head, &s.at)
	if err != nil {
		return s, err
	}
	s.from.xact, err = strconv.ParseUint(from, 10, 64)
	if err != nil {
		return s, err
	}
	s.to.xact, err = strconv.ParseUint(to, 10, 64)
	return s, err
}

const newestSeal = `
SELECT ` + sealColumns + `
FROM audit_seal AS s
ORDER BY s.number DESC
LIMIT 1`

// newest gives the newest seal; the zero value when there is none.
func (tx *Tx) newestSeal(ctx context.Context) (seal, error) {
	list, err := many(ctx, tx, scanSeal, "newest seal", newestSeal)
	if err != nil || len(list) == 0 {
		return seal{}, err
	}
	return list[0], nil
}

const (
	takeSealLock = `SELECT pg_try_advisory_xact_lock($1::bigint)`

	// A line is final when every transaction up to its own has ended: then none can come before
	// it in the order of sealing, and those that are not there never will be.
	finalLines = `
SELECT ` + sealedColumns + `
FROM audit_event AS v
WHERE (v.xact, v.id) > ($1::text::xid8, $2::bigint)
  AND v.xact < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY v.xact, v.id
LIMIT $3`

	// The counter goes back only when a dump is read into another cluster.
	counterIsBehind = `SELECT pg_snapshot_xmax(pg_current_snapshot()) <= $1::text::xid8`

	addSeal = `
INSERT INTO audit_seal (number, from_xact, from_id, to_xact, to_id, lines, list, head, at)
VALUES ($1, $2::text::xid8, $3, $4::text::xid8, $5, $6, $7, $8, $9)`
)

// errCounterBehind tells operators what docs/operations.md says about a dump that was read in.
var errCounterBehind = errors.New("the database's transaction counter is behind the newest seal:" +
	" new audit lines cannot be sealed (see docs/operations.md, reading a dump into another cluster)")

// SealAudit seals the audit lines that are final, and tells how many. One process does it at a
// time: the others find nothing to do. Appending waits for nobody.
func (s *Store) SealAudit(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := s.sealSome(ctx)
		total += n
		if err != nil || n < sealLimit {
			return total, err
		}
	}
}

func (s *Store) sealSome(ctx context.Context) (int, error) {
	n := 0
	err := s.InTx(ctx, core.System(), func(tx *Tx) error {
		n = 0
		mine, err := one(ctx, tx, pgx.RowTo[bool], "seal lock", takeSealLock, sealLock)
		if err != nil || !mine {
			return err
		}
		last, err := tx.newestSeal(ctx)
		if err != nil {
			return err
		}
		behind, err := one(ctx, tx, pgx.RowTo[bool], "seal", counterIsBehind, last.to.xid())
		if err != nil {
			return err
		}
		if behind {
			return errCounterBehind
		}
		next := newSealer(last.head, last.number+1)
		err = tx.query(ctx, eachLine(func(l line) { next.add(l) }), "lines to seal", finalLines,
			last.to.xid(), last.to.id, sealLimit)
		if err != nil || next.lines == 0 {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		made := next.close(now)
		failpoint.Sealed.Hit()
		n = made.lines
		tx.queue("seal", addSeal, made.number, made.from.xid(), made.from.id, made.to.xid(),
			made.to.id, made.lines, made.list, made.head, made.at)
		return nil
	})
	return n, err
}

// eachLine makes a reader that holds one line at a time.
func eachLine(do func(line)) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			l, err := scanLine(rows)
			if err != nil {
				return err
			}
			do(l)
		}
		return rows.Err()
	}
}

// AuditHead is a seal as an outside copy keeps it: whoever has it can prove that everything up to
// it is still what it was.
type AuditHead struct {
	Number int64
	Head   []byte
	At     time.Time
}

// String gives the number and the head, as ParseAuditHead reads them.
func (h AuditHead) String() string { return fmt.Sprintf("%d:%x", h.Number, h.Head) }

// Same tells whether it is the same seal.
func (h AuditHead) Same(other AuditHead) bool {
	return h.Number == other.Number && bytes.Equal(h.Head, other.Head)
}

// ParseAuditHead reads what AuditHead.String wrote.
func ParseAuditHead(text string) (AuditHead, error) {
	var h AuditHead
	number, head, found := bytes.Cut([]byte(text), []byte(":"))
	n, err := strconv.ParseInt(string(number), 10, 64)
	if err == nil {
		h.Head, err = hex.DecodeString(string(head))
	}
	h.Number = n
	if err != nil || !found || n <= 0 || len(h.Head) != sha256.Size {
		return AuditHead{}, errors.New("must be <number>:<64 hexadecimal digits>")
	}
	return h, nil
}

// AuditHead gives the newest seal; a zero value when nothing is sealed yet.
func (s *Store) AuditHead(ctx context.Context) (AuditHead, error) {
	var h AuditHead
	err := s.InTx(ctx, core.System(), func(tx *Tx) error {
		last, err := tx.newestSeal(ctx)
		h = AuditHead{Number: last.number, Head: last.head, At: last.at}
		return err
	})
	return h, err
}
