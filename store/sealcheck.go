package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// AuditFault is one thing that is not as it was sealed.
type AuditFault struct {
	// Seal is the number of the seal; Line the audit line, 0 when it is the seal itself.
	Seal, Line int64
	// What tells what is wrong, in English: it is for operators.
	What string
}

func (f AuditFault) String() string {
	if f.Line != 0 {
		return fmt.Sprintf("line %d (seal %d): %s", f.Line, f.Seal, f.What)
	}
	return fmt.Sprintf("seal %d: %s", f.Seal, f.What)
}

// AuditRange is what to verify: seals by number, both included; 0 is the first and the newest.
type AuditRange struct {
	From, To int64
	// Head is an outside copy that must still be there; nil for none.
	Head *AuditHead
}

// AuditReport is what a verification found.
type AuditReport struct {
	Seals, Lines, Faults int64
	// Unsealed is how many lines wait for their seal, Oldest when the first of them was written.
	Unsealed int64
	Oldest   time.Time
}

// verifier goes through the seals in order.
type verifier struct {
	store  *Store
	tell   func(AuditFault)
	report AuditReport
	last   seal
	// known is false when the seal before the one at hand is missing.
	known bool
}

// VerifyAudit recomputes every seal of a range from the lines, one line in memory at a time, and
// tells every fault as it is found.
func (s *Store) VerifyAudit(
	ctx context.Context, r AuditRange, tell func(AuditFault),
) (AuditReport, error) {
	v := &verifier{store: s, tell: tell, known: true}
	if err := v.start(ctx, r); err != nil {
		return v.report, err
	}
	for {
		next, err := v.seal(ctx, v.last.number)
		if err != nil {
			return v.report, err
		}
		if next.number == 0 || r.To != 0 && next.number > r.To {
			break
		}
		if err := v.check(ctx, next); err != nil {
			return v.report, err
		}
	}
	if r.To != 0 && v.last.number < r.To {
		v.fault(r.To, 0, "is missing")
	}
	if err := v.outside(ctx, r.Head); err != nil {
		return v.report, err
	}
	return v.report, v.unsealed(ctx)
}

func (v *verifier) fault(number, line int64, what string) {
	v.report.Faults++
	v.tell(AuditFault{Seal: number, Line: line, What: what})
}

// start trusts the seal before the first one that is asked for: older ones may be kept elsewhere.
func (v *verifier) start(ctx context.Context, r AuditRange) error {
	if r.From <= 1 {
		return nil
	}
	before, err := v.seal(ctx, r.From-2)
	if before.number == r.From-1 {
		v.last = before
		return err
	}
	v.last, v.known = seal{number: r.From - 1}, false
	return err
}

const sealAfter = `
SELECT ` + sealColumns + `
FROM audit_seal AS s
WHERE s.number > $1
ORDER BY s.number
LIMIT 1`

// seal gives the seal after a number; the zero value when there is none.
func (v *verifier) seal(ctx context.Context, after int64) (seal, error) {
	var list []seal
	err := v.store.InTx(ctx, core.System(), func(tx *Tx) error {
		var err error
		list, err = many(ctx, tx, scanSeal, "seal", sealAfter, after)
		return err
	})
	if err != nil || len(list) == 0 {
		return seal{}, err
	}
	return list[0], nil
}

const linesBetween = `
SELECT ` + sealedColumns + `
FROM audit_event AS v
WHERE (v.xact, v.id) > ($1::text::xid8, $2::bigint)
  AND (v.xact, v.id) <= ($3::text::xid8, $4::bigint)
ORDER BY v.xact, v.id`

// check recomputes one seal. Afterwards the chain goes on from what is written in it, so that
// each fault is told once.
func (v *verifier) check(ctx context.Context, s seal) error {
	for n := v.last.number + 1; n < s.number; n++ {
		v.fault(n, 0, "is missing")
		v.known = false
	}
	after := v.last.to
	if !v.known {
		// Nothing is known of where the missing one ended.
		after = position{xact: s.from.xact, id: s.from.id - 1}
	}
	again := newSealer(v.last.head, s.number)
	names := newNames(s)
	err := v.store.InTx(ctx, core.System(), func(tx *Tx) error {
		return tx.query(ctx, eachLine(func(l line) {
			again.add(l)
			names.see(l)
		}), "sealed lines", linesBetween, after.xid(), after.id, s.to.xid(), s.to.id)
	})
	if err != nil {
		return err
	}
	v.report.Seals++
	v.report.Lines += int64(again.lines)
	named := names.tell(v)
	made := again.close(s.at)
	if !named && (!made.says(s) || v.known && !bytes.Equal(made.head, s.head)) {
		v.fault(s.number, 0, "has been changed, or the one before it has")
	}
	v.last, v.known = s, true
	return nil
}

// says tells whether two seals tell the same of what they hold.
func (s seal) says(other seal) bool {
	return s.from == other.from && s.to == other.to && s.lines == other.lines &&
		bytes.Equal(s.list, other.list)
}

// names finds which lines of a seal are not as its list says.
type names struct {
	seal   seal
	want   map[int64][]byte
	order  []int64
	faults []AuditFault
}

func newNames(s seal) *names {
	n := &names{seal: s, want: map[int64][]byte{}}
	for list := s.list; len(list) >= listed; list = list[listed:] {
		id := int64(binary.BigEndian.Uint64(list))
		n.want[id] = list[8:listed]
		n.order = append(n.order, id)
	}
	return n
}

func (n *names) see(l line) {
	digest, there := n.want[l.id]
	delete(n.want, l.id)
	switch {
	case !there:
		n.add(l.id, "was added after the sealing")
	case !bytes.Equal(digest, l.digest[:listedDigest]):
		n.add(l.id, "has been changed")
	}
}

func (n *names) add(id int64, what string) {
	n.faults = append(n.faults, AuditFault{Seal: n.seal.number, Line: id, What: what})
}

func (n *names) tell(v *verifier) bool {
	for _, id := range n.order {
		if _, missing := n.want[id]; missing {
			n.add(id, "has been removed")
		}
	}
	for _, f := range n.faults {
		v.fault(f.Seal, f.Line, f.What)
	}
	return len(n.faults) > 0
}

// outside compares an outside copy with the seal of its number.
func (v *verifier) outside(ctx context.Context, head *AuditHead) error {
	if head == nil {
		return nil
	}
	s, err := v.seal(ctx, head.Number-1)
	if err != nil {
		return err
	}
	switch here := (AuditHead{Number: s.number, Head: s.head}); {
	case s.number != head.Number:
		v.fault(head.Number, 0, "is in the outside copy and not here")
	case !here.Same(*head):
		v.fault(head.Number, 0, "is another one in the outside copy")
	}
	return nil
}

const linesAfter = `
SELECT count(*), COALESCE(min(v.at), now())
FROM audit_event AS v
WHERE (v.xact, v.id) > ($1::text::xid8, $2::bigint)`

// unsealed counts the lines after the newest seal.
func (v *verifier) unsealed(ctx context.Context) error {
	return v.store.InTx(ctx, core.System(), func(tx *Tx) error {
		last, err := tx.newestSeal(ctx)
		if err != nil {
			return err
		}
		return tx.query(ctx, func(rows pgx.Rows) error {
			if !rows.Next() {
				return rows.Err()
			}
			return rows.Scan(&v.report.Unsealed, &v.report.Oldest)
		}, "unsealed", linesAfter, last.to.xid(), last.to.id)
	})
}

// AuditCheck is when the seals were last recomputed by the program itself, and what was found.
type AuditCheck struct {
	Ended                time.Time
	Seals, Lines, Faults int64
	// First is the first fault, in English; empty when there is none.
	First string
}

// OK tells whether everything was as it was sealed.
func (c AuditCheck) OK() bool { return c.Faults == 0 }

const (
	// A check that did not end within a day was broken off.
	beginCheck = `
INSERT INTO audit_check AS c (begun)
SELECT now()
WHERE NOT EXISTS (
    SELECT FROM audit_check AS o
    WHERE o.begun > now() - make_interval(secs => $1)
       OR o.ended IS NULL AND o.begun > now() - interval '1 day'
)
RETURNING c.id`

	endCheck = `
UPDATE audit_check AS c
SET ended = clock_timestamp(), seals = $2, lines = $3, faults = $4, first = $5
WHERE c.id = $1`

	lastCheck = `
SELECT c.ended, c.seals, c.lines, c.faults, c.first
FROM audit_check AS c
WHERE c.ended IS NOT NULL
ORDER BY c.id DESC
LIMIT 1`
)

// CheckAudit verifies all that is sealed and keeps the result for LastAuditCheck, unless that was
// begun within the time given, here or in another process.
func (s *Store) CheckAudit(ctx context.Context, every time.Duration) error {
	var id []int64
	err := s.InTx(ctx, core.System(), func(tx *Tx) error {
		id = nil
		mine, err := one(ctx, tx, pgx.RowTo[bool], "check lock", takeSealLock, checkLock)
		if err != nil || !mine {
			return err
		}
		id, err = many(ctx, tx, pgx.RowTo[int64], "begin check", beginCheck, every.Seconds())
		return err
	})
	if err != nil || len(id) == 0 {
		return err
	}
	first := ""
	r, err := s.VerifyAudit(ctx, AuditRange{}, func(f AuditFault) {
		if first == "" {
			first = f.String()
		}
		s.options.Log.Error("the audit log is not as it was sealed", "fault", f.String())
	})
	if err != nil {
		return err
	}
	return s.exec(ctx, "end check", endCheck, id[0], r.Seals, r.Lines, r.Faults, first)
}

// LastAuditCheck gives the newest check that has ended; the zero value when there is none.
func (tx *Tx) LastAuditCheck(ctx context.Context) (AuditCheck, error) {
	list, err := many(ctx, tx, pgx.RowToStructByPos[AuditCheck], "last check", lastCheck)
	if err != nil || len(list) == 0 {
		return AuditCheck{}, err
	}
	return list[0], nil
}
