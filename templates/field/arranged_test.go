package field

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/form"
)

// parsedNode gives the elements of a drawn node as a browser reads them.
func parsedNode(t *testing.T, n form.Node) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(draw(t, n)))
	if err != nil {
		t.Fatal(err)
	}
	var out []*html.Node
	for e := range root.Descendants() {
		if e.Type == html.ElementNode {
			out = append(out, e)
		}
	}
	return out
}

func attribute(e *html.Node, name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// elements gives those with a tag and an attribute of a value; "" is any value.
func elements(list []*html.Node, tag, name, value string) []*html.Node {
	var out []*html.Node
	for _, e := range list {
		if e.Data == tag && (name == "" || attribute(e, name) != "" && (value == "" || attribute(e, name) == value)) {
			out = append(out, e)
		}
	}
	return out
}

func content(e *html.Node) string {
	var out strings.Builder
	for d := range e.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func parts() []form.Part {
	input := func(id string) []form.Node {
		return []form.Node{{Kind: form.KindText, ID: id, Name: id, Title: id}}
	}
	return []form.Part{
		{ID: "t-0", Title: "En", Nodes: input("a")}, {ID: "t-1", Title: "To", Description: "<p>Om</p>", Nodes: input("b")},
	}
}

func TestTabs_EveryLinkLeadsToItsPart(t *testing.T) {
	t.Parallel()
	list := parsedNode(t, form.Node{Kind: form.KindTabs, ID: "t", Title: "Faner", Parts: parts()})
	links := elements(list, "a", "href", "")
	for _, a := range links {
		to := elements(list, "section", "id", strings.TrimPrefix(attribute(a, "href"), "#"))
		if len(to) != 1 || len(elements(list, "h3", "id", attribute(to[0], "aria-labelledby"))) != 1 {
			t.Errorf("%s leads to no part with a heading", attribute(a, "href"))
		}
	}
	if len(links) != 2 || len(elements(list, "input", "name", "")) != 2 {
		t.Errorf("%d links, %d controls", len(links), len(elements(list, "input", "name", "")))
	}
}

func TestCards_HaveTitleTextAndQuestions(t *testing.T) {
	t.Parallel()
	list := parsedNode(t, form.Node{Kind: form.KindCards, ID: "t", Parts: parts()})
	cards := elements(list, "div", "class", "ds-card")
	if len(cards) != 2 {
		t.Fatalf("got %d cards", len(cards))
	}
	for _, part := range []string{"To", "Om", "b"} {
		if !strings.Contains(content(cards[1]), part) {
			t.Errorf("%q is not on the card: %s", part, content(cards[1]))
		}
	}
}

func TestGrid_IsATableWithHeadings(t *testing.T) {
	t.Parallel()
	field := form.Node{Kind: form.KindText, ID: "a", Name: "a", Title: "Navn", Bare: true}
	list := parsedNode(t, form.Node{Kind: form.KindGrid, ID: "g", Title: "Tabell", Grid: []form.GridRow{
		{Header: true, Cells: []form.GridCell{{Text: "Hva"}, {Text: "Svar"}}},
		{Cells: []form.GridCell{{Text: "Navn"}, {Nodes: []form.Node{field}}}},
	}})
	if len(elements(list, "th", "scope", "col")) != 2 || len(elements(list, "th", "scope", "row")) != 1 {
		t.Error("the headings are not headings")
	}
	label := elements(list, "label", "for", "q-a")
	if len(label) != 1 || !strings.Contains(attribute(label[0], "class"), "ds-sr-only") {
		t.Error("the control has no label for screen readers, or two that are seen")
	}
	if c := elements(list, "caption", "", ""); len(c) != 1 || content(c[0]) != "Tabell" {
		t.Error("the table has no caption")
	}
}

func TestAttachments_AreLinksWhereTheyMayBe(t *testing.T) {
	t.Parallel()
	list := parsedNode(t, form.Node{Kind: form.KindAttachments, ID: "v", Title: "Vedlegg", Files: &form.Files{
		Items: []form.File{{ID: "1", Name: "a.pdf", URL: "/1"}, {ID: "2", Name: "b.pdf"}},
	}})
	if len(elements(list, "li", "", "")) != 2 || len(elements(list, "a", "href", "")) != 1 {
		t.Error("want two files, one with a link")
	}
	wantIn(t, draw(t, form.Node{Kind: form.KindAttachments, ID: "v", Files: &form.Files{}}), "Det er ingen vedlegg.")
}

func TestUpload_OfARowIsPostedWithItsPage(t *testing.T) {
	t.Parallel()
	n := form.Node{Kind: form.KindUpload, ID: "b-0", Name: "rader[0].b", Title: "Bilag", Files: &form.Files{
		DataType: "b", Bound: "rader[0].b", AskDelete: true, Items: []form.File{{ID: "1", Name: "a.pdf"}},
	}}
	list := parsedNode(t, n)
	files := elements(list, "input", "type", "file")
	if len(files) != 1 || attribute(files[0], "name") != "file:b@rader[0].b" || attribute(files[0], "data-upload-url") != "" {
		t.Error("the file field is not posted with the page")
	}
	if len(elements(list, "div", "class", "no-js-only")) != 0 {
		t.Error("with scripting nobody can upload")
	}
	if len(elements(list, "details", "", "")) != 1 || len(elements(list, "button", "value", "1")) != 1 {
		t.Error("nothing asks before the file is deleted")
	}
}

func TestUpload_TagsAreChosenForEachFile(t *testing.T) {
	t.Parallel()
	list := parsedNode(t, form.Node{Kind: form.KindUpload, ID: "m", Name: "m", Title: "Merket", Files: &form.Files{
		DataType: "m", TagTitle: "Filtype", Tags: []form.Choice{{Value: "kart", Label: "Kart"}},
		Items: []form.File{{ID: "1", Name: "a.pdf", Tag: "kart", TagLabel: "Kart"}},
	}})
	if len(elements(list, "select", "name", "tag:1")) != 1 || len(elements(list, "label", "for", "tag-1")) != 1 {
		t.Error("the file has no labelled list of tags")
	}
	if o := elements(list, "option", "value", "kart"); len(o) != 1 || len(elements(list, "option", "selected", "")) > 1 {
		t.Errorf("%d options", len(o))
	}
}

func TestRows_OtherWays(t *testing.T) {
	t.Parallel()
	n := expenses()
	n.Rows.AskDelete, n.Rows.NextText, n.Rows.Pages, n.Rows.Page = true, "Neste", 3, 1
	n.Rows.Rows[1].Parts, n.Rows.Rows[1].Part = 3, 1
	html := draw(t, n)
	wantIn(t, html, `value="turn:budsjett.poster:0"`, `value="turn:budsjett.poster:2"`, `value="turn:r1:0"`,
		`value="turn:r1:2"`, `value="next:r1"`, "Side 2 av 3 i listen", "Del 2 av 3", "<details")
	n.Rows.Rows[1].Last, n.Rows.NoSave = true, true
	wantNotIn(t, draw(t, n), `value="next:r1"`, `value="save:r1"`)

	n = expenses()
	n.Rows.NoTable = true
	html = draw(t, n)
	wantIn(t, html, `value="delete:r1"`)
	wantNotIn(t, html, "<table")

	n = expenses()
	n.Rows.NoEdit = true
	n.Rows.Rows = n.Rows.Rows[:1]
	n.Rows.Rows[0].Inputs = []*form.Node{nil, {Kind: form.KindText, ID: "belop-0", Name: "p[0].belop", Title: "Beløp", Bare: true}}
	html = draw(t, n)
	wantIn(t, html, `name="p[0].belop"`, "Leie", `value="delete:r0"`)
	wantNotIn(t, html, `value="edit:r0"`, "hx-ignore")
	if ids := IDs([]form.Node{n}); !ids["belop-0"] {
		t.Error("a question in a table is not found on the page")
	}
}

func TestSummary_FoldedAndTight(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{Kind: form.KindSummary, ID: "s", Summary: []form.Section{{
		Title: "Søker", ChangeURL: "/a", About: "svarene om søkeren", Folded: true, Compact: true,
		Answers: []form.Answer{{Question: "Navn", EmptyText: "Ikke oppgitt"}},
	}}})
	wantIn(t, html, "<details", "open", "sum--compact", "Ikke oppgitt", "svarene om søkeren")
	wantNotIn(t, html, "Ikke besvart")
}
