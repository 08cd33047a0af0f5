package form

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// berths is the app with a list of boats, with a change to what its page says of the list.
func berths(t testing.TB, old, new string) (*app.Definition, *app.LayoutSet) {
	t.Helper()
	const page = "ui/soknad/layouts/bater.json"
	fsys := fstest.MapFS{}
	if err := copyFiles(fsys, os.DirFS("../solutiontest/testdata/subform/nordvik/batplass")); err != nil {
		t.Fatal(err)
	}
	before := string(fsys[page].Data)
	if !strings.Contains(before, old) {
		t.Fatalf("the page has no %s", old)
	}
	fsys[page] = &fstest.MapFile{Data: []byte(strings.Replace(before, old, new, 1))}
	d, found := app.Load(fsys)
	for _, f := range found {
		if f.Severity == app.SeverityError {
			t.Fatal(f)
		}
	}
	return d, d.SetFor("Task_1")
}

const boatA = "33333333-3333-4333-8333-333333333333"

// boats gives the input of an application with these boats, the first of which is boatA.
func boats(t testing.TB, docs ...string) Input {
	t.Helper()
	in := input(t, "{}")
	in.Data = map[string]core.Document{"soknad": {"eier": "Kari", "harBat": true}}
	for i, doc := range docs {
		parsed, err := schema.Parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		e := Entry{core.DataElement{ID: uuid.New(), Type: "bat", Version: 1}, parsed}
		if i == 0 {
			e.Element.ID = uuid.MustParse(boatA)
		}
		in.Entries = map[string][]Entry{"bat": append(in.Entries["bat"], e)}
	}
	return in
}

func TestSubform_ListsTheEntries(t *testing.T) {
	t.Parallel()
	d, set := berths(t, `"addButton": "bater.ny"`,
		`"addButton": "bater.ny", "tableEditButton": ["concat", "Endre ", ["dataModel", "navn"]]`)
	in := boats(t, `{"navn": "Måka", "lengde": 6.5, "leie": 650}`, `{}`)
	e := node(t, Build(d, set, "bater", in), "bater").Entries
	if got := e.Rows[0]; !slices.Equal(got.Cells, []string{"Måka", "6,5", "650 kr"}) ||
		got.OpenText != "Endre Måka" || got.ID != boatA || got.Name != "Måka" {
		t.Errorf("the first row is %+v", got)
	}
	if got := e.Rows[1]; got.Cells[0] != "(uten navn)" || got.Name != "Oppføring 2" {
		t.Errorf("the second row is %+v", got)
	}
	if e.CanAdd || !e.CanOpen || !e.CanDelete || !e.Columns[1].Numeric || e.AddText != "Legg til båt" {
		t.Errorf("the list is %+v", e)
	}
	in.ReadOnly = true
	if e = node(t, Build(d, set, "bater", in), "bater").Entries; e.CanOpen || e.CanDelete {
		t.Error("who may only read can change entries")
	}
}

func TestSubform_ButtonsAsTheLayoutSays(t *testing.T) {
	t.Parallel()
	d, set := berths(t, `"layoutSet": "bat",`, `"layoutSet": "bat", "showDeleteButton": false,
		"showAddButton": ["equals", ["dataModel", "eier"], "Ola"],`)
	in := boats(t, `{"navn": "Måka"}`)
	if e := node(t, Build(d, set, "bater", in), "bater").Entries; e.CanAdd || e.CanDelete {
		t.Errorf("the list is %+v", e)
	}
	if _, _, err := MayAddEntry(d, set, "bater", "bater", in); err == nil {
		t.Error("an entry can be added without the button")
	}
	ref := EntryRef{Page: "bater", Component: "bater", ID: boatA}
	if _, _, err := MayRemoveEntry(d, set, ref, in); err == nil {
		t.Error("an entry can be removed without the button")
	}
	in.Data["soknad"]["eier"] = "Ola"
	if e := node(t, Build(d, set, "bater", in), "bater").Entries; !e.CanAdd {
		t.Error("the button to add is not there")
	}
}

func TestEnterEntry_StandsInTheEntryAndSeesTheParent(t *testing.T) {
	t.Parallel()
	d, set := berths(t, "bater.ny", "bater.ny")
	in := boats(t, `{"navn": "Måka", "forsikret": true}`)
	ref := EntryRef{Page: "bater", Component: "bater", ID: boatA}
	inner, entry, err := EnterEntry(d, set, ref, in)
	if err != nil {
		t.Fatal(err)
	}
	p := Build(d, inner, "bat", entry)
	if n := node(t, p, "navn"); n.Value != "Måka" || n.Name != "navn" {
		t.Errorf("the name is %+v", n)
	}
	if entry.Data["soknad"]["eier"] != "Kari" || in.Data["bat"] != nil {
		t.Error("the documents are mixed up")
	}
	files := node(t, Build(d, inner, "forsikring", entry), "bevis").Files
	if want := "/Task_1/bater/bater/" + boatA + "/forsikring/upload"; !strings.HasSuffix(files.URL, want) {
		t.Errorf("files go to %s, want %s", files.URL, want)
	}
	n, err := newView(d, inner, &entry).CountDataElements("bat")
	if err != nil || n != 1 {
		t.Errorf("counted %d boats, %v", n, err)
	}
	in.Data["soknad"]["harBat"] = false
	if _, _, err = EnterEntry(d, set, ref, in); err == nil {
		t.Error("an entry of a hidden subform can be entered")
	}
}

func TestSubform_IsSummedUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options SummaryOptions
		want    string
	}{
		{"in full", SummaryOptions{HideEmpty: true}, `# Eieren
Hvem eier båtene?: Kari
Har du kjøpt båt ennå?: Ja
# Båter som trenger plass: Måka – Båten
Hva heter båten?: Måka
Lengde i meter: 6,5
# Båter som trenger plass: Terna – Båten
Hva heter båten?: Terna
`},
		{"in a table", SummaryOptions{Pages: []string{"bater"}, As: override("table")}, `# Båtene
Båter som trenger plass: 
| Måka | 6,5 | 
| Terna |  | 
| 
`},
		{"on lines", SummaryOptions{Pages: []string{"bater"}, Lines: true}, `# Båtene
Båter som trenger plass: Måka; 6,5; /Terna; ; 
`},
	}
	d, set := berths(t, `"layoutSet": "bat",`, `"layoutSet": "bat", "summaryDelimiter": "; ",`)
	in := boats(t, `{"navn": "Måka", "lengde": 6.5}`, `{"navn": "Terna"}`)
	for _, tt := range tests {
		if got := drawn(Summarise(d, set, in, tt.options)); got != tt.want {
			t.Errorf("%s: got\n%s, want\n%s", tt.name, got, tt.want)
		}
	}
	full := Summarise(d, set, in, SummaryOptions{ChangeURL: true, Pages: []string{"bater"}})
	if want := "/Task_1/bater/bater/" + boatA + "/bat"; !strings.HasSuffix(full[0].ChangeURL, want) {
		t.Errorf("the change link leads to %s", full[0].ChangeURL)
	}
	none := drawn(Summarise(d, set, boats(t), SummaryOptions{Pages: []string{"bater"}}))
	if none != "# Båtene\nBåter som trenger plass: MANGLER\n" {
		t.Errorf("without boats: %s", none)
	}
}

func override(display string) *app.SummaryProps {
	return &app.SummaryProps{Overrides: []app.SummaryOverride{{Component: "bater", Display: display}}}
}
