package crashtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/driver"
)

// receipt is one submission that a citizen was told has been received.
type receipt struct {
	reference, title string
	file             [sha256.Size]byte
}

// ledger is what the citizens know: the only thing that the check at the end believes. What was
// sent is in it before it is sent.
type ledger struct {
	mu         sync.Mutex
	receipts   []receipt
	sent       map[string]receipt
	drafts     map[string]bool
	submitting atomic.Int64
	begun      atomic.Int64
}

// sends notes what is about to be sent.
func (l *ledger) sends(r receipt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sent == nil {
		l.sent = map[string]receipt{}
	}
	l.sent[r.title] = r
}

// takes notes that a citizen fills in a draft, and tells whether nobody has yet.
func (l *ledger) takes(draft string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.drafts == nil {
		l.drafts = map[string]bool{}
	}
	taken := l.drafts[draft]
	l.drafts[draft] = true
	return !taken
}

// acknowledged tells how many receipts have been given.
func (l *ledger) acknowledged() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.receipts)
}

func (l *ledger) add(r receipt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.receipts = append(l.receipts, r)
}

// waitForSubmits waits until n more submits have begun.
func (l *ledger) waitForSubmits(t *testing.T, n int64) {
	t.Helper()
	before := l.begun.Load()
	for end := time.Now().Add(2 * time.Minute); l.begun.Load() < before+n; {
		if time.Now().After(end) {
			t.Fatal("nobody sends anything")
		}
		time.Sleep(time.Millisecond)
	}
}

// citizens are the test persons who send.
var citizens = []string{"14827941388", "03859138887", "21918845590"}

type citizen struct {
	t       *testing.T
	server  *server
	ledger  *ledger
	browser *driver.Browser
	number  string
	name    int
	// broken tells that the last draft's beginning broke off: it may be there all the same.
	broken bool
}

func newCitizen(t *testing.T, s *server, l *ledger, n int) *citizen {
	return &citizen{
		t: t, server: s, ledger: l, name: n, number: citizens[n%len(citizens)],
		browser: driver.New(s.base),
	}
}

// sendUntil sends applications until ctx ends. Whatever breaks under a kill is tried again, as a
// person would.
func (c *citizen) sendUntil(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		if err := c.sendOne(ctx, n); err != nil && ctx.Err() == nil {
			c.server.ready(30 * time.Second)
		}
	}
}

func (c *citizen) sendOne(ctx context.Context, n int) error {
	content := append([]byte("%PDF-1.7\n"), make([]byte, 20<<10+rand.IntN(200<<10))...)
	for i := 9; i < len(content); i += 97 {
		content[i] = byte(rand.Uint32())
	}
	r := receipt{title: fmt.Sprintf("Lysfest %d-%d", c.name, n), file: sha256.Sum256(content)}
	first, err := c.begin(ctx)
	if err != nil {
		return err
	}
	a := driver.EventSupport(r.title)
	a.Files = map[string]driver.File{"vedlegg": {
		Name: "kart.pdf", ContentType: "application/pdf", Content: content,
	}}
	review, err := c.fillIn(ctx, first, a)
	if err != nil {
		return err
	}
	return c.send(review, r)
}

// fillTries is how often a citizen opens a draft again before beginning another.
const fillTries = 8

// fillIn fills in a form up to the page that sends it. Where something breaks, the draft is opened
// again and gone on with.
func (c *citizen) fillIn(ctx context.Context, p *driver.Page, a driver.Application) (*driver.Page, error) {
	at, err := url.Parse(p.URL)
	if err != nil {
		return nil, err
	}
	draft := draftForm.FindString(at.Path)
	if draft == "" {
		return nil, fmt.Errorf("%s is no draft (%d)", p.URL, p.Status)
	}
	c.ledger.takes(draft)
	for range fillTries {
		review, failed := c.browser.FillIn(ctx, p, a)
		if failed == nil {
			return review, nil
		}
		err = failed
		if ctx.Err() != nil || !c.server.ready(30*time.Second) {
			break
		}
		again, lost := c.browser.Get(ctx, draft)
		if lost != nil {
			err = lost
			continue
		}
		p = again
	}
	return nil, err
}

// begin makes a draft, or takes up one whose beginning broke off.
func (c *citizen) begin(ctx context.Context) (p *driver.Page, err error) {
	if c.broken {
		p, err = c.takeUp(ctx)
	}
	if p == nil && err == nil {
		p, err = c.makeDraft(ctx)
	}
	c.broken = err != nil
	return p, err
}

// takeUp opens a draft that nobody has filled in; nil where there is none.
func (c *citizen) takeUp(ctx context.Context) (*driver.Page, error) {
	list, err := c.browser.Get(ctx, "/my/drafts")
	if err != nil {
		return nil, err
	}
	for _, link := range list.Links() {
		if draft := draftForm.FindString(link); draft != "" && c.ledger.takes(draft) {
			return c.browser.Get(ctx, draft)
		}
	}
	return nil, nil
}

// makeDraft makes a draft, signing in first where there is no session.
func (c *citizen) makeDraft(ctx context.Context) (*driver.Page, error) {
	p, err := c.browser.Start(ctx, "nordvik/arrangementsstotte")
	if err == nil && p.Form("go", "next") != nil {
		return p, nil
	}
	if err == nil && p.Link("Se utkastene dine") != "" {
		if err := c.throwAway(ctx); err != nil {
			return nil, err
		}
		return c.browser.Start(ctx, "nordvik/arrangementsstotte")
	}
	if _, err := c.browser.SignIn(ctx, c.number); err != nil {
		return nil, err
	}
	return c.browser.Start(ctx, "nordvik/arrangementsstotte")
}

// throwAway deletes the drafts that the kills have left: there may not be more than so many, and
// a made-up citizen does not go back to one.
func (c *citizen) throwAway(ctx context.Context) error {
	list, err := c.browser.Get(ctx, "/my/drafts")
	if err != nil {
		return err
	}
	for _, link := range list.Links() {
		draft := draftForm.FindString(link)
		if draft == "" {
			continue
		}
		p, err := c.browser.Get(ctx, draft+"/delete")
		if err != nil {
			return err
		}
		f := p.FormTo("/delete")
		if f == nil {
			return fmt.Errorf("%s offers no way to delete (%d)", p.URL, p.Status)
		}
		if _, err := c.browser.Submit(ctx, p, f, "", ""); err != nil {
			return err
		}
	}
	return nil
}

var draftForm = regexp.MustCompile(`^/nordvik/arrangementsstotte/instance/[0-9]+/[0-9a-f-]{36}`)

// sendTries is how often a citizen presses send before giving up on one application.
const sendTries = 20

// send presses send until there is a receipt: after a broken connection nobody knows whether the
// first press arrived, and pressing again must be safe.
func (c *citizen) send(review *driver.Page, r receipt) error {
	c.ledger.sends(r)
	c.ledger.submitting.Add(1)
	defer c.ledger.submitting.Add(-1)
	// Not the test's own context: a submission that has begun is brought to its end.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range sendTries {
		c.ledger.begun.Add(1)
		p, err := c.browser.Send(ctx, review)
		if err == nil {
			r.reference = string(referenceForm.Find(p.Body))
			c.ledger.add(r)
			return nil
		}
		c.server.ready(30 * time.Second)
	}
	return fmt.Errorf("no receipt for %s", r.title)
}

var referenceForm = regexp.MustCompile(`NK-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// checkUnknown holds the cases against the ledger: what got no receipt has one case or none, nothing
// is there that nobody sent, and each delivery is told of once.
func checkUnknown(t *testing.T, s *server, l *ledger) {
	t.Helper()
	ctx := context.Background()
	rows, err := s.db.Query(ctx, `SELECT title FROM instance WHERE app = 'stottesak'`)
	if err != nil {
		t.Fatal(err)
	}
	titles, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, title := range titles {
		i := strings.Index(title, "Lysfest ")
		if i < 0 || l.sent[title[i:]].title == "" {
			t.Errorf("the case %q was sent by nobody", title)
			continue
		}
		if seen[title[i:]] {
			t.Errorf("two cases of %q", title[i:])
		}
		seen[title[i:]] = true
	}
	var noted, told, waiting int
	err = s.db.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE d.state = 'delivered' AND d.kind = 'instance' AND (
		        SELECT count(*) FROM audit_event AS v
		        WHERE v.instance = d.source_id AND v.act = 'deliver' AND v.detail ->> 'delivery' = d.id::text
		    ) <> 1), count(*) FILTER (WHERE d.state = 'delivered' AND d.kind = 'instance' AND (
		        SELECT count(*) FROM audit_event AS v
		        WHERE v.instance = d.source_id AND v.act = 'report' AND v.outcome = 'done'
		    ) <> 1), count(*) FILTER (WHERE d.state <> 'delivered')
		FROM delivery AS d`).Scan(&noted, &told, &waiting)
	if err != nil {
		t.Fatal(err)
	}
	if noted != 0 || told != 0 || waiting != 0 {
		t.Errorf("%d deliveries are not in the log exactly once, of %d the applicant was not told exactly once, %d have not arrived",
			noted, told, waiting)
	}
}

// checkCases holds the ledger against the cases.
func checkCases(t *testing.T, s *server, l *ledger) {
	t.Helper()
	ctx := context.Background()
	seen := map[string]bool{}
	for _, r := range l.receipts {
		if r.reference == "" || seen[r.reference] {
			t.Errorf("the receipt of %s has no reference of its own: %q", r.title, r.reference)
		}
		seen[r.reference] = true
		var cases, files int
		var title string
		var sum []byte
		err := s.db.QueryRow(ctx, `
			SELECT count(DISTINCT i.id), count(e.id), min(i.title), min(encode(e.sha256, 'hex'))
			FROM instance AS i
			LEFT JOIN element AS e ON e.instance = i.id AND e.type = 'vedlegg'
			WHERE i.app = 'stottesak' AND i.reference = $1`, r.reference).Scan(&cases, &files, &title, &sum)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Appendf(nil, "%x", r.file)
		if cases != 1 || files != 1 || !bytes.Contains([]byte(title), []byte(r.title)) || !bytes.Equal(sum, want) {
			t.Errorf("%s: got %d cases and %d files, titled %q, with file %s", r.reference, cases, files, title, sum)
		}
	}
	var cases int
	if err := s.db.QueryRow(ctx, `SELECT count(*) FROM instance WHERE app = 'stottesak'`).Scan(&cases); err != nil {
		t.Fatal(err)
	}
	t.Logf("checked %d receipts, of %d that were sent, against %d cases", len(l.receipts), len(l.sent),
		cases)
	checkUnknown(t, s, l)
	if len(l.receipts) == 0 {
		t.Fatal("nobody got a receipt")
	}
	if cases < len(l.receipts) {
		t.Errorf("there are fewer cases than receipts")
	}
}
