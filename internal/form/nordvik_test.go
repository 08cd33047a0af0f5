package form

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// nordvik are the apps of the example solution.
var nordvik = sync.OnceValue(func() []*app.Definition {
	defs, found := app.LoadAll(apps.FS)
	if len(found) > 0 {
		panic(found[0].String())
	}
	return defs
})

func nordvikApp(t testing.TB, name string) *app.Definition {
	t.Helper()
	for _, d := range nordvik() {
		if d.Ref.App == name {
			return d
		}
	}
	t.Fatalf("there is no app %s", name)
	return nil
}

// startOf gives the input of a new instance.
func startOf(t testing.TB, d *app.Definition, task string) Input {
	t.Helper()
	in := Input{
		Language: "nb", Now: now, BaseURL: "/x",
		Owner: core.Party{Kind: core.PartyPerson, Name: "Kari Solbakken", Email: "kari@example.no", Phone: "40000123"},
		Data:  map[string]core.Document{},
		Instance: core.Instance{
			InstanceRef: core.InstanceRef{AppRef: d.Ref, ID: uuid.New()},
			Process:     core.ProcessState{Task: task},
		},
		Rights: map[string]bool{"read": true, "write": true},
	}
	for _, dt := range d.Meta.DataTypes {
		if !dt.Form {
			continue
		}
		doc, err := Prefilled(d, dt.ID, in, Given{})
		if err != nil {
			t.Fatal(err)
		}
		in.Data[dt.ID] = doc
	}
	return in
}

// keyName is what a text key looks like; no page may show one.
var keyName = regexp.MustCompile(`^[a-zæøå]+(-[a-zæøå]+)*\.[a-z-]+$`)

// shownTexts gives every text of a page.
func shownTexts(nodes []Node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Title, string(n.Description), string(n.Help), n.Prefix, n.Suffix)
		for _, o := range n.Options {
			out = append(out, o.Label, string(o.Description))
		}
		for _, s := range n.Summary {
			out = append(out, s.Title)
			for _, a := range s.Answers {
				out = append(out, a.Question)
			}
		}
		if n.Rows != nil {
			for _, c := range n.Rows.Columns {
				out = append(out, c.Title)
			}
			for _, r := range n.Rows.Rows {
				out = append(out, shownTexts(r.Fields)...)
			}
		}
		out = append(out, shownTexts(n.Children)...)
	}
	return out
}

func TestNordvik_EveryPageIsDrawnInEveryLanguage(t *testing.T) {
	t.Parallel()
	pages, words := 0, 0
	for _, d := range nordvik() {
		for _, set := range d.Sets {
			for _, lang := range []string{"nb", "nn", "en"} {
				in := startOf(t, d, set.Tasks[0])
				in.Language = lang
				for _, p := range set.Pages {
					pages++
					drawn := Build(d, set, p.ID, in)
					for _, s := range append(shownTexts(drawn.Nodes), drawn.Title) {
						words++
						if keyName.MatchString(s) {
							t.Errorf("%s %s %s shows the key %q", d.Ref, p.ID, lang, s)
						}
					}
					checkNodes(t, d, p.ID, drawn.Nodes)
				}
				for _, i := range Validate(d, set.Tasks[0], in) {
					if keyName.MatchString(i.Message) || !strings.HasSuffix(i.Message, ".") {
						t.Errorf("%s %s: %s says %q", d.Ref, lang, i.Path, i.Message)
					}
				}
			}
		}
	}
	t.Logf("checked %d pages with %d texts", pages, words)
	if pages == 0 {
		t.Fatal("no pages were checked")
	}
}

func checkNodes(t *testing.T, d *app.Definition, page string, nodes []Node) {
	t.Helper()
	for _, n := range nodes {
		if n.Kind == KindStandIn {
			t.Errorf("%s %s: %s is not supported", d.Ref, page, n.ID)
		}
		if n.Name != "" && n.Title == "" {
			t.Errorf("%s %s: %s has no title", d.Ref, page, n.ID)
		}
		checkNodes(t, d, page, n.Children)
	}
}

// Kari fills in the application page by page, as a browser would, and it can be sent.
func TestNordvik_AnApplicationFromStartToSubmit(t *testing.T) {
	t.Parallel()
	d := nordvikApp(t, "arrangementsstotte")
	set := d.SetFor("Task_1")
	in := startOf(t, d, "Task_1")
	fill := func(page string, posted url.Values) {
		t.Helper()
		b, err := Bind(d, set, page, posted, in)
		if err != nil || len(b.Unknown) > 0 || len(b.Issues) > 0 {
			t.Fatalf("%s: %v %v %s", page, err, b.Unknown, messages(b.Issues))
		}
		in.Data = b.Data
	}
	ready := func(page string) {
		t.Helper()
		if left := ValidatePage(d, set, page, in); len(left) > 0 {
			t.Fatalf("%s is not ready: %s", page, messages(left))
		}
	}
	fill("soker", post("soker.kategori=lag", "soker.kontaktperson=Kari Solbakken",
		"soker.epost=kari@example.no", "soker.telefon=400 00 123"))
	ready("soker")
	fill("arrangement", post("arrangement.navn=Vårkonsert", "arrangement.type=konsert",
		"arrangement.malgruppe=", "arrangement.beskrivelse=Konsert\r\nmed korps",
		"arrangement.deltakere=1 200", "arrangement.apent=true", "arrangement.billett=false",
		"arrangement.dato=1.6.2027", "arrangement.flereDager=false", "arrangement.bydel=sentrum",
		"arrangement.sted=Torget", "arrangement.adresse=Torget 1", "arrangement.postnummer=9999",
		"arrangement.offentlig=false"))
	boxes := node(t, Build(d, set, "arrangement", in), "arrangement-malgruppe").Options
	fill("arrangement", post("arrangement.malgruppe=", "arrangement.malgruppe="+boxes[0].Value,
		"arrangement.malgruppe="+boxes[1].Value))
	ready("arrangement")
	data, row, err := AddRow(d, set, "budsjett.poster", in)
	doc := data["soknad"]
	if err != nil {
		t.Fatal(err)
	}
	in.Data["soknad"] = doc
	fill("budsjett", post("budsjett.poster[0].altinnRowId="+row, "budsjett.poster[0].tekst=Leie av sal",
		"budsjett.poster[0].type=lokale", "budsjett.poster[0].belop=40 000 kr",
		"budsjett.andreInntekter=10000", "soknad.type=tilskudd", "budsjett.soknadsbelop=20000",
		"budsjett.kontonummer=1234 56 78903"))
	if next := ValidatePage(d, set, "budsjett", in); len(next) > 0 {
		fill("budsjett", post("budsjett.inntektskilde=Billetter"))
	}
	ready("budsjett")
	if left := Validate(d, "Task_1", in); len(left) > 0 {
		t.Fatalf("not ready to send: %s", messages(left))
	}
	checkSubmitted(t, d, set, in)
}

// checkSubmitted looks at what the application holds when its task ends.
func checkSubmitted(t *testing.T, d *app.Definition, set *app.LayoutSet, in Input) {
	t.Helper()
	clean := Clean(d, set, in)["soknad"]
	for path, want := range map[string]string{
		"budsjett.sumUtgifter": "40000", "budsjett.underskudd": "30000", "budsjett.poster[0].belop": "40000",
		"budsjett.kontosiffer": "12345678903", "arrangement.dato": "2027-06-01", "arrangement.deltakere": "1200",
		"arrangement.apent": "true", "soker.navn": "Kari Solbakken",
	} {
		if got := asText(schema.Get(clean, path)); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if schema.Get(clean, "budsjett.poster[0].altinnRowId") != nil {
		t.Error("row ids are left when the task has ended")
	}
	review := Build(d, set, "se-over", in)
	if !review.Review || len(review.Nodes) == 0 || Presentation(d, in)["title"] == "" {
		t.Error("there is nothing to look over, or the instance has no title")
	}
}

func TestNordvik_WrongAnswersGetTheAppsOwnWords(t *testing.T) {
	t.Parallel()
	d := nordvikApp(t, "arrangementsstotte")
	set := d.SetFor("Task_1")
	for path, typed := range map[string]string{
		"soker.telefon": "ring meg", "arrangement.postnummer": "99", "budsjett.kontonummer": "12345678904",
	} {
		in := startOf(t, d, "Task_1")
		if err := schema.Set(in.Data["soknad"], path, typed); err != nil {
			t.Fatal(err)
		}
		in.Data["soknad"] = Calculate(d, "soknad", in.Data["soknad"], in)
		c := set.BoundTo("soknad", path)[0]
		got := ""
		for _, i := range ValidatePage(d, set, c.Page.ID, in) {
			if i.Path == path {
				got = i.Message
			}
		}
		if got == "" || strings.HasPrefix(got, "Sjekk ") && strings.Contains(got, "ikke stemmer") {
			t.Errorf("%s: got %q", path, got)
		}
	}
}
