package main

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
	"stafett/internal/scan/scantest"
)

// scanStory is a solution in which each file goes by a scanner, and its people.
type scanStory struct {
	*world
	fake            *scantest.Scanner
	citizen, worker *driver.Browser
}

// ready fills in a form with a file, up to its review, and gives the review and the draft's id.
func (s *scanStory) ready(t *testing.T, title, file string) (review *driver.Page, guid string) {
	t.Helper()
	first, err := s.citizen.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	a := driver.EventSupport(title)
	a.Files = map[string]driver.File{"vedlegg": {
		Name: "situasjonskart.pdf", ContentType: "application/pdf", Content: []byte(file),
	}}
	if review, err = s.citizen.FillIn(t.Context(), first, a); err != nil {
		t.Fatal(err)
	}
	if n := s.fake.Times(file); n != 1 {
		t.Errorf("%s: the scanner was shown the file %d times before it is sent, want 1", title, n)
	}
	return review, strings.Split(review.URL, "/")[5]
}

// send presses the button: what is wrong at the other end is nothing that the citizen waits for.
func (s *scanStory) send(t *testing.T, review *driver.Page) {
	t.Helper()
	receipt, err := s.citizen.Send(t.Context(), review)
	if err != nil || !strings.HasSuffix(receipt.URL, "/receipt") {
		t.Fatalf("sent: %v", err)
	}
}

// until waits for a row that the condition is true of.
func (s *scanStory) until(t *testing.T, what, sql string, args ...any) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); s.number(t, sql, args...) == 0; {
		if time.Now().After(end) {
			t.Fatal("never came true: " + what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *scanStory) cases(t *testing.T) int64 {
	t.Helper()
	return s.number(t, `SELECT count(*) FROM instance WHERE app = 'stottesak'`)
}

// arrived is a case whose list of files tells that the citizen's was scanned.
func (s *scanStory) arrived(t *testing.T, title string) {
	t.Helper()
	p := get(t.Context(), t, s.worker, find(t.Context(), t, s.worker, title))
	told := false
	for n := range p.Doc.Descendants() {
		if words := driver.Text(n); n.DataAtom == atom.Li && strings.Contains(words, "situasjonskart.pdf") {
			told = told || strings.Contains(words, "viruskontrollert")
		}
	}
	if !told {
		t.Errorf("%s: the case does not tell that its file was scanned: %s", title, p.Main())
	}
}

// TestStory_AFileIsScannedOnceByEachWhoTakesItIn follows files from the citizen to the case: one that
// is clean, one that nobody can be asked about for a while, and one in which something is found later.
func TestStory_AFileIsScannedOnceByEachWhoTakesItIn(t *testing.T) {
	t.Parallel()
	fake := scantest.New(t)
	w, _ := newWorldWith(t, map[string]string{"clamd": fake.Address})
	s := &scanStory{w, fake, signedIn(t, w.address, kari), signedIn(t, w.address, ingrid)}

	const clean = "%PDF-1.7 ren"
	review, _ := s.ready(t, "Vinterfest", clean)
	s.send(t, review)
	s.arrived(t, "Vinterfest")
	if n := fake.Times(clean); n != 2 {
		t.Errorf("the scanner was shown the file %d times, want once by the form and once by the case", n)
	}

	const later = "%PDF-1.7 senere"
	review, guid := s.ready(t, "Vårfest", later)
	fake.Answer("INSTREAM: Can't allocate memory ERROR\x00")
	s.send(t, review)
	s.until(t, "a delivery that waits for the scanner", `SELECT count(*) FROM delivery AS d
		JOIN delivery_attempt AS a ON a.delivery = d.id
		WHERE d.source_id = $1 AND d.state = 'waiting' AND a.outcome = 'failed' AND a.code LIKE '%503%'`, guid)
	if n := s.cases(t); n != 1 {
		t.Errorf("while the scanner is away there are %d cases, want 1", n)
	}
	fake.Answer("")
	s.arrived(t, "Vårfest")

	const found = "%PDF-1.7 funnet"
	review, guid = s.ready(t, "Sommerfest", found)
	fake.Answer("stream: Eicar-Signature FOUND\x00")
	s.send(t, review)
	s.until(t, "a delivery that is given up",
		`SELECT count(*) FROM delivery WHERE source_id = $1 AND state = 'parked'`, guid)
	if n := s.cases(t); n != 2 {
		t.Errorf("with malware there are %d cases, want 2", n)
	}
	if n := s.number(t, `SELECT count(*) FROM element
		WHERE type = 'vedlegg' AND upload IS NOT NULL AND scan IS DISTINCT FROM 'clean'`); n != 0 {
		t.Errorf("%d files are kept that nobody has scanned", n)
	}
	if n := s.number(t, `SELECT count(*) FROM upload WHERE NOT attached`); n != 0 {
		t.Errorf("%d files are left that belong to nothing", n)
	}
	t.Logf("3 submissions, %d cases", s.cases(t))
}
