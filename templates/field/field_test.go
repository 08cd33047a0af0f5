package field

import (
	"bytes"
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"stafett/internal/form"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	return out.String()
}

func draw(t *testing.T, n form.Node) string {
	t.Helper()
	return render(t, Field{Node: n, Lang: "nb", Stay: "/stay", Back: "check"})
}

func wantIn(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(html, part) {
			t.Errorf("%q is not in\n%s", part, html)
		}
	}
}

func wantNotIn(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(html, part) {
			t.Errorf("%q is in\n%s", part, html)
		}
	}
}

func TestField_EveryKindIsDrawn(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../internal/form/page.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`Kind\w+\s+Kind = "([a-z-]+)"`).FindAllSubmatch(source, -1)
	for _, k := range kinds {
		f := Field{Node: form.Node{
			Kind: form.Kind(k[1]), ID: "x", Title: "Spørsmål", Rows: &form.Rows{},
			Files: &form.Files{}, Picture: &form.Picture{}, Link: &form.Link{}, Button: &form.Button{},
			Entries: &form.Entries{},
		}}
		if err := f.Render(context.Background(), &bytes.Buffer{}); err != nil {
			t.Errorf("%s: %v", k[1], err)
		}
	}
	t.Logf("checked %d kinds", len(kinds))
	if len(kinds) == 0 {
		t.Fatal("no kinds were found")
	}
}

func TestField_UnknownKindIsAnError(t *testing.T) {
	t.Parallel()
	f := Field{Node: form.Node{Kind: "map"}}
	err := f.Render(context.Background(), &bytes.Buffer{})
	if _, ok := errors.AsType[UnknownKindError](err); !ok {
		t.Errorf("got %v, want an UnknownKindError", err)
	}
}

func TestText_UX19_ControlIsTiedToWhatIsSaidAboutIt(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{
		Kind: form.KindText, ID: "belop", Name: "soknad.belop", Title: "Beløp",
		Description: "I kroner.",
		MaxLength:   9, Required: true, InputMode: "decimal", Autocomplete: "off", Value: `7"000`,
		Issues: []form.Issue{{Message: "Første."}, {Message: "Andre."}},
	})
	wantIn(t, html,
		`for="q-belop"`, `id="q-belop"`, `name="soknad.belop"`, `value="7&#34;000"`,
		`aria-describedby="q-belop-d q-belop-c q-belop-e0 q-belop-e1"`, `aria-invalid="true"`,
		`inputmode="decimal"`, `autocomplete="off"`, `required`, `id="q-belop-e1">Andre.`,
		`Må fylles ut`, `Du kan skrive inntil 9 tegn.`)
	wantNotIn(t, html, "maxlength", "hx-post", `type="number"`)
}

func TestText_UX19_WithoutAnythingSaidIsTiedToNothing(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{Kind: form.KindText, ID: "navn", Name: "navn", Title: "Navn"})
	wantNotIn(t, html, "aria-describedby", "aria-invalid", "ds-tag", "required")
}

func TestMark_IsLeftOutWhereThePageSaysThatAllMustBeAnswered(t *testing.T) {
	t.Parallel()
	n := form.Node{Kind: form.KindText, ID: "a", Name: "a", Title: "A", Required: true}
	wantNotIn(t, render(t, Field{Node: n, Lang: "nb", AllRequired: true}), "Må fylles ut")
	n.Required, n.Optional = false, true
	wantIn(t, render(t, Field{Node: n, Lang: "nb", AllRequired: true}), "Valgfritt")
}

func TestArea_KeepsLineBreaksAtItsBeginning(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{Kind: form.KindTextArea, ID: "om", Name: "om", Title: "Om",
		Value: "\nTo.\n<b>"})
	// The parser drops the first line break; the second is the person's.
	wantIn(t, html, ">\n\nTo.\n&lt;b&gt;</textarea>")
}

func TestDate_WhatIsNoDateStandsInATextField(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"": `type="date"`, "2026-12-03": `type="date"`, "31.2.2027": `type="text"`,
		"i morgen": `type="text"`,
	} {
		html := draw(t, form.Node{Kind: form.KindDate, ID: "d", Name: "d", Title: "Dato",
			Value: value})
		wantIn(t, html, want, `value="`+value+`"`)
	}
}

func TestChoice_UX20_FirstOptionHasTheFieldsOwnID(t *testing.T) {
	t.Parallel()
	n := form.Node{
		Kind: form.KindRadio, ID: "type", Name: "type", Title: "Type",
		Options: []form.Choice{{Value: "a", Label: "A"}, {Value: "b", Label: "B", Selected: true}},
		Issues:  []form.Issue{{Message: "Du må velge."}},
	}
	html := draw(t, n)
	wantIn(t, html, `id="q-type" name="type" value="a" type="radio"`, `for="q-type-1"`,
		`value="b" type="radio" checked`, `<legend`, `aria-describedby="q-type-e0"`)
	wantNotIn(t, html, `type="hidden"`)
	n.Kind = form.KindCheckbox
	wantIn(t, draw(t, n), `<input type="hidden" name="type" value="">`, `type="checkbox"`)
}

func TestControls_FetchTheQuestionsAnew(t *testing.T) {
	t.Parallel()
	n := form.Node{Kind: form.KindSelect, ID: "s", Name: "s", Title: "S", Controls: true}
	wantIn(t, draw(t, n), `hx-post="/stay"`, `hx-trigger="change consume"`,
		`hx-target="#questions"`,
		`hx-select="#questions"`, `hx-swap="outerMorph"`, `hx-vals="{&#34;go&#34;:&#34;stay&#34;}"`)
	wantNotIn(t, render(t, Field{Node: n, Lang: "nb"}), "hx-post")
}

func TestUpload_SaysWhatCanBeChosenAndFeedsTheScript(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{
		Kind: form.KindUpload, ID: "vedlegg", Name: "vedlegg", Title: "Vedlegg",
		Files: &form.Files{
			DataType: "vedlegg", Types: "PDF og JPG", MaxSize: 20 << 20, URL: "/up",
			MaxCount: 1, Accept: ".pdf",
		},
	})
	wantIn(t, html, "PDF og JPG. Hver fil kan være inntil 20\u00a0MB.", `name="file:vedlegg"`,
		`data-upload-url="/up"`, `data-upload-list="q-vedlegg-list"`, `id="q-vedlegg-list"`,
		`accept=".pdf"`,
		`data-upload-busy="Laster opp {0}"`, `value="upload"`, `hx-morph-skip></ul>`)
	wantNotIn(t, html, "multiple")
}

func TestUploadedFile_OnlyAStoredOneCanBeDeleted(t *testing.T) {
	t.Parallel()
	file := form.File{ID: "7", Name: "a.pdf", Size: 430_000, URL: "/files/7"}
	stored := render(t, UploadedFile{Lang: "nb", File: file})
	wantIn(t, stored, `<li id="file-7" data-state="ok">`, `name="remove" value="7"`,
		`href="/files/7"`)
	refused := render(t, UploadedFile{Lang: "nb", File: file, Error: "For stor."})
	wantIn(t, refused, `data-state="error"`, "For stor.", "a.pdf")
	wantNotIn(t, refused, "<button", "href")
	wantNotIn(t, render(t, UploadedFile{Lang: "nb", File: file, Fixed: true}), "<button")
}

func expenses() form.Node {
	return form.Node{
		Kind: form.KindRows, ID: "poster", Name: "budsjett.poster", Title: "Utgifter",
		Rows: &form.Rows{
			Path: "budsjett.poster", CanAdd: true, CanDelete: true, AddText: "Legg til",
			SaveText: "Lagre",
			Columns:  []form.Column{{Title: "Hva"}, {Title: "Beløp", Numeric: true}},
			Sums:     []string{"Sum", "7 kr"},
			Rows: []form.Row{
				{Index: 0, ID: "r0", NodeID: "poster-0", Title: "Rad 1", Cells: []string{"Leie",
					"7 kr"}},
				{Index: 1, ID: "r1", NodeID: "poster-1", Title: "Rad 2", Open: true, New: true, Anchor: true,
					Cells: []string{"", ""}, Fields: []form.Node{
						{Kind: form.KindText, ID: "hva-1", Name: "budsjett.poster[1].hva",
							Title: "Hva", Required: true},
					}},
			},
		},
	}
}

func TestRows_EveryRowPostsItsIDAndHasItsButtons(t *testing.T) {
	t.Parallel()
	html := draw(t, expenses())
	wantIn(t, html,
		`<input type="hidden" name="budsjett.poster[0].altinnRowId" value="r0">`,
		`<input type="hidden" name="budsjett.poster[1].altinnRowId" value="r1">`,
		`value="edit:r0"`, `value="delete:r0"`, `value="save:r1"`, `value="delete:r1"`,
		`value="add:budsjett.poster"`,
		`id="q-poster-0"`, `id="q-poster"`, `id="row"`, `name="budsjett.poster[1].hva"`)
	wantNotIn(t, html, `value="edit:r1"`)
}

func TestRows_ReadOnlyOnesHaveNoButtons(t *testing.T) {
	t.Parallel()
	n := expenses()
	n.ReadOnly = true
	n.Rows.Rows = n.Rows.Rows[:1]
	html := draw(t, n)
	wantIn(t, html, "Leie", "7 kr")
	wantNotIn(t, html, "<button")
}

func TestRows_ARowInsideARowIsNoSecondAnchor(t *testing.T) {
	t.Parallel()
	inner := expenses()
	inner.ID, inner.Rows.Path = "under", "budsjett.poster[1].under"
	inner.Rows.Rows[1].Anchor = false
	outer := expenses()
	outer.Rows.Rows[1].Fields = []form.Node{inner}
	if got := strings.Count(draw(t, outer), `id="row"`); got != 1 {
		t.Errorf("%d anchors, want 1", got)
	}
}

func TestSummary_ChangeLinksComeBack(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{
		Kind: form.KindSummary, ID: "s", Summary: []form.Section{{
			Title: "Søker", ChangeURL: "/a/Task_1/soker",
			Answers: []form.Answer{
				{Question: "Navn", Lines: []string{"Kari", "<i>"}}, {Question: "Alder",
					Missing: true},
				{Question: "Poster", Table: &form.Table{
					Columns: []form.Column{{Title: "Hva"}}, Rows: [][]string{{"Leie"}},
				}},
				{Question: "Annet"},
			},
		}},
	})
	wantIn(t, html, `href="/a/Task_1/soker?back=check"`, "Kari\n&lt;i&gt;", "Mangler svar",
		"<table", "Ikke besvart")
}

func TestWhatAPageHolds(t *testing.T) {
	t.Parallel()
	upload := form.Node{Kind: form.KindUpload, ID: "u"}
	control := form.Node{Kind: form.KindRadio, ID: "c", Controls: true}
	inGroup := []form.Node{{Kind: form.KindGroup, ID: "g", Children: []form.Node{upload}}}
	inRow := []form.Node{{Kind: form.KindRows, ID: "r", Rows: &form.Rows{Rows: []form.Row{
		{NodeID: "r-0", Open: true, Fields: []form.Node{control}}, {NodeID: "r-1"},
	}}}}
	if !HasFiles(inGroup) || HasFiles(inRow) {
		t.Error("HasFiles is wrong")
	}
	if !HasControls(inRow) || HasControls(inGroup) {
		t.Error("HasControls is wrong")
	}
	ids := IDs(inRow)
	for id, want := range map[string]bool{"r": true, "c": true, "r-0": false, "r-1": true,
		"x": false} {
		if ids[id] != want {
			t.Errorf("%s: got %v, want %v", id, ids[id], want)
		}
	}
}

func TestProseOfAnAppIsDrawnAsItIs(t *testing.T) {
	t.Parallel()
	html := draw(t, form.Node{Kind: form.KindProse, ID: "p",
		Description: `Les <a href="/x">mer</a>.`})
	wantIn(t, html, `<p>Les <a href="/x">mer</a>.</p>`)
	html = draw(t, form.Node{Kind: form.KindProse, ID: "p",
		Description: "<h3>Krav</h3>\n<p>Ett.</p>"})
	wantIn(t, html, "<h2>Krav</h2>")
}

func TestDate_ShowsHowItWasRead(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"", "søndag 1. februar 2026"} {
		drawn := parsedNode(t, form.Node{
			Kind: form.KindDate, ID: "d", Name: "d", Title: "Dato", Read: words,
			Issues: []form.Issue{{Message: "For tidlig."}},
		})
		p := elements(drawn, "p", "id", "q-d-w")
		if len(p) != 1 || attribute(p[0], "role") != "status" || content(p[0]) != words ||
			attribute(p[0], "hx-swap-oob") != "" {
			t.Errorf("%q: the page does not tell how the date was read", words)
		}
		input := elements(drawn, "input", "id", "q-d")
		if got := attribute(input[0], "aria-describedby"); got != "q-d-w q-d-e0" {
			t.Errorf("%q: the control is described by %q", words, got)
		}
	}
	swapped := render(t, ReadDates{{NodeID: "d", Words: "søndag 1. februar 2026"}, {NodeID: "e-2"}})
	wantIn(t, swapped, `id="q-d-w" role="status" hx-swap-oob="innerMorph">søndag 1. februar 2026</p>`,
		`id="q-e-2-w" role="status" hx-swap-oob="innerMorph"></p>`)
}
