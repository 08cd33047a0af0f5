package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/driver"
	"stafett/internal/text"
)

// seen is a page that the walk met.
type seen struct {
	*driver.Page
	// name is the same for the same page in each of its states, and for no other.
	name, state, lang string
	// who is whose page it is: the person, and the organisation that they act for.
	who, party string
}

// String tells which page it is, for messages.
func (s seen) String() string {
	return fmt.Sprintf("%s, %s, %s (%d %s)", s.name, s.state, s.lang, s.Status, s.URL)
}

// uxWalk meets every kind of page that a citizen meets, in each language, and keeps them.
type uxWalk struct {
	*world
	t          *testing.T
	database   string
	pages      []seen
	who, party string
}

// TestUX_Walk reads every page that a citizen meets, for what UX.md's section 9 asks of pages.
func TestUX_Walk(t *testing.T) {
	t.Parallel()
	w := &uxWalk{t: t}
	w.world, w.database = newWorldWith(t, map[string]string{"apps": withSubform})
	w.visit()
	w.apply()
	w.forOrganisation()
	w.park()
	w.talk()
	w.moor()
	w.goWrong()
	names, langs := map[string]int{}, map[string]int{}
	for _, p := range w.pages {
		names[p.name]++
		langs[p.lang]++
	}
	t.Logf("%d pages of %d kinds: %v", len(w.pages), len(names), langs)
	w.checkAll(t)
}

// each reads something in each language.
func (w *uxWalk) each(b *driver.Browser, name, state string, status int, read func() (*driver.Page, error)) {
	w.t.Helper()
	for _, lang := range text.Languages {
		b.Language = lang
		p, err := read()
		if err != nil {
			w.t.Fatalf("%s, %s: %v", name, state, err)
		}
		if p.Status != status {
			w.t.Fatalf("%s, %s, %s: got %d at %s, want %d: %s", name, state, lang, p.Status, p.URL, status, p.Main())
		}
		w.pages = append(w.pages, seen{
			Page: p, name: name, state: state, lang: lang, who: w.who, party: w.party,
		})
	}
	b.Language = "nb"
}

// look opens a page.
func (w *uxWalk) look(b *driver.Browser, name, state, path string) {
	w.t.Helper()
	w.each(b, name, state, http.StatusOK, func() (*driver.Page, error) { return b.Get(w.t.Context(), path) })
}

// wrong presses a button of a page with answers that are not right; without a name it is the only
// one of the form that posts to the page's own address.
func (w *uxWalk) wrong(
	b *driver.Browser, name, path string, answers map[string]string, button, value string,
) {
	w.t.Helper()
	w.each(b, name, "with errors", http.StatusUnprocessableEntity, func() (*driver.Page, error) {
		p, err := b.Get(w.t.Context(), path)
		if err != nil {
			return nil, err
		}
		f := p.Form(button, value)
		if button == "" {
			f = p.FormTo(path)
		}
		if f == nil {
			return nil, fmt.Errorf("%s has no button %s=%s: %s", p.URL, button, value, p.Main())
		}
		if err := f.Fill(answers); err != nil {
			return nil, err
		}
		return b.Submit(w.t.Context(), p, f, button, value)
	})
}

// as signs somebody in, who acts for themselves.
func (w *uxWalk) as(person, name string) *driver.Browser {
	w.t.Helper()
	w.who, w.party = name, ""
	return signedIn(w.t, w.address, person)
}

// visit is what one meets who has not signed in.
func (w *uxWalk) visit() {
	b := driver.New(w.address)
	w.look(b, "front", "signed out", "/")
	for _, topic := range []string{"help", "accessibility", "privacy"} {
		w.look(b, "about "+topic, "signed out", "/about/"+topic)
	}
	for _, app := range []string{"arrangementsstotte", "parkering", "ettersending", "klage", "vedtak"} {
		w.look(b, "service "+app, "signed out", "/nordvik/"+app)
	}
}

// begin makes a draft, meets each of its pages before anything is answered, and with what is missing.
func (w *uxWalk) begin(b *driver.Browser, app string, pages ...string) *driver.Page {
	w.t.Helper()
	first, err := b.Start(w.t.Context(), "nordvik/"+app)
	if err != nil {
		w.t.Fatal(err)
	}
	w.unanswered(b, app, first, pages...)
	return first
}

// unanswered meets each page of a draft before anything is answered, and with what is missing.
func (w *uxWalk) unanswered(b *driver.Browser, app string, first *driver.Page, pages ...string) {
	w.t.Helper()
	task := first.URL[:strings.LastIndex(first.URL, "/")]
	for _, page := range pages {
		w.look(b, app+" "+page, "empty", task+"/"+page)
		w.wrong(b, app+" "+page, task+"/"+page, nil, "go", "next")
	}
	w.look(b, app+" se-over", "empty", task+"/se-over")
	w.wrong(b, app+" se-over", task+"/se-over", nil, "go", "submit")
}

// answered fills a draft in, and meets each of its pages once more.
func (w *uxWalk) answered(
	b *driver.Browser, app string, first *driver.Page, a driver.Application, pages ...string,
) *driver.Page {
	w.t.Helper()
	review, err := b.FillIn(w.t.Context(), first, a)
	if err != nil {
		w.t.Fatal(err)
	}
	task := review.URL[:strings.LastIndex(review.URL, "/")]
	for _, page := range append(pages, "se-over") {
		w.look(b, app+" "+page, "answered", task+"/"+page)
	}
	return review
}

// sentIn sends a form, and meets the receipt and the status. It gives where the instance stands.
func (w *uxWalk) sentIn(b *driver.Browser, app string, review *driver.Page) string {
	w.t.Helper()
	receipt, err := b.Send(w.t.Context(), review)
	if err != nil {
		w.t.Fatal(err)
	}
	one := strings.TrimSuffix(receipt.URL, "/receipt")
	w.look(b, app+" receipt", "sent", receipt.URL)
	w.look(b, app+" status", "sent", one+"/status")
	return one
}

// apply is Kari's application for herself, with a row that is open, and what she can do with it.
func (w *uxWalk) apply() {
	const app = "arrangementsstotte"
	b := w.as(kari, "Kari Solbakken")
	for _, page := range []string{"/my", "/my/drafts", "/my/sent", "/my/messages", "/my/requests"} {
		w.look(b, strings.TrimPrefix(page, "/"), "empty", page)
	}
	w.look(b, "party", "with one", "/party")
	w.look(b, "front", "signed in", "/")
	w.look(b, "signed in", "beside", "/signed-in")
	pages := []string{"soker", "arrangement", "budsjett"}
	first := w.begin(b, app, pages...)
	task := strings.TrimSuffix(first.URL, "/soker")
	w.wrong(b, app+" soker", first.URL, map[string]string{
		"soker.epost": "kari krøll", "soker.telefon": strings.Repeat("1", 60),
	}, "go", "next")
	w.wrong(b, app+" arrangement", task+"/arrangement", map[string]string{
		"arrangement.deltakere": "mange", "arrangement.dato": "31.02.2027", "arrangement.postnummer": "12",
	}, "go", "next")
	p := get(w.t.Context(), w.t, b, task+"/budsjett")
	p = answer(w.t, b, p, nil, "row", "add:budsjett.poster")
	w.look(b, app+" budsjett", "with an open row", p.URL)
	w.wrong(b, app+" budsjett", p.URL, map[string]string{"budsjett.poster[0].belop": "1 200,50"},
		"row", rowButton(w.t, p, "save:"))
	w.look(b, app+" delete", "asked", strings.TrimSuffix(task, "/Task_1")+"/delete")
	press(w.t.Context(), w.t, b, get(w.t.Context(), w.t, b, strings.TrimSuffix(task, "/Task_1")+"/delete"), "/delete")
	w.look(b, "my", "after a deletion", "/my?deleted=1")

	first, err := b.Start(w.t.Context(), "nordvik/"+app)
	if err != nil {
		w.t.Fatal(err)
	}
	a := driver.EventSupport("Lysfest i Nordvikparken")
	a.Files = oneFile("vedlegg", "situasjonskart.pdf")
	review := w.answered(b, app, first, a, pages...)
	w.look(b, app+" soker", "to be changed", first.URL+"?back=se-over")
	w.look(b, "service "+app, "with a draft", "/nordvik/"+app)
	w.look(b, "my", "with a draft", "/my")
	w.look(b, "my/drafts", "with a draft", "/my/drafts")
	one := w.sentIn(b, app, review)
	w.look(b, app+" withdraw", "asked", one+"/withdraw")
	w.wrong(b, app+" withdraw", one+"/withdraw", map[string]string{"reason": strings.Repeat("x", 2001)}, "", "")
	w.look(b, "my/sent", "with one", "/my/sent")
	correcting := press(w.t.Context(), w.t, b, get(w.t.Context(), w.t, b, one+"/status"), "/correct")
	w.look(b, app+" soker", "corrected", correcting.URL)
	again := press(w.t.Context(), w.t, b, get(w.t.Context(), w.t, b, one+"/status"), "/copy")
	w.look(b, app+" soker", "copied", again.URL)
}

// oneFile is a file for a data type.
func oneFile(dataType, name string) map[string]driver.File {
	return map[string]driver.File{dataType: {
		Name: name, ContentType: "application/pdf", Content: []byte("%PDF-1.7\n" + strings.Repeat("kart ", 40_000)),
	}}
}

// forOrganisation is Kari's application for the band that she chairs.
func (w *uxWalk) forOrganisation() {
	const app = "arrangementsstotte"
	b := w.as(kari, "Kari Solbakken")
	if _, err := b.Post(w.t.Context(), "/party", url.Values{"party": {"51003"}, "return": {"/my"}}); err != nil {
		w.t.Fatal(err)
	}
	w.party = "Nordvik Musikkforening"
	pages := []string{"soker", "arrangement", "budsjett"}
	w.begin(b, app, pages...)
	first, err := b.Start(w.t.Context(), "nordvik/"+app)
	if err != nil {
		w.t.Fatal(err)
	}
	a := driver.EventSupport("Vårkonsert")
	a.Fields["soker.kategori"] = "lag"
	review := w.answered(b, app, first, a, pages...)
	w.sentIn(b, app, review)
	for _, page := range []string{"/my", "/my/drafts", "/my/sent", "/my/messages", "/my/requests", "/party"} {
		w.look(b, strings.TrimPrefix(page, "/"), "for an organisation", page)
	}
	w.look(b, "front", "for an organisation", "/")
	w.look(b, "service "+app, "for an organisation", "/nordvik/"+app)
	w.look(b, "service parkering", "for an organisation", "/nordvik/parkering")
	for status, at := range map[int]string{404: "/my/finnes-ikke", 400: "/" + appA + "/instance/x/y"} {
		w.each(b, fmt.Sprint("error ", status), "for an organisation", status, func() (*driver.Page, error) {
			return b.Get(w.t.Context(), at)
		})
	}
}

// park is Ola's application for a permit.
func (w *uxWalk) park() {
	b := w.as(ola, "Ola Fjeld")
	pages := []string{"gjelder", "behov", "helse"}
	first := w.begin(b, "parkering", pages...)
	review := w.answered(b, "parkering", first, driver.Application{
		Fields: map[string]string{
			"soker.telefon": "400 00 102", "soker.epost": "ola@fjeld.example", "gjelder.hvem": "barn",
			"gjelder.barnNavn": "Lille Fjeld", "gjelder.barnFodt": "2019-03-04",
			"behov.rolle": "forer", "behov.hvor": "Ved jobben.", "behov.hvorOfte": "daglig",
			"helse.plager": healthData, "helse.gange": "50", "helse.varighet": "varig",
			"samtykke.helse": "ja",
		},
		Files: oneFile("legeerklaering", "legeerklaering.pdf"),
	}, pages...)
	w.sentIn(b, "parkering", review)
}

// talk is what comes back to Kari: a message, a question with a deadline, a decision and an appeal.
func (w *uxWalk) talk() {
	ctx := w.t.Context()
	worker := signedIn(w.t, w.address, ingrid)
	b := w.as(kari, "Kari Solbakken")
	const title = "Lysfest i Nordvikparken"
	caseURL := find(ctx, w.t, worker, title)
	status := get(ctx, w.t, b, "/my/sent").Link(title)
	askForMore(ctx, w.t, worker, caseURL)
	says(ctx, w.t, b, status, "Vi venter på svar fra deg")
	w.look(b, "arrangementsstotte status", "asked for more", status)
	w.look(b, "my", "asked for more", "/my")
	question := get(ctx, w.t, b, get(ctx, w.t, b, status).Link("Vi venter på svar fra deg"))
	w.unanswered(b, "ettersending", question, "svar")
	review := w.answered(b, "ettersending", question, driver.Application{
		Fields: map[string]string{"svar.tekst": "Klokka ti."}, Files: oneFile("vedlegg", "tilbud.pdf"),
	}, "svar")
	w.sentIn(b, "ettersending", review)

	says(ctx, w.t, worker, caseURL, "Klokka ti.")
	press(ctx, w.t, worker, get(ctx, w.t, worker, caseURL+"/confirm"), "/confirm")
	sayTo(ctx, w.t, worker, caseURL, "Hvor mange plasser har dere?", http.StatusOK)
	says(ctx, w.t, b, "/my/messages", "Melding fra Nordvik kommune")
	w.look(b, "my/messages", "with one", "/my/messages")
	w.look(b, "arrangementsstotte status", "with a message", status)
	decideGrant(ctx, w.t, worker, caseURL)
	decided := says(ctx, w.t, b, status, "Ferdig behandlet", "Svar til deg")
	w.look(b, "arrangementsstotte status", "decided", status)
	w.look(b, "my", "with a decision", "/my")
	letter := get(ctx, w.t, b, decided.Link("Svar til deg"))
	w.look(b, "vedtak letter", "come", letter.URL)
	press(ctx, w.t, b, letter, "/action/klag")
	appeal := get(ctx, w.t, b, says(ctx, w.t, b, letter.URL, "Klage som ikke er sendt").Link("Klage som ikke er sendt"))
	w.unanswered(b, "klage", appeal, "klage")
	review = w.answered(b, "klage", appeal, driver.Application{
		Fields: map[string]string{"klage.hva": "Vi vil ha mer.", "klage.hvorfor": "Det kostet mer."},
	}, "klage")
	w.sentIn(b, "klage", review)
}

// moor is a form with a list of forms.
func (w *uxWalk) moor() {
	b := w.as(kari, "Kari Solbakken")
	p, err := b.Start(w.t.Context(), berths)
	if err != nil {
		w.t.Fatal(err)
	}
	w.look(b, "batplass eier", "empty", p.URL)
	p = goOn(w.t, b, p, map[string]string{"eier": "Kari", "harBat": "true"}, "/bater")
	w.look(b, "batplass bater", "empty", p.URL)
	p = pressing(w.t, b, p, nil, "entry:add:bater", "/bater/bater/")
	w.look(b, "batplass bat", "empty", p.URL)
	w.wrong(b, "batplass bat", p.URL, map[string]string{"lengde": "seks"}, "go", "next")
	w.look(b, "service batplass", "with a draft", "/"+berths)
	w.look(b, "my/drafts", "with a form in one language", "/my/drafts")
	if p, err = b.Start(w.t.Context(), berths); err != nil {
		w.t.Fatal(err)
	}
	p = goOn(w.t, b, p, map[string]string{"eier": "Kari", "harBat": "false"}, "/bater")
	p = goOn(w.t, b, p, nil, "/se-over")
	w.look(b, "batplass se-over", "answered", p.URL)
	w.sentIn(b, "batplass", p)
	w.look(b, "my/sent", "with a form in one language", "/my/sent")
}

// only gives the pages for which ok holds, and fails when there are fewer than at least.
func (w *uxWalk) only(t *testing.T, at string, least int, ok func(seen) bool) []seen {
	t.Helper()
	out := slices.DeleteFunc(slices.Clone(w.pages), func(p seen) bool { return !ok(p) })
	t.Logf("%d %s", len(out), at)
	if len(out) < least {
		t.Fatalf("only %d %s, want %d", len(out), at, least)
	}
	return out
}

// elements gives the elements of a page for which ok holds.
func (s seen) elements(ok func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for n := range s.Doc.Descendants() {
		if n.Type == html.ElementNode && ok(n) {
			out = append(out, n)
		}
	}
	return out
}

// byID gives the element with the id; nil when there is none.
func (s seen) byID(id string) *html.Node {
	return s.Find(func(n *html.Node) bool { return id != "" && driver.Attr(n, "id") == id })
}

// flat is the text of a node with its white space folded; a space that holds words together stays.
func flat(n *html.Node) string {
	return strings.Join(strings.FieldsFunc(driver.Text(n), func(r rune) bool {
		return strings.ContainsRune(" \t\r\n", r)
	}), " ")
}

// hasClass tells whether an element is of a class.
func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(driver.Attr(n, "class")), class)
}

// inside tells whether a node or something around it is what ok holds for.
func inside(n *html.Node, ok func(*html.Node) bool) bool {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && ok(n) {
			return true
		}
	}
	return false
}

// asking tells whether it is a page of a form that asks something of a citizen.
func (s seen) asking() bool { return s.Form("go", "next") != nil }

// sortedKeys are the keys of a map, in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
