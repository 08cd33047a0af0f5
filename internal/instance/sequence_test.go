package instance_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

var (
	sequences = flag.Int("sequences", 200, "how many random sequences of acts and undos to make")
	seed      = flag.Uint64("seed", 0, "number that they are drawn by; 0 draws one")
)

const (
	actsInSequence = 4
	casesInWorld   = 3
	// inWorld is how many sequences are made with the same cases: their history, which an undo
	// looks into, is read 200 lines back.
	inWorld = 40
	// worlds live side by side, each in a database of its own.
	worlds = 4
)

// modelled is a case as the model has it.
type modelled struct {
	ref      core.InstanceRef
	version  int
	assignee core.PartyID
	tags     map[string]bool
	due      *time.Time
	// before is the deadline before the case waited; waits tells that it does.
	before *time.Time
	waits  bool
	read   map[core.PartyID]bool
	// hands is how often it has changed hands.
	hands int
	// lines are who did what, as the history tells.
	lines []string
}

// doneOne is something that can be taken back: with one case, or in bulk.
type doneOne struct {
	by     core.Actor
	act    core.BulkAct
	tag    string
	rows   []doneRow
	bulk   uuid.UUID
	undone bool
}

type doneRow struct {
	at      int
	outcome core.BulkOutcome
	undo    core.BulkOutcome
	before  core.PartyID
	version int
	hands   int
}

// world is the cases, the persons, and what has been done.
type world struct {
	*testing.T
	s      *solutiontest.Solution
	rnd    *rand.Rand
	people []core.Actor
	cases  []*modelled
	done   []*doneOne
	counts map[string]int
	// made is how many sequences have been made, compared how many cases.
	made, compared int
}

// TestRandomActs_EndWhereTheModelDoes makes random sequences of acts, acts in bulk, and undos of
// both, and steps that are taken back, by two colleagues, and holds every outcome and the cases' state against a model.
func TestRandomActs_EndWhereTheModelDoes(t *testing.T) {
	t.Parallel()
	for *seed == 0 {
		*seed = rand.Uint64()
	}
	var all [worlds]*world
	t.Run("worlds", func(t *testing.T) {
		for k := range all {
			t.Run(strconv.Itoa(k), func(t *testing.T) {
				t.Parallel()
				all[k] = newWorld(t, rand.New(rand.NewPCG(*seed, uint64(k+1))))
				all[k].live((*sequences + k) / worlds)
			})
		}
	})
	if t.Failed() {
		t.Fatalf("seed %d", *seed)
	}
	made, compared, counts := 0, 0, map[string]int{}
	for _, w := range all {
		made, compared = made+w.made, compared+w.compared
		for what, n := range w.counts {
			counts[what] += n
		}
	}
	t.Logf("%d sequences of seed %d: %v, %d cases compared", made, *seed, counts, compared)
	if made != *sequences {
		t.Errorf("%d were to be made", *sequences)
	}
	for _, what := range []string{"one", "bulk", "undo", "undo bulk", "refused", "undo refused", "back", "letter"} {
		if counts[what] == 0 {
			t.Errorf("nothing of the kind %q was made", what)
		}
	}
}

func newWorld(t *testing.T, random *rand.Rand) *world {
	t.Helper()
	w := &world{T: t, s: solutiontest.New(t, waiting), rnd: random, counts: map[string]int{}}
	w.people = []core.Actor{w.s.Person(solutiontest.Ingrid), colleague(t, w.s, solutiontest.Siri)}
	return w
}

// live makes so many sequences, and compares after each.
func (w *world) live(sequences int) {
	for ; w.made < sequences; w.made++ {
		if w.made%inWorld == 0 {
			w.begin()
		}
		for range actsInSequence {
			w.step()
		}
		w.compared += w.compare()
		if w.Failed() {
			w.Fatalf("in sequence %d", w.made)
		}
	}
}

// begin makes new cases, one of them with a deadline.
func (w *world) begin() {
	w.cases, w.done = nil, nil
	refs := handled(w, w.s, casesInWorld)
	// One is of a matter: what it goes back to is told to the applicant.
	sent := w.s.Submitted(w, w.s.Person(solutiontest.Kari), "Lysfest")
	refs[len(refs)-1] = caseIn(w, w.s, sent.Instance, solutiontest.Case, "Task_mer").InstanceRef
	for i, ref := range refs {
		m := &modelled{ref: ref, tags: map[string]bool{}, read: map[core.PartyID]bool{}}
		if i == 0 {
			y, mo, d := time.Now().In(oslo(w)).Date()
			due := time.Date(y, mo, d+40, 23, 59, 0, 0, oslo(w))
			storetest.Exec(w, w.s.Database, "UPDATE instance SET due = $2 WHERE id = $1", ref.ID, due)
		} else {
			storetest.Exec(w, w.s.Database, "UPDATE instance SET due = NULL WHERE id = $1", ref.ID)
		}
		is := w.now(m)
		m.version, m.due = is.Version, is.Due
		w.cases = append(w.cases, m)
	}
}

func (w *world) now(m *modelled) core.Instance {
	var inst core.Instance
	w.s.Tx(w, func(tx *store.Tx) error {
		var err error
		inst, err = tx.Instance(w.Context(), m.ref)
		return err
	})
	return inst
}

// step does one random thing.
func (w *world) step() {
	a := w.people[w.rnd.IntN(len(w.people))]
	switch n := w.rnd.IntN(11); {
	case n == 10:
		w.back(a)
	case n < 3 && len(w.done) > 0:
		// Mostly the latest, now and then an older one or another's.
		d := w.done[max(0, len(w.done)-1-w.rnd.IntN(3))]
		if w.rnd.IntN(4) > 0 {
			a = d.by
		}
		w.undo(a, d)
	case n < 6:
		w.doBulk(a)
	default:
		w.doOne(a)
	}
}

// draw draws an act and what it asks for.
func (w *world) draw() (core.BulkAct, instance.BulkGiven) {
	act := core.BulkActs[w.rnd.IntN(len(core.BulkActs))]
	return act, instance.BulkGiven{
		To:  w.people[w.rnd.IntN(len(w.people))].User,
		Tag: []string{"haster", "møte"}[w.rnd.IntN(2)], Last: dayAfter(w, 1+w.rnd.IntN(30)), Reason: "Mangler kart",
	}
}

// expect is what the model says becomes of an act with a case; it changes the model.
func (w *world) expect(m *modelled, a core.Actor, act core.BulkAct, g instance.BulkGiven) core.BulkOutcome {
	switch act {
	case core.BulkTake, core.BulkRelease:
		to := a.User
		if act == core.BulkRelease {
			to = 0
		}
		if m.assignee != to && m.assignee != 0 && m.assignee != a.User {
			return core.BulkNot
		}
		return m.give(a, to, string(act))
	case core.BulkAssign:
		return m.give(a, g.To, core.ActAssign)
	case core.BulkTag, core.BulkUntag:
		return m.tag(a, g.Tag, act == core.BulkTag)
	case core.BulkHold:
		if m.waits {
			return core.BulkNot
		}
		m.waits, m.before = true, m.due
		if m.due != nil {
			y, mo, d := g.Last.Date()
			ty, tmo, td := time.Now().In(oslo(w)).Date()
			n := time.Date(y, mo, d, 0, 0, 0, 0, time.UTC).Sub(time.Date(ty, tmo, td, 0, 0, 0, 0, time.UTC))
			m.due = new(shifted(m.due.In(oslo(w)), int(n.Hours()/24)))
		}
		return m.wrote(a, core.ActHold)
	}
	return m.mark(a, act == core.BulkRead)
}

func (m *modelled) wrote(a core.Actor, act string) core.BulkOutcome {
	m.version++
	m.line(a, act)
	return core.BulkDone
}

func (m *modelled) line(a core.Actor, act string) { m.lines = append(m.lines, a.Name+" "+act) }

func (m *modelled) give(a core.Actor, to core.PartyID, act string) core.BulkOutcome {
	if m.assignee == to {
		return core.BulkSame
	}
	m.assignee = to
	if act == core.ActAssign && to != a.User {
		m.read[to] = false
	}
	return m.wrote(a, act)
}

func (m *modelled) tag(a core.Actor, tag string, on bool) core.BulkOutcome {
	if m.tags[tag] == on {
		return core.BulkSame
	}
	m.tags[tag] = on
	m.line(a, map[bool]string{true: core.ActLabel, false: core.ActUnlabel}[on])
	return core.BulkDone
}

func (m *modelled) mark(a core.Actor, read bool) core.BulkOutcome {
	if m.read[a.User] == read {
		return core.BulkSame
	}
	m.read[a.User] = read
	m.line(a, "mark")
	return core.BulkDone
}

// doBulk does one act with some of the cases, and tries it before now and then.
func (w *world) doBulk(a core.Actor) {
	w.counts["bulk"]++
	act, g := w.draw()
	var at []int
	for i := range w.cases {
		if w.rnd.IntN(3) > 0 {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		at = []int{0}
	}
	w.rnd.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
	d := &doneOne{by: a, act: act, tag: g.Tag}
	c := instance.BulkChoice{Act: act}
	for _, i := range at {
		c.Cases = append(c.Cases, w.cases[i].ref.ID)
	}
	d.bulk = chosen(w, w.s, a, c, g)
	var tried instance.Bulk
	try := w.rnd.IntN(3) == 0
	if try {
		tried = bulkOf(w, w.s, a, d.bulk)
	}
	if err := w.s.Instances.RunBulk(w.Context(), a, solutiontest.NordvikNumber, d.bulk); err != nil {
		w.Fatal(err)
	}
	got := w.rows(d)
	for n, i := range at {
		m := w.cases[i]
		row := doneRow{at: i, before: m.assignee, hands: m.hands}
		row.outcome = w.expect(m, a, act, g)
		row.version = m.version
		d.rows = append(d.rows, row)
		if got[n].Outcome != row.outcome || try && tried.Rows[n].Outcome != row.outcome {
			w.Errorf("%s in bulk: %s %q, tried %v; the model says %q", act, got[n].Outcome,
				got[n].Why, tried.Rows, row.outcome)
		}
		if row.outcome == core.BulkNot {
			w.counts["refused"]++
		}
	}
	w.done = append(w.done, d)
}

// doOne does one act with one case, by the service's own method for it.
func (w *world) doOne(a core.Actor) {
	act, g := w.draw()
	if act == core.BulkRead || act == core.BulkUnread {
		act = core.BulkAssign
	}
	w.counts["one"]++
	i := w.rnd.IntN(len(w.cases))
	m, s := w.cases[i], w.s.Instances
	change := instance.CaseChange{Ref: m.ref, Version: m.version}
	row := doneRow{at: i, before: m.assignee, hands: m.hands}
	var err error
	switch act {
	case core.BulkTake:
		err = s.Take(w.Context(), a, m.ref)
	case core.BulkRelease:
		err = s.Release(w.Context(), a, m.ref)
	case core.BulkAssign:
		_, err = s.Assign(w.Context(), a, change, g.To)
	case core.BulkHold:
		_, err = s.Hold(w.Context(), a, change, g.Last, g.Reason)
	default:
		err = s.Tag(w.Context(), a, m.ref, g.Tag, act == core.BulkTag)
	}
	row.outcome = w.expect(m, a, act, g)
	row.version = m.version
	if (err != nil) != (row.outcome == core.BulkNot) || err != nil && !fault.Is(err, fault.Conflict) {
		w.Errorf("%s: %v; the model says %q", act, err, row.outcome)
	}
	w.done = append(w.done, &doneOne{by: a, act: act, tag: g.Tag, rows: []doneRow{row}})
}

func (w *world) undo(a core.Actor, d *doneOne) {
	if d.bulk != uuid.Nil {
		w.undoBulk(d)
		return
	}
	if d.act == core.BulkTake || d.act == core.BulkRelease {
		return // These have no undo of their own: the other is one.
	}
	w.counts["undo"]++
	row, m := d.rows[0], w.cases[d.rows[0].at]
	u := instance.Undo{Tag: d.tag, Person: row.before, Act: map[core.BulkAct]string{
		core.BulkAssign: core.ActAssign, core.BulkHold: core.ActHold, core.BulkTag: core.ActLabel,
		core.BulkUntag: core.ActUnlabel,
	}[d.act]}
	err := w.s.Instances.Undo(w.Context(), a, instance.CaseChange{Ref: m.ref, Version: row.version}, u)
	tag := d.act == core.BulkTag || d.act == core.BulkUntag
	lately := m.lines[max(0, len(m.lines)-200):]
	may := slices.Contains(lately, a.Name+" "+u.Act) && (tag || m.version == row.version)
	if may != (err == nil) || err != nil && !fault.Is(err, fault.Conflict) {
		w.Errorf("%s undoes %s: %v; the model says %v", a.Name, d.act, err, may)
	}
	if !may {
		w.counts["undo refused"]++
		return
	}
	w.takeBack(m, a, d, row)
}

// takeBack changes the model as an undo that is let changes the case, and tells whether it did.
func (w *world) takeBack(m *modelled, a core.Actor, d *doneOne, row doneRow) bool {
	switch d.act {
	case core.BulkTag, core.BulkUntag:
		return m.tag(a, d.tag, d.act == core.BulkUntag) == core.BulkDone
	case core.BulkRead:
		return m.mark(a, false) == core.BulkDone
	case core.BulkUnread:
		// What has come since stays unread.
		return m.hands == row.hands && m.mark(a, true) == core.BulkDone
	case core.BulkHold:
		if m.waits {
			m.waits, m.due = false, m.before
			m.wrote(a, core.ActResume)
		}
		return true
	}
	act := core.ActAssign
	if row.before == 0 {
		act = core.ActRelease
	}
	m.give(a, row.before, act)
	return true
}

func (w *world) rows(d *doneOne) []core.BulkRow {
	var out []core.BulkRow
	w.s.Tx(w, func(tx *store.Tx) error {
		var err error
		out, err = tx.BulkRows(w.Context(), d.bulk)
		return err
	})
	return out
}

func (w *world) undoBulk(d *doneOne) {
	w.counts["undo bulk"]++
	left := slices.ContainsFunc(d.rows, func(r doneRow) bool { return r.outcome == core.BulkDone && r.undo == "" })
	err := w.s.Instances.UndoBulk(w.Context(), d.by, solutiontest.NordvikNumber, d.bulk)
	if refused := !left && !d.undone; refused != (err != nil) || err != nil && !fault.Is(err, fault.Conflict) {
		w.Errorf("%s in bulk is undone: %v; the model says refused %v", d.act, err, refused)
	}
	if err != nil {
		w.counts["undo refused"]++
		return
	}
	d.undone = true
	for n := range d.rows {
		row := &d.rows[n]
		if row.outcome != core.BulkDone || row.undo != "" {
			continue
		}
		m := w.cases[row.at]
		goesBy := !slices.Contains([]core.BulkAct{core.BulkTag, core.BulkUntag, core.BulkRead, core.BulkUnread}, d.act)
		row.undo = core.BulkNot
		if (!goesBy || m.version == row.version) && w.takeBack(m, d.by, d, *row) {
			row.undo = core.BulkDone
		}
	}
	for n, r := range w.rows(d) {
		if r.Undo.Outcome != d.rows[n].undo {
			w.Errorf("%s in bulk is undone: %q %q; the model says %q", d.act, r.Undo.Outcome, r.Undo.Why, d.rows[n].undo)
		}
	}
}

// compare holds the cases against the model and tells how many.
func (w *world) compare() int {
	for i, m := range w.cases {
		var got core.Instance
		var tags []string
		unread := map[core.PartyID]bool{}
		w.s.Tx(w, func(tx *store.Tx) error {
			var err error
			if got, err = tx.Instance(w.Context(), m.ref); err == nil {
				tags, err = tx.Tags(w.Context(), m.ref)
			}
			for _, p := range w.people {
				if err == nil {
					unread[p.User], err = tx.Unread(w.Context(), m.ref.ID, p.User)
				}
			}
			return err
		})
		is := fmt.Sprint(got.Version, got.Assignee, got.HoldUntil != nil, moment(got.Due), tags)
		want := fmt.Sprint(m.version, m.assignee, m.waits, moment(m.due), m.marked())
		if is != want {
			w.Errorf("case %d is %s; the model says %s", i, is, want)
		}
		for _, p := range w.people {
			if unread[p.User] == m.read[p.User] {
				w.Errorf("case %d is unread for %s: %v", i, p.Name, unread[p.User])
			}
		}
	}
	return len(w.cases)
}

func moment(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}

func (m *modelled) marked() []string {
	var out []string
	for tag, on := range m.tags {
		if on {
			out = append(out, tag)
		}
	}
	slices.Sort(out)
	return out
}
