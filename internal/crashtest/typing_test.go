package crashtest

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stafett/internal/browsertest"
	"stafett/internal/driver"
)

var sessions = flag.Int("sessions", 6, "how many drafts to type in, in a browser, while everything fails")

const (
	// typists is how many type at once.
	typists = 10
	// acts is how many things each does in a draft, at least.
	acts = 4
	// deadlineOfSave is how long a save may take once the line is back.
	deadlineOfSave = 20 * time.Second
)

// typing is what all who type share.
type typing struct {
	server  *server
	browser *browsertest.Browser
	// calm is held shared by what a person cannot do while something fails, such as opening a page,
	// and alone by a fault for as long as it lasts.
	calm sync.RWMutex
	// worked tells that every kind of fault has been done.
	worked                                         atomic.Bool
	left                                           atomic.Int64
	shown, kept, asked, reloads, others, conflicts atomic.Int64
	checked                                        atomic.Int64
}

// TestTyping has people type into a form in a browser while the line breaks, the server is killed,
// sessions end, the database stops, and another tab changes the same draft. What the page has shown as
// saved is stored; what it has not is on the page, kept for its person, or told as not saved; and
// answers that collide are both shown.
func TestTyping(t *testing.T) {
	t.Parallel()
	random := seeded(t, 3)
	s := newServer(t, random)
	s.start(t)
	y := &typing{server: s, browser: browsertest.Start(t)}
	y.oneByOne(t, random)
	y.left.Store(int64(*sessions))
	var people sync.WaitGroup
	for n := range min(typists, *sessions) {
		mine := rand.New(rand.NewPCG(random.Uint64(), random.Uint64()))
		people.Go(func() {
			for y.left.Add(-1) >= 0 {
				newTypist(t, y, n, mine).work()
			}
		})
	}
	done := make(chan struct{})
	go func() { people.Wait(); close(done) }()
	y.fail(t, random, done)
	<-done
	t.Logf("%d saves were shown, %d posts kept, %d conflicts shown; asked %d times before leaving; "+
		"%d pages opened again, %d changes by another tab, %d answers compared", y.shown.Load(),
		y.kept.Load(), y.conflicts.Load(), y.asked.Load(), y.reloads.Load(), y.others.Load(), y.checked.Load())
	for what, n := range map[string]int64{
		"save shown": y.shown.Load(), "conflict": y.conflicts.Load(), "answer compared": y.checked.Load(),
		"change by another tab": y.others.Load(), "post kept": y.kept.Load(),
	} {
		if n == 0 {
			t.Errorf("there was no %s", what)
		}
	}
}

// typist is one person in one draft.
type typist struct {
	*typing
	t      *testing.T
	number string
	random *rand.Rand
	tab    *browsertest.Tab
	other  *driver.Browser
	page   string
	// written gives the number of each answer that was ever given, in order; last is what the person
	// has typed last and not knowingly let go, by field.
	written map[string]int
	last    map[string]string
	// told is the newest answer of each field that was shown as saved, by either tab.
	told map[string]int
}

// fields are those that are typed in: texts of the page arrangement.
var fields = []string{"arrangement.navn", "arrangement.sted", "arrangement.tilrettelegging"}

func control(field string) string { return "[name='" + field + "']" }

func newTypist(t *testing.T, y *typing, n int, random *rand.Rand) *typist {
	return &typist{
		typing: y, t: t, number: citizens[n%len(citizens)], random: random,
		written: map[string]int{"": 0}, last: map[string]string{}, told: map[string]int{},
	}
}

// work types in a draft of its own and holds what the person was told against what is stored.
func (p *typist) work() {
	p.begin()
	for n := 0; n < acts || !p.worked.Load(); n++ {
		says := strings.Join(p.tab.Texts("#saved"), "")
		switch k := p.random.IntN(10); {
		case strings.Contains(says, "endret av noen andre"):
			p.resolve()
		case strings.Contains(says, "logge inn") && k < 7, k == 0:
			p.reload()
		case k < 3:
			p.change(p.write())
		case k < 5:
			p.change(p.anyField())
		default:
			p.write()
		}
		p.pause()
	}
	p.write()
	p.end()
	p.throwAway()
}

// throwAway deletes the draft, in the other tab: a person may have so many, and no more.
func (p *typist) throwAway() {
	p.calm.RLock()
	defer p.calm.RUnlock()
	page := p.inOther(func() (*driver.Page, error) { return p.other.Get(p.t.Context(), p.page) })
	asked, err := p.other.Get(p.t.Context(), draftForm.FindString(p.page)+"/delete")
	if err == nil {
		_, err = p.other.Submit(p.t.Context(), asked, asked.FormTo("/delete"), "", "")
	}
	if err != nil {
		p.t.Errorf("%s is not thrown away: %v", page.URL, err)
	}
}

// pause is how long the person thinks: now and then for so long that the page saves.
func (p *typist) pause() {
	longest := 400
	if p.random.IntN(3) == 0 {
		longest = 2000
	}
	time.Sleep(time.Duration(p.random.IntN(longest)) * time.Millisecond)
}

// begin makes the draft in another tab than the one that is typed in.
func (p *typist) begin() {
	p.calm.RLock()
	defer p.calm.RUnlock()
	p.other = driver.New(p.server.base)
	first := p.inOther(func() (*driver.Page, error) { return p.other.Start(p.t.Context(), "nordvik/arrangementsstotte") })
	p.page = first.URL[:strings.LastIndex(first.URL, "/")] + "/arrangement"
	p.tab = p.browser.Tab(p.t, browsertest.Options{JS: true})
	p.open()
}

// inOther does something in the other tab, and signs in where that is asked for.
func (p *typist) inOther(do func() (*driver.Page, error)) *driver.Page {
	p.t.Helper()
	for range 3 {
		got, err := do()
		if err == nil && got.Form("go", "next") != nil {
			return got
		}
		if _, err := p.other.SignIn(p.t.Context(), p.number); err != nil {
			p.t.Logf("signing in: %v", err)
		}
	}
	p.t.Fatalf("the other tab does not get to the form")
	return nil
}

// open opens the page in the tab, signs in where that is asked for, and has the page remember what
// is answered to its saves.
func (p *typist) open() {
	p.t.Helper()
	// Each of the server's connections that broke is found out once, in signing in too.
	for range 30 {
		p.tab.Open(p.server.base + p.page)
		sign := "button[name=pid][value='" + p.number + "']"
		if p.tab.Status() != 503 && p.tab.Count(sign) > 0 {
			p.tab.ClickCSS(sign)
		}
		if p.tab.Status() != 503 {
			break
		}
	}
	p.tab.WaitFor(control(fields[0]))
	browsertest.Evaluate[any](p.tab, watchSaves)
}

// watchSaves notes each save that was answered: its fields, status, and whether it was shown as saved.
const watchSaves = `(() => {
	const plain = window.fetch, seen = window.seen = { answers: [] };
	window.fetch = async (url, init) => {
		const fields = Object.fromEntries(init.body ?? []);
		const answer = await plain(url, init);
		const text = await answer.clone().text();
		seen.answers.push({ Fields: fields, Status: answer.status, Saved: text.includes('Lagret kl.') });
		return answer;
	};
	return null;
})()`

// answer is one save as the page saw it.
type answer struct {
	Fields map[string]string
	Status int
	Saved  bool
}

// write types a new answer into one of the fields.
func (p *typist) write() (field string) {
	field = p.anyField()
	text := p.answer(field, "Skrevet")
	p.tab.Type(control(field), text)
	p.last[field] = text
	return field
}

func (p *typist) anyField() string { return fields[p.random.IntN(len(fields))] }

// answer makes an answer that nobody has given before.
func (p *typist) answer(field, word string) string {
	n := len(p.written)
	text := fmt.Sprintf("%s %s %d", word, field[strings.LastIndex(field, ".")+1:], n)
	p.written[text] = n
	return text
}

// change changes a field in the other tab, which knows what is stored.
func (p *typist) change(field string) {
	p.calm.RLock()
	defer p.calm.RUnlock()
	page := p.inOther(func() (*driver.Page, error) { return p.other.Get(p.t.Context(), p.page) })
	f := page.Form("go", "stay")
	f.Values.Set(field, p.answer(field, "Endret"))
	got, err := p.other.Submit(p.t.Context(), page, f, "go", "stay")
	switch {
	case err != nil || got.Status != 200 && got.Status != 409:
		p.t.Errorf("the other tab saves: %v, %+v", err, got)
	case got.Status == 200:
		p.others.Add(1)
		for _, name := range fields {
			p.tell(name, f.Values.Get(name))
		}
	default:
		p.conflicts.Add(1)
		if !strings.Contains(got.Main(), f.Values.Get(field)) {
			p.t.Errorf("a conflict without what was typed: %s", got.Main())
		}
	}
}

// tell notes that an answer was shown as saved.
func (p *typist) tell(field, value string) {
	n, known := p.written[value]
	if !known {
		p.t.Errorf("%s: nobody has written %q", field, value)
	}
	p.told[field] = max(p.told[field], n)
}

// answers takes what the page has been answered since it was opened.
func (p *typist) answers() (list []answer) {
	list = browsertest.Evaluate[[]answer](p.tab, "window.seen.answers.splice(0)")
	for _, a := range list {
		if a.Status != 200 || !a.Saved {
			continue
		}
		p.shown.Add(1)
		for _, name := range fields {
			p.tell(name, a.Fields[name])
		}
	}
	return list
}

// reload opens the page again, as a person does who thinks that it hangs. What was typed is there,
// or the person was asked whether to leave it.
func (p *typist) reload() {
	p.calm.RLock()
	defer p.calm.RUnlock()
	p.answers()
	p.reloads.Add(1)
	asked := p.tab.Dialogs()
	p.open()
	p.compare(p.tab.Dialogs() > asked)
}

// compare holds a page that was opened against what was typed before, which is in its field, or
// shown as kept; or else the person has been asked.
func (p *typist) compare(asked bool) {
	kept := strings.Join(p.tab.Texts("#kept"), "")
	if kept != "" {
		p.kept.Add(1)
	}
	if asked {
		p.asked.Add(1)
	}
	for field, want := range p.last {
		got := p.value(field)
		if n, known := p.written[got]; !known {
			p.t.Errorf("%s holds %q, which nobody has written", field, got)
		} else if n < p.written[want] && !strings.Contains(kept, want) && !asked {
			p.t.Errorf("%s: typed was %q, and the page shows %q without a word; it says %q", field, want, got,
				p.tab.Texts("#saved"))
		}
		p.last[field] = got
	}
}

func (p *typist) value(field string) string {
	return browsertest.Evaluate[string](p.tab, "document.querySelector(\""+control(field)+"\").value")
}

// end waits until the page has said what has become of what was typed, and checks that.
func (p *typist) end() {
	p.calm.RLock()
	defer p.calm.RUnlock()
	for field, want := range p.last {
		if got := p.value(field); got != want {
			p.t.Errorf("%s: typed was %q, and the page holds %q", field, want, got)
		}
	}
	switch status := p.settled(); status {
	case 200:
		p.stored(p.last)
	case 401:
		p.open()
		p.compare(false)
		p.stored(nil)
	case 409:
		p.goOn()
	default:
		p.t.Errorf("the last save was answered with %d; the page says %q", status, p.tab.Texts("#saved"))
	}
	if n := p.tab.Stored(); n != 0 {
		p.t.Errorf("the browser stores %d things", n)
	}
}

// settled gives the answer to a save of all that stands in the fields.
func (p *typist) settled() (status int) {
	var last *answer
	began, nudged := time.Now(), time.Now()
	ok := until(60*time.Second, func() bool {
		for _, a := range p.answers() {
			last = &a
		}
		if last != nil && last.Status < 500 && p.holds(last) {
			return true
		}
		// The person looks at the page again, and what was not saved is tried once more.
		if time.Since(nudged) > 1500*time.Millisecond {
			nudged = time.Now()
			browsertest.Evaluate[any](p.tab, "dispatchEvent(new Event('focus')), null")
		}
		// Nothing has been typed since the page was opened, or it has been saved: then it is what is shown. On
		// a busy machine a save may not have begun yet, which the page knows.
		return last == nil && time.Since(began) > 5*time.Second && !p.unsaved() &&
			strings.Contains(strings.Join(p.tab.Texts("#saved"), ""), "Lagret kl.")
	})
	if !ok {
		p.t.Errorf("no answer to a save of %v, but %+v; the page says %q", p.last, last, p.tab.Texts("#saved"))
	}
	if last == nil {
		return 200
	}
	says := map[int]string{200: "Lagret kl.", 401: "Ikke lagret", 409: "Ikke lagret"}[last.Status]
	p.tab.WaitForText("#saved", says)
	return last.Status
}

// unsaved tells whether the page would ask before it lets itself be closed.
func (p *typist) unsaved() bool {
	return !browsertest.Evaluate[bool](p.tab, "dispatchEvent(new Event('beforeunload', {cancelable: true}))")
}

func (p *typist) holds(a *answer) bool {
	for field, want := range p.last {
		if a.Fields[field] != want {
			return false
		}
	}
	return true
}

// resolve goes on from a page of which a save collided, and comes back to it.
func (p *typist) resolve() {
	p.calm.RLock()
	defer p.calm.RUnlock()
	p.answers()
	p.goOn()
	p.open()
	p.compare(false)
}

// goOn presses a button where something collides: both answers are shown, and the person's own is
// stored when they press again, knowingly. Where the session has ended meanwhile, it is kept.
func (p *typist) goOn() {
	before := p.inDatabase()
	p.pressLater()
	switch {
	case p.tab.Status() == 401:
		p.open()
		p.compare(false)
		return
	case p.tab.Count("#clashes") == 0: // the other tab has saved the same, from what was kept
		p.stored(p.last)
		return
	}
	shown, collided := p.tab.Text("#clashes"), 0
	for field, mine := range p.last {
		if theirs := before[field]; mine != "" && theirs != mine && strings.Contains(shown, mine) {
			collided++
			if theirs != "" && !strings.Contains(shown, theirs) {
				p.t.Errorf("the conflict does not show %q: %s", theirs, shown)
			}
			p.told[field] = p.written[mine] // they go on from it knowingly
		}
	}
	if collided == 0 {
		p.t.Errorf("the conflict shows nothing that was typed: %s", shown)
	}
	p.conflicts.Add(1)
	p.pressLater()
	p.tab.WaitGone("#clashes")
	p.stored(p.last)
}

// pressLater saves and goes, by the button of the page or of the one that says that it failed.
func (p *typist) pressLater() {
	p.leave("#later")
	for tries := 0; p.tab.Status() == 503 && tries < 30; tries++ {
		p.leave("main form[method=post] button")
	}
}

// leave presses a button and waits until another page stands there: a press waits for the save that
// is on its way.
func (p *typist) leave(button string) {
	browsertest.Evaluate[any](p.tab, "document.body.dataset.onItsWay = '', null")
	p.tab.ClickCSS(button)
	p.tab.WaitGone("[data-on-its-way]")
}

// stored holds the database against what was told: no field has an older answer than was shown as
// saved, and those that must be stored now are.
func (p *typist) stored(now map[string]string) {
	got := p.inDatabase()
	for _, field := range fields {
		p.checked.Add(1)
		n, known := p.written[got[field]]
		if !known || n < p.told[field] {
			p.t.Errorf("%s: stored is %q (%d), and answer %d was shown as saved", field, got[field], n,
				p.told[field])
		}
		// What the other tab has saved since stays where this one has not touched the field.
		if want, must := now[field]; must && n < p.written[want] {
			p.t.Errorf("%s: stored is %q, and the page says that %q is saved: %d, %q", field, got[field], want,
				p.tab.Status(), p.tab.Text("main"))
		}
	}
}

// inDatabase gives the fields as they are stored.
func (p *typist) inDatabase() map[string]string {
	parts := strings.Split(p.page, "/")
	id, got := parts[len(parts)-3], map[string]string{}
	for _, field := range fields {
		var value string
		err := p.server.db.QueryRow(context.Background(), `
			SELECT COALESCE(body::jsonb #>> string_to_array($2, '.'), '')
			FROM element
			WHERE instance = $1 AND body IS NOT NULL`, id, field).Scan(&value)
		if err != nil {
			p.t.Errorf("%s: %v", field, err)
		}
		got[field] = value
	}
	return got
}
