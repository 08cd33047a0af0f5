package main

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// abuse is a program with a draft of Kari's and one of Ola's, each with an attachment, a case at
// Nordvik, and what Kari's browser holds.
type abuse struct {
	scene
	kari, ola    *driver.Browser
	own, foreign object
	unknown      string
}

// object is an instance with an attachment.
type object struct{ party, guid, element string }

func (o object) base() string { return "/" + appA + "/instance/" + o.party + "/" + o.guid }

// row is one abuse case; its id is that of the project's list of abuse cases.
type row struct {
	id  string
	run func(*testing.T, *abuse)
}

func newAbuse(t *testing.T) *abuse {
	t.Helper()
	a := &abuse{scene: newScene(t), unknown: "11111111-1111-4111-8111-111111111111"}
	a.kari, a.ola = signedIn(t, a.address, kari), signedIn(t, a.address, ola)
	a.own, a.foreign = a.object(t, a.kari), a.object(t, a.ola)
	return a
}

func (a *abuse) object(t *testing.T, b *driver.Browser) object {
	t.Helper()
	first, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	filled := driver.EventSupport(secret)
	filled.Files = map[string]driver.File{"vedlegg": {
		Name: "kart.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7 " + secret),
	}}
	if _, err := b.FillIn(t.Context(), first, filled); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(first.URL, "/")
	return object{party: parts[4], guid: parts[5], element: a.word(t,
		`SELECT id::text FROM element WHERE instance = $1 AND upload IS NOT NULL`, parts[5])}
}

// try sends a request with a browser's cookies, as from one of our own pages.
func (a *abuse) try(
	t *testing.T, b *driver.Browser, method, path string, form url.Values, headers ...string,
) reply {
	t.Helper()
	headers = append(headers, "Cookie", b.Cookies(), "Sec-Fetch-Site", "same-origin")
	if form == nil {
		return a.do(t, method, path, nil, headers...)
	}
	return a.do(t, method, path, strings.NewReader(form.Encode()),
		append(headers, "Content-Type", formKind)...)
}

// want checks that the status is one of those.
func want(t *testing.T, what string, r reply, statuses ...int) {
	t.Helper()
	for _, s := range statuses {
		if r.status == s {
			return
		}
	}
	t.Errorf("%s: got %d, want %v: %.200s", what, r.status, statuses, r.body)
}

// fingerprint tells whether anything of an instance has changed.
func (a *abuse) fingerprint(t *testing.T, guid string) string {
	t.Helper()
	return a.word(t, `SELECT concat(i.version, i.status, i.task, i.owner,
		(SELECT string_agg(concat(e.id, e.version, md5(e.body::text)), ',' ORDER BY e.id)
			FROM element e WHERE e.instance = i.id)) FROM instance i WHERE i.id = $1`, guid)
}

func ids(rows []row) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.id)
	}
	return out
}

func runRows(t *testing.T, rows []row) {
	t.Helper()
	a := newAbuse(t)
	ran := 0
	for _, r := range rows {
		if t.Run(r.id, func(t *testing.T) { r.run(t, a) }) {
			ran++
		}
	}
	t.Logf("%d of %d abuse rows held", ran, len(rows))
}

var objectRows = []row{
	{"X024", func(t *testing.T, a *abuse) {
		path := func(app string, o object, guid, element string) string {
			return "/" + app + "/instance/" + o.party + "/" + guid + "/files/" + element
		}
		// A refusal says the rules of the app in the address, and so the same for each of its instances.
		like := map[string]reply{}
		for _, app := range []string{appA, appB} {
			like[app] = a.try(t, a.kari, "GET", path(app, a.own, a.unknown, a.unknown), nil)
			want(t, "unknown", like[app], 403)
		}
		mixes := 0
		for mix := range 16 {
			pick := func(bit int) object {
				if mix>>bit&1 == 1 {
					return a.foreign
				}
				return a.own
			}
			app := appA
			if mix&1 == 1 {
				app = appB
			}
			p := path(app, pick(1), pick(2).guid, pick(3).element)
			r := a.try(t, a.kari, "GET", p, nil)
			mixes++
			if mix == 0 {
				want(t, "one's own", r, 200)
				continue
			}
			if r.status != 403 || string(r.body) != string(like[app].body) {
				t.Errorf("mix %04b: got %d, %d bytes, want 403 and the body of an unknown one (%d)",
					mix, r.status, len(r.body), len(like[app].body))
			}
		}
		t.Logf("%d mixes", mixes)
	}},
	{"X029", func(t *testing.T, a *abuse) {
		before := a.fingerprint(t, a.foreign.guid)
		for _, base := range []string{a.foreign.base(), strings.Replace(a.foreign.base(),
			a.foreign.party, a.own.party, 1)} {
			want(t, base, a.try(t, a.kari, "POST", base+"/delete", url.Values{}), 403)
		}
		if after := a.fingerprint(t, a.foreign.guid); after != before || before == "" {
			t.Errorf("the draft is now %q, was %q", after, before)
		}
	}},
	{"X030", func(t *testing.T, a *abuse) {
		before := a.fingerprint(t, a.foreign.guid)
		for _, form := range []url.Values{
			{"go": {"submit"}, "version": {"5"}}, {"go": {"next"}, "version": {"5"}},
			{"row": {"add:budsjett.poster"}, "version": {"5"}},
		} {
			want(t, form.Encode(), a.try(t, a.kari, "POST", a.foreign.base()+"/Task_1/se-over",
				form), 403)
		}
		if after := a.fingerprint(t, a.foreign.guid); after != before || before == "" {
			t.Errorf("the draft is now %q, was %q", after, before)
		}
	}},
	{"X032", func(t *testing.T, a *abuse) {
		own := "/" + appA + "/instance/" + a.own.party + "/"
		for _, guid := range []string{
			strings.ToUpper(a.own.guid), "%7B" + a.own.guid + "%7D", "urn:uuid:" + a.own.guid,
			strings.ReplaceAll(a.own.guid, "-", ""), strings.ReplaceAll(a.own.guid, "-", "%252D"),
			a.own.guid + ".", a.own.guid + "%20",
		} {
			want(t, guid, a.try(t, a.kari, "GET", own+guid+"/Task_1/soker", nil), 400, 403, 404)
		}
		for _, party := range []string{"050001", "+50001", "50001.0", "%2050001"} {
			want(t, party, a.try(t, a.kari, "GET",
				"/"+appA+"/instance/"+party+"/"+a.own.guid+"/Task_1/soker", nil), 400, 403, 404)
		}
	}},
	{"X033", func(t *testing.T, a *abuse) {
		for _, guid := range []string{"00000000-0000-0000-0000-000000000000", "-1", "1e9",
			strings.Repeat("a", 6000), "%00", "';--"} {
			for _, base := range []string{"/" + appA + "/instance/50001/", "/inbox/" + nordvik +
				"/case/"} {
				r := a.try(t, a.kari, "GET", base+guid, nil)
				want(t, guid, r, 400, 403, 404, 414)
				if strings.Contains(string(r.body), "goroutine") ||
					strings.Contains(string(r.body), "SQLSTATE") {
					t.Errorf("%s: the answer tells too much: %s", guid, r.body)
				}
			}
		}
	}},
	{"X034", func(t *testing.T, a *abuse) {
		for _, who := range []string{siri, jon, tor} {
			b := signedIn(t, a.address, who)
			for _, ending := range []string{"", "/take", "/files/" + a.unknown} {
				there := a.try(t, b, "GET", "/inbox/"+nordvik+"/case/"+a.caseID+ending, nil)
				not := a.try(t, b, "GET", "/inbox/"+nordvik+"/case/"+a.unknown+ending, nil)
				want(t, who, there, 403)
				if there.status != not.status || string(there.body) != string(not.body) {
					t.Errorf("%s %s: a forbidden case and none differ: %d and %d bytes", who,
						ending, len(there.body), len(not.body))
				}
			}
		}
	}},
	{"X036", func(t *testing.T, a *abuse) {
		r := a.try(t, a.kari, "GET", a.foreign.base()+"/files/"+a.foreign.element, nil, "Range",
			"bytes=0-0")
		want(t, "a range", r, 403, 404)
	}},
	{"X040", func(t *testing.T, a *abuse) {
		b := signedIn(t, a.address, ingrid)
		for _, ending := range []string{"", "/Task_1/soker", "/status", "/receipt.pdf",
			"/files/" + a.own.element} {
			want(t, ending, a.try(t, b, "GET", a.own.base()+ending, nil), 403)
		}
	}},
	{"X042", func(t *testing.T, a *abuse) {
		b := signedIn(t, a.address, siri)
		for _, path := range []string{"/inbox/" + nordvik, "/inbox/" + nordvik + "?view=closed",
			"/inbox/" + nordvik + "/case/" + a.caseID} {
			r := a.try(t, b, "GET", path, nil)
			want(t, path, r, 403)
			if strings.Contains(string(r.body), secret) {
				t.Errorf("%s tells the title", path)
			}
		}
	}},
	{"X046", func(t *testing.T, a *abuse) {
		b := signedIn(t, a.address, ingrid)
		for _, q := range []string{"sort=owner_pid", "after=x", "view=alle", "app=stottesak",
			"order=desc", "after=1%27--"} {
			want(t, q, a.try(t, b, "GET", "/inbox/"+nordvik+"?"+q, nil), 400)
		}
		want(t, "no parameter", a.try(t, b, "GET", "/inbox/"+nordvik, nil), 200)
	}},
}

// TestAbuse_ObjectAccess tries to reach what is another's.
func TestAbuse_ObjectAccess(t *testing.T) {
	t.Parallel()
	runRows(t, objectRows)
}

// page gives the form of one of the draft's pages, to be changed and posted.
func (a *abuse) form(t *testing.T, page string) url.Values {
	t.Helper()
	p := get(t.Context(), t, a.kari, a.own.base()+"/Task_1/"+page)
	f := p.Form("go", "next")
	if f == nil {
		t.Fatalf("no form on %s", p.URL)
	}
	f.Values.Set("go", "next")
	return f.Values
}

// tamper posts a page with further fields and gives the answer.
func (a *abuse) tamper(t *testing.T, page string, fields url.Values) reply {
	t.Helper()
	form := a.form(t, page)
	for name, values := range fields {
		form[name] = values
	}
	return a.try(t, a.kari, "POST", a.own.base()+"/Task_1/"+page, form)
}

// body gives Kari's draft as it is stored.
func (a *abuse) body(t *testing.T) string {
	t.Helper()
	return a.word(t, `SELECT body::text FROM element WHERE instance = $1 AND body IS NOT NULL`,
		a.own.guid)
}

// unchanged posts each tampered page and checks the status and that nothing was stored.
func (a *abuse) unchanged(t *testing.T, page string, statuses []int, tries ...url.Values) {
	t.Helper()
	for _, fields := range tries {
		before := a.body(t)
		want(t, fmt.Sprintf("%.80s", fields.Encode()), a.tamper(t, page, fields), statuses...)
		if after := a.body(t); after != before {
			t.Errorf("%.80s: stored %s, before %s", fields.Encode(), after, before)
		}
	}
}

// noNumber posts what is no number of participants. The answer that stood there goes, since the
// person wrote another; what they wrote stands on the page and nowhere else.
func (a *abuse) noNumber(t *testing.T, texts ...string) {
	t.Helper()
	const field, stored = "arrangement.deltakere", `SELECT COALESCE(
		body->'arrangement'->>'deltakere', '') FROM element WHERE instance = $1 AND body IS NOT NULL`
	for _, text := range texts {
		r := a.tamper(t, "arrangement", url.Values{field: {text}})
		want(t, fmt.Sprintf("%.40q", text), r, 422)
		if got := a.word(t, stored, a.own.guid); got != "" && got != text {
			t.Errorf("%.40q: stored %q", text, got)
		}
	}
	want(t, "a number again", a.tamper(t, "arrangement", url.Values{field: {"300"}}), 303)
	if got := a.word(t, stored, a.own.guid); got != "300" {
		t.Errorf("stored %q, want 300", got)
	}
}

var fieldRows = []row{
	{"X056", func(t *testing.T, a *abuse) {
		a.unchanged(t, "soker", []int{303, 422}, url.Values{"soker.navn": {"Ola Fjeld"}},
			url.Values{"soker.organisasjonsnummer": {sorvik}})
		a.unchanged(t, "budsjett", []int{303, 422}, url.Values{"budsjett.sumUtgifter": {"1"}},
			url.Values{"budsjett.underskudd": {"999999"}})
	}},
	{"X057", func(t *testing.T, a *abuse) {
		a.unchanged(t, "soker", []int{303, 422}, url.Values{"soker.gruppenavn": {"Smuglet"}})
		a.unchanged(t, "arrangement", []int{303, 422},
			url.Values{"arrangement.billettpris": {"100"}})
	}},
	{"X058", func(t *testing.T, a *abuse) {
		a.unchanged(t, "soker", []int{303, 422}, url.Values{"soker.finnesIkke": {"x"}},
			url.Values{"__proto__": {"x"}},
			url.Values{"arrangement.navn": {"En annen side"}}, url.Values{"sak:sak.tittel": {"x"}})
	}},
	{"X061", func(t *testing.T, a *abuse) {
		a.unchanged(t, "budsjett", []int{409, 422},
			url.Values{"budsjett.poster[999999999].tekst": {"x"}},
			url.Values{"budsjett.poster[-1].tekst": {"x"}},
			url.Values{"budsjett.poster[99999999999999999999].tekst": {"x"}},
			url.Values{"budsjett.poster[999999999].altinnRowId": {a.unknown}},
			url.Values{"budsjett.poster[0x0].tekst": {"x"}})
	}},
	{"X063", func(t *testing.T, a *abuse) {
		a.unchanged(t, "soker", []int{422}, url.Values{"soker.kontaktperson": {"En", "To"}},
			url.Values{"soker.epost": {"a@b.example", "c@d.example"}})
		a.unchanged(t, "soker", []int{400, 409, 422}, url.Values{"version": {"1", "2"}})
	}},
	{"X064", func(t *testing.T, a *abuse) {
		a.unchanged(t, "soker", []int{422}, url.Values{"soker.epost[0]": {"a@b.example"}},
			url.Values{"soker.epost.x": {"a"}},
			url.Values{"soker": {"{}"}}, url.Values{"soker[0].epost": {"a@b.example"}})
		a.unchanged(t, "arrangement", []int{422}, url.Values{"arrangement.deltakere.x": {"1"}})
		a.noNumber(t, `{"a":1}`, "[1]", "true")
	}},
	{"X065", func(t *testing.T, a *abuse) {
		a.noNumber(t, "NaN", "Infinity", "1e400", "-1e400", "0x10", "٣", "1e5", "--1", "1,2,3",
			strings.Repeat("9", 5000), "²", "0")
	}},
	{"X069", func(t *testing.T, a *abuse) {
		for _, party := range []string{"50002", "51001", "99999", "-1", "51003x"} {
			want(t, party, a.try(t, a.kari, "POST", "/party", url.Values{"party": {party}}), 400,
				403)
		}
		b := signedIn(t, a.address, kari)
		want(t, "one that she chairs", a.try(t, b, "POST", "/party",
			url.Values{"party": {"51003"}}), 303)
	}},
	{"X050", func(t *testing.T, a *abuse) {
		form := a.form(t, "soker")
		if _, err := a.kari.Send(t.Context(), get(t.Context(), t, a.kari,
			a.own.base()+"/Task_1/se-over")); err != nil {
			t.Fatal(err)
		}
		before := a.body(t)
		form.Set("soker.kontaktperson", "Etterpå")
		for _, ending := range []string{"", "/save"} {
			want(t, ending, a.try(t, a.kari, "POST", a.own.base()+"/Task_1/soker"+ending, form),
				403, 409)
		}
		want(t, "delete", a.try(t, a.kari, "POST", a.own.base()+"/delete", url.Values{}), 403, 409)
		if after := a.body(t); after != before {
			t.Errorf("stored %s", after)
		}
	}},
	{"X051", func(t *testing.T, a *abuse) {
		count := `SELECT count(*) FROM element WHERE instance = $1`
		before := a.number(t, count, a.own.guid)
		body, kind := parcel(t, part{name: "file:vedlegg", file: "a.pdf", kind: "application/pdf",
			body: "%PDF-1.7"})
		r := a.do(t, "POST", a.own.base()+"/Task_1/budsjett/upload", body, "Content-Type", kind,
			"Cookie", a.kari.Cookies(), "Sec-Fetch-Site", "same-origin")
		want(t, "upload after sending", r, 403, 409)
		want(t, "remove after sending", a.try(t, a.kari, "POST", a.own.base()+"/Task_1/budsjett",
			url.Values{"version": {"1"}, "remove": {a.own.element}}), 403, 409)
		if after := a.number(t, count, a.own.guid); after != before {
			t.Errorf("%d elements, before %d", after, before)
		}
	}},
	{"X096", func(t *testing.T, a *abuse) {
		for _, ending := range []string{"/status", "/receipt"} {
			r := a.try(t, a.kari, "GET", a.own.base()+ending, nil)
			want(t, ending, r, 200)
			for _, not := range []string{"51001", "stottesak/instances", "fault."} {
				if strings.Contains(string(r.body), not) {
					t.Errorf("%s tells %q", ending, not)
				}
			}
		}
	}},
}

// TestAbuse_TaskAndFieldRights posts what the page did not ask for.
func TestAbuse_TaskAndFieldRights(t *testing.T) {
	t.Parallel()
	runRows(t, fieldRows)
}

// TestAbuse_EveryRowHasItsPlace checks where the other rows of the list of abuse cases are tried:
// a test file with a word of the test in it, or "-" and why they are not tried yet.
func TestAbuse_EveryRowHasItsPlace(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("testdata/abuse-places.tsv")
	if err != nil {
		t.Fatal(err)
	}
	here := map[string]bool{}
	for _, id := range slices.Concat(ids(objectRows), ids(fieldRows), ids(edgeRows), ids(listRows)) {
		if here[id] {
			t.Errorf("%s stands twice", id)
		}
		here[id] = true
	}
	elsewhere, later := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 3 || here[cells[0]] {
			t.Errorf("%q: not three cells, or tried here", line)
			continue
		}
		here[cells[0]] = true
		if cells[1] == "-" {
			if later++; len(cells[2]) < 30 {
				t.Errorf("%q: no reason", line)
			}
			continue
		}
		elsewhere++
		if test, err := os.ReadFile("../../" + cells[1]); err != nil ||
			!strings.Contains(string(test), cells[2]) {
			t.Errorf("%q: no such test (%v)", line, err)
		}
	}
	// The list has 89 rows; the one of requests from other sites stands for no row of it.
	if n := len(here); n != 90 {
		t.Errorf("%d rows have a place, want 90", n)
	}
	t.Logf("%d rows run here, %d elsewhere, %d not yet", len(here)-elsewhere-later, elsewhere, later)
}
