package main

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"stafett/internal/driver"
	"stafett/internal/text"
)

// TestUX30_AQuestionThatGoesTakesItsAnswerAlong answers a question that another brings, and then the
// other so that it goes: the answer is not asked for, not stored, and nowhere in what is looked over,
// sent and kept.
func TestUX30_AQuestionThatGoesTakesItsAnswerAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	const hidden = "Lyslaget på Nes"
	p := atPage(t, b, "soker")
	p = answer(t, b, p, with(of(driver.EventSupport(""), "soker."), "soker.kategori", "gruppe"), "go", "next")
	p = goOn(t, b, p, map[string]string{"soker.gruppenavn": hidden}, "/arrangement")
	a := driver.EventSupport("Lysfest")
	a.Fields["soker.kategori"] = "gruppe"
	review, err := b.FillIn(t.Context(), p, a)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(review.Main(), hidden) {
		t.Fatalf("the answer is not looked over while it is asked for: %s", review.Main())
	}
	task := strings.TrimSuffix(review.URL, "/se-over")
	first := get(t.Context(), t, b, task+"/soker")
	goOn(t, b, first, map[string]string{"soker.kategori": "privat", "soker.gruppenavn": ""}, "/arrangement")
	review = get(t.Context(), t, b, task+"/se-over")
	receipt, err := b.Send(t.Context(), review)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, p := range []*driver.Page{
		get(t.Context(), t, b, task+"/soker"), review, receipt,
		get(t.Context(), t, b, strings.TrimSuffix(receipt.URL, "/receipt")+"/status"),
	} {
		read++
		if strings.Contains(string(p.Body), hidden) || strings.Contains(p.Main(), "gruppa") {
			t.Errorf("%s still tells of the group: %s", p.URL, p.Main())
		}
	}
	if n := w.number(t, `SELECT count(*) FROM element WHERE body::text LIKE '%gruppenavn%'`); n != 0 {
		t.Errorf("the answer is stored in %d documents", n)
	}
	t.Logf("read %d pages", read)
}

// changing is what differs between two drawings of one page: the number of the request, and the times
// at which it was drawn and since which a list is to be told of what comes.
var changing = regexp.MustCompile(`id="request">[^<]*<|data-left="\d+"|data-live="[^"]*"|\d{1,2}[.:]\d{2}`)

// TestUX43_ACaseThatOneMayNotSeeLeavesNoTrace holds each page that lists cases, drawn before a case is
// there and after, against each other, and the refusal of the case against that of one that is not.
func TestUX43_ACaseThatOneMayNotSeeLeavesNoTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inbox := "/inbox/" + nordvik
	lists := []string{
		inbox, inbox + "?view=all", inbox + "?view=closed", inbox + "?q=Hemmelig", inbox + "/numbers",
		inbox + "/cases.csv", "/my", "/my/messages",
	}
	people := map[string]string{"Per": per, "Siri": siri, "Kari": kari, "Tor": tor}
	drawn := func(b *driver.Browser, path string) string {
		p, err := b.Get(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return changing.ReplaceAllString(string(p.Body), "")
	}
	browsers, before := map[string]*driver.Browser{}, map[string]string{}
	for name, number := range people {
		browsers[name] = signedIn(t, w.address, number)
		for _, lang := range text.Languages {
			browsers[name].Language = lang
			for _, path := range lists {
				before[name+lang+path] = drawn(browsers[name], path)
			}
		}
	}
	r := w.do(t, "POST", makeB, strings.NewReader(strings.Replace(ownB, "Lysfest", secret, 1)),
		"Content-Type", jsonKind, "Authorization", bearer(w.write(t)))
	if r.status != http.StatusCreated {
		t.Fatalf("the case is not made: %d %s", r.status, r.body)
	}
	guid := strings.TrimPrefix(idOf(t, r), "51001/")
	says(t.Context(), t, signedIn(t, w.address, ingrid), inbox, secret)
	compared := 0
	for name, b := range browsers {
		for _, lang := range text.Languages {
			b.Language = lang
			for _, path := range lists {
				compared++
				if got, was := drawn(b, path), before[name+lang+path]; got != was {
					i := 0
					for i < min(len(got), len(was)) && got[i] == was[i] {
						i++
					}
					t.Errorf("%s, %s: %s tells that there is a case: …%.80q, was %.80q", name, lang, path, got[i:], was[i:])
				}
			}
			for _, action := range []string{"", "/access", "/write", "/attachments.zip"} {
				compared++
				there, nowhere := inbox+"/case/"+guid+action, inbox+"/case/11111111-1111-4111-8111-111111111111"+action
				got, want := drawn(b, there), drawn(b, nowhere)
				if strings.ReplaceAll(got, there, nowhere) != want || strings.Contains(got, secret) {
					t.Errorf("%s, %s: the refusal of %s tells of the case", name, lang, there)
				}
			}
		}
	}
	t.Logf("%d pages of %d persons compared", compared, len(people))
}

// readLog is a log that is read while it is written.
type readLog struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write keeps what is written.
func (l *readLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

// with gives the lines that hold all of the words.
func (l *readLog) with(words ...string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for line := range strings.Lines(l.all.String()) {
		all := true
		for _, word := range words {
			all = all && strings.Contains(line, word)
		}
		if all {
			out = append(out, line)
		}
	}
	return out
}

// TestUX44_TheCodeOfAFaultFindsItsLine breaks what a page needs: it tells the code, the time and what is
// safe, in each language, and the code finds the one line of the log that tells why.
func TestUX44_TheCodeOfAFaultFindsItsLine(t *testing.T) {
	t.Parallel()
	log := &readLog{}
	w, _ := newWorldLogged(t, map[string]string{"log": "error"}, log)
	b := signedIn(t, w.address, kari)
	first, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	f := first.Form("go", "next")
	f.Values.Set("soker.kontaktperson", "Kari Solbakken")
	w.exec(t, "ALTER TABLE element RENAME TO element_away")
	codes := map[string]bool{}
	for _, lang := range text.Languages {
		b.Language = lang
		shown, err := b.Get(t.Context(), first.URL)
		if err != nil {
			t.Fatal(err)
		}
		posted, err := b.Submit(t.Context(), first, f, "go", "next")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []*driver.Page{shown, posted} {
			n := seen{Page: p}.byID("request")
			if p.Status != http.StatusInternalServerError || n == nil {
				t.Fatalf("%s: got %d: %s", lang, p.Status, p.Main())
			}
			said := flat(n)
			code := regexp.MustCompile(`[A-Z2-7]{16}`).FindString(said)
			codes[code] = true
			if !regexp.MustCompile(`20\d\d .*\d\d[.:]\d\d`).MatchString(said) || !strings.Contains(p.Main(), text.T(lang, "error.safe")) {
				t.Errorf("%s: the page does not tell when, or what is safe: %s", lang, p.Main())
			}
			if found := log.with("id="+code, "level=ERROR", "element"); code == "" || len(found) != 1 {
				t.Errorf("%s: the code %q finds %q", lang, code, found)
			}
		}
		if !strings.Contains(posted.Main(), "Kari Solbakken") {
			t.Errorf("%s: what was typed is lost: %s", lang, posted.Main())
		}
	}
	w.exec(t, "ALTER TABLE element_away RENAME TO element")
	if t.Logf("%d codes found their lines", len(codes)); len(codes) != 2*len(text.Languages) {
		t.Error("a code came twice")
	}
}
