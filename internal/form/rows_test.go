package form

import (
	"strings"
	"testing"

	"stafett/internal/app"
)

func TestBuild_Rows(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	n := node(t, Build(d, set, "budsjett", input(t, whole1)), "poster")
	rows := n.Rows
	if n.Kind != KindRows || rows.Path != "budsjett.poster" || !rows.CanAdd || !rows.CanDelete ||
		rows.MinCount != 1 || rows.MaxCount != 5 || rows.AddText != "Legg til utgift" {
		t.Errorf("got %+v", rows)
	}
	if rows.Columns[0].Title != "Utgift" || rows.Columns[2] != (Column{Title: "Beløp", Numeric: true}) {
		t.Errorf("columns: got %+v", rows.Columns)
	}
	if got := nb(strings.Join(rows.Rows[0].Cells, "|")); got != "Leie|Lokale|4 200,50 kr" {
		t.Errorf("cells: got %s", got)
	}
	if got := nb(strings.Join(rows.Sums, "|")); got != "Sum||7 200,50 kr" {
		t.Errorf("sums: got %s", got)
	}
	if rows.Rows[0].ID != rowA || rows.Rows[0].Open || rows.Rows[0].Fields != nil || rows.Rows[1].New {
		t.Errorf("row: got %+v", rows.Rows[0])
	}
}

func TestBuild_OpenRow(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	in.OpenRow = rowB
	p := Build(d, set, "budsjett", in)
	rows := node(t, p, "poster").Rows.Rows
	if rows[0].Open || !rows[1].Open {
		t.Fatal("the wrong row is open")
	}
	n := node(t, p, "post-annet-1")
	if n.Name != "budsjett.poster[1].annet" || n.Value != "Frukt" || !n.Required {
		t.Errorf("got %+v", n)
	}
	if _, ok := find(p.Nodes, "post-annet-0"); ok {
		t.Error("a closed row has fields")
	}
	inner := node(t, p, "post-kilder-1")
	if inner.Rows.Path != "budsjett.poster[1].kilder" || inner.Rows.Empty == "" {
		t.Errorf("rows in rows: got %+v", inner.Rows)
	}
}

func TestBuild_HiddenRowsAreNotThere(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{"budsjett.poster[0].tekst": "skjult"})
	rows := node(t, Build(d, set, "budsjett", in), "poster").Rows
	if len(rows.Rows) != 1 || rows.Rows[0].Index != 1 || nb(rows.Sums[2]) != "3 000 kr" {
		t.Errorf("got %+v", rows)
	}
}

func TestBuild_IssuesInPageOrderAtTheirFields(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	in.Shown = []Issue{
		{Path: "budsjett.soknadsbelop", Message: "C", Page: "budsjett", Severity: app.SeverityError},
		{Path: "budsjett.poster[1].belop", Message: "B", Page: "budsjett", Severity: app.SeverityError},
		{Path: "soker.navn", NodeID: "soker-navn", Message: "D", Page: "soker", Severity: app.SeverityError},
		{Path: "budsjett.poster[0].tekst", Message: "A", Page: "budsjett", Severity: app.SeverityWarning},
	}
	in.Posted = map[string]string{"budsjett.soknadsbelop": "mye"}
	p := Build(d, set, "budsjett", in)
	var got []string
	for _, i := range p.Issues {
		got = append(got, i.Message+" "+i.NodeID)
	}
	want := "B post-belop-1, C budsjett-belop, D soker-navn"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if len(p.Notes) != 1 || p.Notes[0].Message != "A" {
		t.Errorf("the warning is among %v, want it above the questions", p.Notes)
	}
	rows := node(t, p, "poster").Rows.Rows
	if len(rows[0].Issues) != 0 || rows[0].Open || !rows[1].Open {
		t.Error("the row with the error is not open, or the other is")
	}
	n := node(t, p, "budsjett-belop")
	if len(n.Issues) != 1 || n.Value != "mye" {
		t.Errorf("got %+v", n)
	}
}
