package store

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"stafett/internal/fault"
)

// Cursor is a place in a list that is ordered newest first: after the row with this time and
// id. A nil *Cursor is the beginning.
type Cursor struct {
	At time.Time
	ID uuid.UUID
}

const cursorLength = 8 + 16

// compare tells which of two places has the lower time, or at the same time the lower id.
func (c Cursor) compare(other Cursor) int {
	return cmp.Or(c.At.Compare(other.At), bytes.Compare(c.ID[:], other.ID[:]))
}

// String gives the cursor for an address.
func (c Cursor) String() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(c.At.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(b, c.ID[:]...))
}

// ParseCursor reads a cursor from an address; "" is the beginning. Anything that String did not
// make is fault.Malformed.
func ParseCursor(s string) (*Cursor, error) {
	if s == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != cursorLength {
		return nil, fault.New(fault.Malformed, "fault.malformed")
	}
	c := &Cursor{
		At: time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC(),
		ID: uuid.UUID(b[8:]),
	}
	if year := c.At.Year(); year < 2000 || year > 9999 {
		return nil, fault.New(fault.Malformed, "fault.malformed")
	}
	return c, nil
}

// beforeAll are the arguments of a keyset condition (at, id) < ($n, $n+1): at the beginning a place
// that is later than every row. They are plain arguments, and no COALESCE in the SQL: where there
// is row-level security an index is not asked for what the planner does not know to be silent.
func (c *Cursor) beforeAll() (at, id any) {
	if c == nil {
		return endOfTime, uuid.Max
	}
	return c.At, c.ID
}

// afterAll are those of (at, id) > ($n, $n+1).
func (c *Cursor) afterAll() (at, id any) {
	if c == nil {
		return beginningOfTime, uuid.Nil
	}
	return c.At, c.ID
}

// The bounds where none is asked for.
var (
	endOfTime       = pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	beginningOfTime = pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}
)

// until and since give a bound, or the one that bounds nothing.
func until(t *time.Time) any {
	if t == nil {
		return endOfTime
	}
	return *t
}

func since(t *time.Time) any {
	if t == nil {
		return beginningOfTime
	}
	return *t
}

// page cuts a list that was read with one row too many, and gives the cursor of the rest.
func page[T any](list []T, n int, at func(T) Cursor) ([]T, *Cursor) {
	if len(list) <= n {
		return list, nil
	}
	next := at(list[n-1])
	return list[:n], &next
}

// MaxPage is how many rows a page has at most.
const MaxPage = 100

// pageSize keeps a page between 1 and MaxPage rows.
func pageSize(n int) int { return min(max(n, 1), MaxPage) }

// MaxExport is how many rows of an inbox are read at most at a time: for an export, which shows
// them on no page.
const MaxExport = 1000

// listSize keeps what is read of an inbox between 1 and MaxExport rows.
func listSize(n int) int { return min(max(n, 1), MaxExport) }
