package altinntest

import (
	"bytes"
	"encoding/json"
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/schema"
	"stafett/static"
	"stafett/templates/layout"
	"stafett/templates/page"
)

var now = time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)

// state is what a page is drawn with.
type state struct {
	name  string
	data  map[string]core.Document
	files []core.DataElement
	// checked shows what is wrong, as after the button that goes on.
	checked bool
	// fixed is for somebody who may only read.
	fixed bool
	// row is the id of the row that is open; empty for none.
	row string
	// inside leaves out the header's menus and the list of the form's steps.
	inside bool
}

// states gives a form without answers and with made-up ones, files too, both checked.
func states(d *app.Definition) (empty, full state) {
	empty = state{name: "empty", data: map[string]core.Document{}, checked: true}
	full = state{name: "full", data: map[string]core.Document{}, checked: true}
	for dataType, m := range d.Models {
		empty.data[dataType], full.data[dataType] = core.Document{}, madeUp(m.Schema)
	}
	for _, t := range d.Meta.DataTypes {
		if !t.Form && t.ID != app.PDFDataType {
			id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(t.ID))
			full.files = append(full.files, core.DataElement{
				ID: id, Type: t.ID, Filename: t.ID + ".pdf", ContentType: "application/pdf", Size: 43_000,
			})
		}
	}
	return empty, full
}

// eachPage runs do with every page of every layout set.
func eachPage(d *app.Definition, do func(set *app.LayoutSet, page string)) {
	for _, set := range d.Sets {
		for _, p := range set.Pages {
			do(set, p.ID)
		}
	}
}

// drawEverything draws every page of every layout set, without answers and with made-up ones.
func drawEverything(c *tally, name string, d *app.Definition) {
	empty, full := states(d)
	eachPage(d, func(set *app.LayoutSet, page string) {
		for _, s := range []state{empty, full} {
			for _, lang := range []string{"nb", "en"} {
				at := strings.Join([]string{name, set.ID, page, s.name, lang}, " ")
				c.check(at, broken(c.t, draw(c.t, d, set, page, lang, s))...)
			}
		}
	})
}

// draw draws a page as HTML.
func draw(t testing.TB, d *app.Definition, set *app.LayoutSet, id, lang string, s state) string {
	t.Helper()
	var out bytes.Buffer
	if err := built(d, set, id, lang, s).Render(t.Context(), &out); err != nil {
		t.Fatalf("draw %s: %v", id, err)
	}
	return out.String()
}

// built draws up a page.
func built(d *app.Definition, set *app.LayoutSet, id, lang string, s state) page.FormPage {
	task := ""
	if len(set.Tasks) > 0 {
		task = set.Tasks[0]
	}
	in := form.Input{
		Data: s.data, Elements: s.files, Language: lang, Now: now, ReadOnly: s.fixed, OpenRow: s.row,
		Instance: core.Instance{
			InstanceRef: core.InstanceRef{AppRef: d.Ref, Owner: 50001},
			Process:     core.ProcessState{Task: task},
		},
		Owner:   core.Party{ID: 50001, Kind: core.PartyPerson, Name: "Kari Solbakken"},
		Rights:  map[string]bool{"read": true, "write": true, "reject": true},
		BaseURL: "/" + d.Ref.String() + "/instance/50001/x",
	}
	for dataType, doc := range s.data {
		if d.EntrySet(dataType) != nil {
			in.Entries = map[string][]form.Entry{dataType: {{
				Element: core.DataElement{Type: dataType}, Document: doc,
			}}}
		}
	}
	if s.checked {
		in.Shown = form.ValidatePage(d, set, id, in)
	}
	p := page.FormPage{
		Head: head(lang), App: d.Title(lang), Form: form.Build(d, set, id, in),
		TaskURL: in.BaseURL + "/" + task, Now: now,
	}
	if s.inside {
		p.Form.Count, p.Surface, p.User = 1, layout.Plain, nil
	}
	return p
}

// head is that of a person who is signed in.
func head(lang string) layout.Head {
	return layout.Head{
		Lang: lang, Surface: layout.Citizen, Path: "/", CSSURL: static.URL("app.css"),
		Organisation: "Nordvik kommune", User: &layout.User{Name: "Kari Solbakken", Initials: "KS"},
		Party: layout.Party{Name: "Kari Solbakken", Self: true},
	}
}

// key is what a text key looks like: words with dots between, which people do not write.
var key = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$`)

// address is what looks like a key and is a name of the net or of a file.
var address = regexp.MustCompile(`(?i)^www\.|\.(no|com|org|net|pdf|png|jpe?g|html?|json|md)$`)

// broken tells of texts on a page that nobody meant to be read.
func broken(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style") {
			return
		}
		if s := strings.TrimSpace(n.Data); n.Type == html.TextNode && (key.MatchString(s) &&
			!address.MatchString(s) || unmeant(s)) {
			found = append(found, "the page says "+s)
		}
		for at := n.FirstChild; at != nil; at = at.NextSibling {
			walk(at)
		}
	}
	walk(root)
	return found
}

func unmeant(s string) bool {
	for _, sign := range []string{"undefined", "[object Object]", "%!", "<nil>", "map["} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// madeUp fills in every field of a model, with two rows in each list and one in those inside.
func madeUp(s *schema.Schema) core.Document {
	doc := core.Document{}
	for _, f := range s.Fields() {
		for _, path := range places(s, f.Path) {
			// A field that cannot be reached is one that the pages do not reach either.
			_ = schema.Set(doc, path, answer(f))
			for at := range rowsAbove(path) {
				_ = schema.Set(doc, at+"."+schema.RowID, rowID(at))
			}
		}
	}
	return doc
}

// places gives a field's path with indexes, once for each row.
func places(s *schema.Schema, field string) []string {
	out := []string{""}
	for step, at := range steps(field) {
		list := []string{""}
		if f, _ := s.Field(at); f.Type == "array" && f.ItemType == "object" {
			list = []string{"[0]", "[1]"}[:min(2, 3-len(out))]
		}
		var more []string
		for _, before := range out {
			for _, index := range list {
				more = append(more, strings.TrimPrefix(before+"."+step+index, "."))
			}
		}
		out = more
	}
	return out
}

// steps gives the names of a path, each with the path that ends there.
func steps(path string) iter.Seq2[string, string] {
	return func(yield func(step, at string) bool) {
		at := ""
		for step := range strings.SplitSeq(path, ".") {
			at = strings.TrimPrefix(at+"."+step, ".")
			if !yield(step, at) {
				return
			}
		}
	}
}

// rowsAbove gives the rows that a path with indexes goes through.
func rowsAbove(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for step, at := range steps(path) {
			if strings.HasSuffix(step, "]") && !yield(at) {
				return
			}
		}
	}
}

// rowID gives the id of the made-up row at a path.
func rowID(path string) string { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(path)).String() }

func answer(f schema.Field) any {
	switch {
	case f.Const != nil:
		return f.Const
	case len(f.Enum) > 0:
		return f.Enum[0]
	case f.Type == "boolean":
		return true
	case f.Type == "integer" || f.Type == "number":
		if f.Minimum != nil {
			return *f.Minimum
		}
		return json.Number("7")
	case f.Type == "array":
		return []any{"Svar"}
	case f.Format == "date":
		return "2026-05-17"
	case f.Format == "date-time":
		return "2026-05-17T10:00:00Z"
	case f.Format == "email":
		return "kari@example.no"
	}
	return "Svar"
}
