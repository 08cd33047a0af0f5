package ui

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	return out.String()
}

func TestIcon_EveryOneIsDrawnAndHidden(t *testing.T) {
	t.Parallel()
	for _, i := range Icons {
		html := render(t, i)
		if !strings.Contains(html, "<path") || !strings.Contains(html, `aria-hidden="true"`) {
			t.Errorf("%s: %q", i, html)
		}
	}
	if len(Icons) != len(paths) {
		t.Errorf("%d icons, %d drawings", len(Icons), len(paths))
	}
	if got := render(t, Icon("")); got != "" {
		t.Errorf("no icon draws %q", got)
	}
}

func TestTag_WithoutAWordIsNotDrawn(t *testing.T) {
	t.Parallel()
	if got := render(t, Tag{Tone: ToneBroken}); got != "" {
		t.Errorf("got %q", got)
	}
	if got := render(t, Tag{Text: "Venter på deg", Tone: ToneWaiting}); !strings.Contains(got,
		"<svg") {
		t.Errorf("what waits for a person has a sign, got %q", got)
	}
}

func TestTable_SumsReachOverEmptyCells(t *testing.T) {
	t.Parallel()
	html := render(t, Table{
		Columns: []Column{{Title: "Hva"}, {Title: "Type"}, {Title: "Beløp", Numeric: true},
			{Title: "Valg", Hidden: true}},
		Rows: []Row{{Cells: []Cell{{Text: "Leie"}, {Text: "Teknisk"}, {Text: "7 kr"}, {}}}},
		Sums: []string{"Sum", "", "7 kr", ""},
	})
	for _, want := range []string{
		`colspan="2">Sum</th><td role="cell" class="right num nowrap strong">7 kr</td><td role="cell"`,
		`data-label="Type"`, `<td role="cell">Leie</td>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in\n%s", want, html)
		}
	}
	if strings.Contains(html, `data-label="Valg"`) || strings.Contains(html, `data-label="Hva"`) {
		t.Error("the first cell heads the card, and buttons need no label")
	}
}

func TestLists_LeaveOutWhatIsEmpty(t *testing.T) {
	t.Parallel()
	entries := []Entry{{Term: "Tom"}, {Term: "Navn", Text: "Kari"}}
	for _, c := range []templ.Component{SummaryList{Entries: entries}, Facts{Entries: entries}} {
		if html := render(t, c); strings.Contains(html, "Tom") || !strings.Contains(html, "Kari") {
			t.Errorf("got %s", html)
		}
	}
	for _, c := range []templ.Component{
		ErrorSummary{ID: "e"}, Crumbs{Crumbs: []Crumb{{URL: "/", Text: "Her"}}},
		Phases{Phases: []Phase{{Title: "Ett"}}},
		Files{ID: "f"}, Prose{Class: "stack"},
	} {
		if html := render(t, c); html != "" {
			t.Errorf("got %s", html)
		}
	}
}

func TestErrorSummary_TakesFocus(t *testing.T) {
	t.Parallel()
	html := render(t, ErrorSummary{ID: "errors", Title: "Rett én feil",
		Problems: []Problem{{URL: "#q-a", Text: "A."}}})
	for _, want := range []string{`tabindex="-1"`, "autofocus", `aria-labelledby="errors-h"`,
		`href="#q-a"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in %s", want, html)
		}
	}
}

func TestLink_RefusesWhatRunsCode(t *testing.T) {
	t.Parallel()
	if html := render(t, Link{ID: "l", URL: "javascript:alert(1)",
		Text: "x"}); strings.Contains(html, "javascript") {
		t.Errorf("got %s", html)
	}
}

func TestChildrenStandInsideWhatIsAroundThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]templ.Component{
		"alert":   Alert{Tone: ToneNew, Title: "T"}.Around(),
		"section": Section{ID: "s", Title: "T", Class: "stack"}.Around(),
		"empty":   Empty{Title: "T", Text: "U"}.Around(),
	} {
		// A context gives its children once.
		ctx := templ.WithChildren(context.Background(), templ.Raw("<b>inni</b>"))
		var out bytes.Buffer
		if err := c.Render(ctx, &out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "<b>inni</b>") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}
