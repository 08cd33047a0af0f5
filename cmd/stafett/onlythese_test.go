package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/driver"
)

var (
	posts     = flag.Int("posts", 270, "how many random posts a request for more gets")
	postsSeed = flag.Uint64("posts-seed", 0, "seed of the random posts; 0 takes one and prints it")
)

const more = "nordvik/ettersending"

// asked is a request for more to Kari, and what she may change in it.
type asked struct {
	*world
	kari           *driver.Browser
	base, guid     string
	answer, attach bool
	random         *rand.Rand
	// tried, taken, changed and attached count the posts, those that were stored, and those that
	// changed what was asked for.
	tried, taken, changed, attached int
}

// ask makes a request with the questions, as a case does.
func ask(t *testing.T, w *world, seed uint64, answer, attach bool) *asked {
	t.Helper()
	body := fmt.Sprintf(`{"sak": {"tittel": "Lysfest"}, "soker": {"navn": "Kari Solbakken"},
		"spor": {"melding": "Vi mangler noe.", "opplysning": %v, "sporsmal": "Når?", "dokument": %v,
		"hva": "Tilbud", "frist": "2027-01-15"}}`, answer, attach)
	parcel, kind := parcel(t, part{name: "instance", kind: jsonKind,
		body: `{"instanceOwner": {"personNumber": "` + kari + `"}}`},
		part{name: "svar", kind: jsonKind, body: body})
	r := w.do(t, "POST", "/"+more+"/instances", parcel, "Content-Type", kind,
		"Authorization", bearer(w.token(t, "nordvik", more, access.ScopeWrite)))
	if r.status != 201 {
		t.Fatalf("the request is not made: %d %s", r.status, r.body)
	}
	id := idOf(t, r)
	return &asked{world: w, kari: signedIn(t, w.address, kari), guid: strings.Split(id, "/")[1],
		base: "/" + more + "/instance/" + id, answer: answer, attach: attach,
		random: rand.New(rand.NewPCG(seed, 3))}
}

// held is what a request holds: fixed is everything that may not change, which is all but the
// answer and the files, where those are asked for.
type held struct {
	fixed, answer  string
	files, version int64
}

func (a *asked) now(t *testing.T) (h held) {
	t.Helper()
	const query = `SELECT concat_ws('|', i.status, i.task, i.owner, i.title, i.applicant, i.due,
			i.reference, i.source_id, i.thread, i.data_values, i.substatus, e.locked, e.type,
			CASE WHEN $2 THEN (e.body::jsonb - 'svar')::text ELSE e.body::text END,
			(SELECT string_agg(key, ',') FROM jsonb_object_keys(e.body::jsonb->'svar') AS key
				WHERE key <> 'tekst'),
			CASE WHEN NOT $3 THEN (SELECT count(*) FROM element WHERE instance = i.id) END,
			(SELECT string_agg(type, ',') FROM element
				WHERE instance = i.id AND type NOT IN ('svar', 'vedlegg'))),
		COALESCE(e.body::jsonb->'svar'->>'tekst', ''), e.version,
		(SELECT count(*) FROM element WHERE instance = i.id AND upload IS NOT NULL)
		FROM instance i JOIN element e ON e.instance = i.id AND e.body IS NOT NULL WHERE i.id = $1`
	err := a.db.QueryRow(t.Context(), query, a.guid, a.answer, a.attach).
		Scan(&h.fixed, &h.answer, &h.version, &h.files)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (a *asked) pick(from ...string) string { return from[a.random.IntN(len(from))] }

// fields makes up what is posted: every other time what the page has, else the names of the model
// and some others, and odd values.
func (a *asked) fields(version int64) url.Values {
	out := url.Values{"version": {fmt.Sprint(version)}}
	if a.random.IntN(2) == 0 {
		out.Set("svar.tekst", fmt.Sprint("svar ", a.random.IntN(1000)))
		return out
	}
	for range a.random.IntN(4) {
		name := a.pick("svar.tekst", "svar.tekst", "svar:svar.tekst", "svar[0].tekst", "svar",
			"spor.melding", "spor.opplysning", "spor.sporsmal", "spor.dokument", "spor.hva",
			"spor.frist", "svar:spor.frist", "sak.tittel", "sak", "soker.navn", "altinnRowId", "vedlegg",
			"file:vedlegg", "ukjent", "__proto__", "status", "owner", "")
		out.Add(name, a.pick("", "Klokka ti.", "true", "false", "2031-01-01", "0", "-1", "null",
			`{"tekst":"x"}`, "[]", "<b>æøå</b>", "\x00", strings.Repeat("å", 2100),
			fmt.Sprint("svar ", a.random.IntN(1000))))
	}
	if a.random.IntN(3) == 0 {
		out.Set("go", a.pick("next", "back", "later", "stay", "page:svar", "page:se-over",
			"page:borte", "action:reject", "action:confirm"))
	}
	if a.random.IntN(6) == 0 {
		out.Set("row", a.pick("add:svar", "add:spor", "delete:x", "delete:"+a.guid, "edit:0", "save:0"))
	}
	if a.random.IntN(12) == 0 {
		out.Set("version", a.pick("0", "-1", "x", fmt.Sprint(version+1)))
	}
	return out
}

// once makes one post, and tells when more than was asked has changed.
func (a *asked) once(t *testing.T, before held) held {
	t.Helper()
	path := a.base + a.pick("/Task_1/svar", "/Task_1/svar", "/Task_1/svar", "/Task_1/se-over",
		"/Task_1/svar/save", "/Task_2/svar", "/Task_1/borte", "/delete", "/action/reject",
		"/action/next", "/Task_1/svar/upload")
	form := a.fields(before.version)
	var body io.Reader = strings.NewReader(form.Encode())
	kind := formKind
	if strings.HasSuffix(path, "/upload") || a.random.IntN(15) == 0 {
		body, kind = parcel(t, part{name: "version", body: form.Get("version")}, part{
			name: a.pick("file:vedlegg", "file:svar", "vedlegg"), kind: "application/pdf",
			file: a.pick("tilbud.pdf", "../x.pdf", "x.exe"),
			body: a.pick("%PDF-1.7\ntilbud", "%PDF-1.7\ntilbud", "MZ", "")})
	}
	r := a.do(t, "POST", path, body, "Content-Type", kind, "Cookie", a.kari.Cookies(),
		"Sec-Fetch-Site", "same-origin")
	if r.status >= 500 {
		t.Errorf("%s %.200q: got %d", path, form.Encode(), r.status)
	}
	after := a.now(t)
	if after.fixed != before.fixed {
		t.Fatalf("%s %.300q (%d) changed\n%s\nto\n%s", path, form.Encode(), r.status, before.fixed,
			after.fixed)
	}
	a.tried++
	for counter, is := range map[*int]bool{&a.taken: r.status < 400,
		&a.changed: after.answer != before.answer, &a.attached: after.files != before.files} {
		if is {
			*counter++
		}
	}
	return after
}

// TestOnlyTheseFields posts at random to requests for more: nothing changes but what was asked.
func TestOnlyTheseFields(t *testing.T) {
	t.Parallel()
	seed := *postsSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano()) % 1_000_000_000
	}
	t.Logf("seed %d", seed)
	w := newWorld(t)
	for i, asks := range [][2]bool{{true, false}, {false, true}, {true, true}} {
		a := ask(t, w, seed+uint64(i), asks[0], asks[1])
		for state := a.now(t); a.tried < *posts/3; {
			state = a.once(t, state)
		}
		t.Logf("answer asked for %v, document %v: %d posts, %d taken, %d changed the answer, %d the files",
			a.answer, a.attach, a.tried, a.taken, a.changed, a.attached)
		if a.taken == 0 || (a.changed > 0) != a.answer || a.attached > 0 && !a.attach {
			t.Error("what was asked for cannot be answered, or what was not, can")
		}
	}
}
