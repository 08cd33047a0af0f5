package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Search narrows a list to cases in which something is written, and by what a Filter cannot say.
type Search struct {
	// Words may each be the beginning of a word; Phrases stand just so; Without stand nowhere.
	// The case must have all the Tags. A word may be several with a bar between them, of which one
	// is enough.
	Words, Phrases, Without, Tags []string
	// Unit is the part of the organisation that has the case; empty is any.
	Unit string
	// Values are what the case must have in its data fields.
	Values []Value
	// SubmittedBefore, DueBefore and DueAfter are nil where nothing is asked.
	SubmittedBefore, DueBefore, DueAfter *time.Time
	// Held narrows to cases that wait for their applicants.
	Held bool
	// Only narrows to these cases; nil is all.
	Only []uuid.UUID
}

// Value compares what stands in a data field with a bound: as numbers when the bound is one, and
// otherwise as text, of which = asks for a beginning. The Sign is <, <=, >, >= or =.
type Value struct{ Field, Sign, Bound string }

// written tells whether words are asked for, so that the search table is read.
func (q Search) written() bool { return len(q.Words)+len(q.Phrases)+len(q.Without)+len(q.Tags) > 0 }

const nearWords = `SELECT n.typed, n.near FROM near_words($1, $2) AS n`

// Near is a word of a name beside a typed one.
type Near struct{ Typed, Word string }

// NearWords gives the words of names of the owner's cases that one slip may part from typed ones:
// some are further off. Which cases have them is not told, nor whether the actor may see those.
func (tx *Tx) NearWords(ctx context.Context, owner core.PartyID, typed []string) ([]Near, error) {
	return many(ctx, tx, pgx.RowToStructByPos[Near], "near words", nearWords, owner, texts(typed))
}

// ForgetLostWords removes words of names that no case has had for a quarter of an hour.
func (s *Store) ForgetLostWords(ctx context.Context) error {
	return s.exec(ctx, "forget lost words", `SELECT forget_lost_words()`)
}

// texts is a list that is never NULL in the database.
func texts(list []string) []string { return append([]string{}, list...) }

// reindex has what an instance is found by written before the transaction commits.
func (tx *Tx) reindex(id uuid.UUID) {
	if tx.found == nil {
		tx.found = map[uuid.UUID]bool{}
	}
	tx.found[id] = true
}

// owned notes who owns an instance.
func (tx *Tx) owned(inst core.Instance) {
	if tx.owners == nil {
		tx.owners = map[uuid.UUID]core.PartyID{}
	}
	tx.owners[inst.ID] = inst.Owner
}

// noCase tells whether an instance is known to belong to no service owner: then it is found by nothing.
func (tx *Tx) noCase(id uuid.UUID) bool {
	owner, known := tx.ahead.party[tx.owners[id]]
	return known && owner.Org == ""
}

const indexCases = `SELECT index_cases($1)`

// holdReindex holds back the writing of what the changed instances are found by.
func (tx *Tx) holdReindex() {
	cases := slices.DeleteFunc(slices.Collect(maps.Keys(tx.found)), tx.noCase)
	if len(cases) > 0 {
		tx.hold("index cases", nil, indexCases, cases)
	}
}
