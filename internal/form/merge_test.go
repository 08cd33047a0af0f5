package form

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/schema"
)

func document(t *testing.T, s string) core.Document {
	t.Helper()
	doc, err := schema.Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestMerge(t *testing.T) {
	t.Parallel()
	const id = `"altinnRowId":"` + rowA + `"`
	for name, c := range map[string]struct {
		before, made, after, now, want string
		// changes are "path" for a change and "path!" for a conflict.
		changes string
		locked  bool
	}{
		"nothing differs":            {`{"a":"1"}`, ``, `{"a":"1"}`, `{"a":"2","b":"3"}`, `{"a":"2","b":"3"}`, "", false},
		"a new value":                {`{"a":"1"}`, ``, `{"a":"2"}`, `{"a":"1"}`, `{"a":"2"}`, "a", false},
		"what is not mapped stays":   {`{"a":"1"}`, ``, `{"a":"2"}`, `{"a":"1","own":{"note":"x"}}`, `{"a":"2","own":{"note":"x"}}`, "a", false},
		"taken away":                 {`{"o":{"a":"1","b":"2"}}`, ``, `{"o":{"b":"2"}}`, `{"o":{"a":"1","b":"2"}}`, `{"o":{"b":"2"}}`, "o.a", false},
		"added":                      {`{}`, ``, `{"o":{"a":"1"}}`, `{}`, `{"o":{"a":"1"}}`, "o.a", false},
		"changed by another":         {`{"a":"1"}`, ``, `{"a":"2"}`, `{"a":"9"}`, `{"a":"9"}`, "a!", false},
		"emptied by another":         {`{"a":"1"}`, ``, `{"a":"2"}`, `{}`, `{}`, "a!", false},
		"filled in by another":       {`{}`, ``, `{"a":"2"}`, `{"a":"9"}`, `{"a":"9"}`, "a!", false},
		"another has said the same":  {`{"a":"1"}`, ``, `{"a":"2"}`, `{"a":"2"}`, `{"a":"2"}`, "a", false},
		"one of two in conflict":     {`{"a":"1","b":"1"}`, ``, `{"a":"2","b":"2"}`, `{"a":"9","b":"1"}`, `{"a":"9","b":"2"}`, "a! b", false},
		"a number written otherwise": {`{"n":72000}`, ``, `{"n":5}`, `{"n":72000.0}`, `{"n":5}`, "n", false},
		"the same number":            {`{"n":72000}`, ``, `{"n":72000.00}`, `{"n":1}`, `{"n":1}`, "", false},
		"nothing is an empty answer": {`{"a":""}`, ``, `{}`, `{"a":"9"}`, `{"a":"9"}`, "", false},
		"rows with ids":              {`{"r":[{"x":"1"}]}`, ``, `{"r":[{"x":"1"},{"x":"2"}]}`, `{"r":[{` + id + `,"x":"1"}]}`, `{"r":[{"x":"1"},{"x":"2"}]}`, "r", false},
		"rows calculated at first":   {`{"r":[{"x":1}]}`, `{"r":[{"x":1,"sum":2}]}`, `{"r":[{"x":3}]}`, `{"r":[{` + id + `,"x":1,"sum":2}]}`, `{"r":[{"x":3}]}`, "r", false},
		"rows changed by another":    {`{"r":[{"x":"1"}]}`, ``, `{"r":[{"x":"2"}]}`, `{"r":[{"x":"1","own":"y"}]}`, `{"r":[{"x":"1","own":"y"}]}`, "r!", false},
		"all rows taken away":        {`{"r":[{"x":"1"}]}`, ``, `{}`, `{"r":[{"x":"1"}]}`, `{}`, "r", false},
		"locked":                     {`{"a":"1"}`, ``, `{"a":"2"}`, `{"a":"1"}`, `{"a":"1"}`, "a!", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := Versions{DataType: "d", Before: document(t, c.before), After: document(t, c.after),
				Now: document(t, c.now), Locked: c.locked}
			if v.Made = v.Before; c.made != "" {
				v.Made = document(t, c.made)
			}
			got, changes := Merge(v)
			if want := document(t, c.want); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if !reflect.DeepEqual(v.Now, document(t, c.now)) {
				t.Errorf("what was given has changed: %v", v.Now)
			}
			var told []string
			for _, ch := range changes {
				if ch.Conflict {
					ch.Path += "!"
				}
				told = append(told, ch.Path)
			}
			if got := strings.Join(told, " "); got != c.changes {
				t.Errorf("changes %q, want %q", got, c.changes)
			}
		})
	}
}

// describe writes a difference in one line.
func describe(d Difference) string {
	s := fmt.Sprintf("%s: %q → %q", d.Path, d.Before, d.After)
	for _, r := range d.Rows {
		s += fmt.Sprintf(" [%s → %s]", r.Before, r.After)
	}
	if d.Conflict {
		s += fmt.Sprintf(" kept %q %q", d.Kept, d.KeptRows)
	}
	return s + fmt.Sprintf(" +%q -%q", d.Added, d.Removed)
}

func TestDifferences_TellEveryQuestionThatIsAnsweredOtherwise(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	before := input(t, whole1)
	for name, c := range map[string]struct {
		change map[string]any
		want   []string
	}{
		"nothing": {nil, nil},
		"a text, a date and a choice": {
			map[string]any{"tiltak.navn": "Vinterleir", "tiltak.start": "2026-09-02", "tiltak.omrade": nil},
			[]string{
				`tiltak.navn: ["Sommerleir"] → ["Vinterleir"] +[] -[]`,
				`tiltak.omrade: ["Nord"] → [] +[] -[]`,
				`tiltak.start: ["1. september 2026"] → ["2. september 2026"] +[] -[]`,
			},
		},
		"a row taken away": {
			map[string]any{"budsjett.poster": before.Data["soknad"]["budsjett"].(map[string]any)["poster"].([]any)[1:]},
			[]string{"[Hva gjelder utgiften?: Leie; Kategori: Lokale; Beløp: 4\u00a0200,50\u00a0kr → ]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, one := range Differences(d, d.Sets, before, changed(t, before, c.change)) {
				got = append(got, describe(one))
			}
			all := strings.Join(got, "\n")
			for _, w := range c.want {
				if !strings.Contains(all, w) {
					t.Errorf("got %s\nwant %s", all, w)
				}
			}
			if len(c.want) == 0 && all != "" {
				t.Errorf("got %s, want nothing", all)
			}
		})
	}
}

func TestCorrected_TellsTheMappedFieldsAloneAndWhatWasLeft(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{"tiltak.navn": "Saksbehandlers navn"})
	c := core.Correction{
		Changes: []core.FieldChange{
			{DataType: "soknad", Path: "tiltak.navn", Before: "Sommerleir", After: "Vinterleir",
				Conflict: true, Kept: "Saksbehandlers navn"},
			{DataType: "soknad", Path: "soker.epost", Before: "kari@example.no"},
			{DataType: "soknad", Path: "budsjett.poster",
				Before: []any{map[string]any{"tekst": "Mat", "kategori": "annet", "annet": "Frukt"}},
				After:  []any{map[string]any{"tekst": "Mat", "kategori": "annet", "annet": "Brød"}}},
			{DataType: "soknad", Path: "tiltak.ukjent", Before: "x", After: "y"},
		},
		Files: []core.FileChange{{FileMark: core.FileMark{DataType: "vedlegg", Filename: "ny.pdf"}}},
	}
	var got []string
	for _, one := range Corrected(d, d.Sets, in, c) {
		got = append(got, describe(one))
	}
	want := []string{
		`soker.epost: ["kari@example.no"] → [] +[] -[]`,
		`tiltak.navn: ["Sommerleir"] → ["Vinterleir"] kept ["Saksbehandlers navn"] [] +[] -[]`,
		`budsjett.poster: [] → [] [Hva gjelder utgiften?: Mat; Kategori: Annet; Hva er det?: Frukt → ` +
			`Hva gjelder utgiften?: Mat; Kategori: Annet; Hva er det?: Brød] +[] -[]`,
		`vedlegg: [] → [] +["ny.pdf"] -[]`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRowDifferences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ was, is, want string }{
		{"", "", ""},
		{"a b", "a b", ""},
		{"a b", "a c", "b>c"},
		{"a b", "b", "a>"},
		{"a b", "x a b", ">x"},
		{"a b c", "b c d", "a> >d"},
		{"a b", "b a", "a> >a"},
		{"a b c", "a x y c", "b>x >y"},
	} {
		var got []string
		for _, d := range rowDifferences(strings.Fields(c.was), strings.Fields(c.is)) {
			got = append(got, d.Before+">"+d.After)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q to %q: got %q, want %q", c.was, c.is, s, c.want)
		}
	}
}
