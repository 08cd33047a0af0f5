package altinntest

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/schema"
	"stafett/templates/layout"
	"stafett/templates/page"
)

var now = time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)

// drawEverything draws every page of every layout set, without answers and with made-up ones.
func drawEverything(c *tally, name string, d *app.Definition) {
	empty, full := map[string]core.Document{}, map[string]core.Document{}
	for dataType, m := range d.Models {
		empty[dataType], full[dataType] = core.Document{}, madeUp(m.Schema)
	}
	for _, set := range d.Sets {
		for _, p := range set.Pages {
			for what, data := range map[string]map[string]core.Document{"empty": empty, "full": full} {
				for _, lang := range []string{"nb", "en"} {
					at := strings.Join([]string{name, set.ID, p.ID, what, lang}, " ")
					c.check(at, broken(c.t, draw(c.t, d, set, p.ID, lang, data))...)
				}
			}
		}
	}
}

func draw(
	t *testing.T, d *app.Definition, set *app.LayoutSet, id, lang string, data map[string]core.Document,
) string {
	t.Helper()
	task := ""
	if len(set.Tasks) > 0 {
		task = set.Tasks[0]
	}
	in := form.Input{
		Data: data, Language: lang, Now: now,
		Instance: core.Instance{
			InstanceRef: core.InstanceRef{AppRef: d.Ref, Owner: 50001},
			Process:     core.ProcessState{Task: task},
		},
		Owner:   core.Party{ID: 50001, Kind: core.PartyPerson, Name: "Kari Solbakken"},
		Rights:  map[string]bool{"read": true, "write": true},
		BaseURL: "/" + d.Ref.String() + "/instance/50001/x",
	}
	for dataType, doc := range data {
		if d.EntrySet(dataType) != nil {
			in.Entries = map[string][]form.Entry{dataType: {{
				Element: core.DataElement{Type: dataType}, Document: doc,
			}}}
		}
	}
	in.Shown = form.ValidatePage(d, set, id, in)
	var out bytes.Buffer
	p := page.FormPage{
		Head: layout.Head{Lang: lang, Surface: layout.Citizen, Path: "/"}, App: d.Title(lang),
		Form: form.Build(d, set, id, in), TaskURL: in.BaseURL + "/" + task, Now: now,
	}
	if err := p.Render(t.Context(), &out); err != nil {
		t.Fatalf("draw %s: %v", id, err)
	}
	return out.String()
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

// madeUp fills in every field of a model, with one row in each list.
func madeUp(s *schema.Schema) core.Document {
	doc := core.Document{}
	rows := map[string]bool{}
	for _, f := range s.Fields() {
		if f.Type == "object" {
			continue
		}
		path := ""
		for at, step := "", f.Path; ; {
			first, rest, more := strings.Cut(step, ".")
			at = strings.TrimPrefix(at+"."+first, ".")
			path = strings.TrimPrefix(path+"."+first, ".")
			if !more {
				break
			}
			if rows[at] {
				path += "[0]"
			}
			step = rest
		}
		value := any(answer(f))
		if f.Type == "array" && f.ItemType == "object" {
			rows[f.Path] = true
			value = []any{map[string]any{schema.RowID: "6e0a1c1e-0000-4000-8000-000000000001"}}
		}
		// A field that cannot be reached is one that the pages do not reach either.
		_ = schema.Set(doc, path, value)
	}
	return doc
}

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
