package form

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// TestUX22_NumbersAreTakenAsPeopleWriteThem answers one field that the model asks for as each kind of
// number, and reads what is stored, shown back and said.
func TestUX22_NumbersAreTakenAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	tests := []struct{ format, typed, stored, shown, says string }{
		{schema.FormatAccount, "1234 56 78903", "12345678903", "1234 56 78903", ""},
		{schema.FormatAccount, "1234.56.78903", "12345678903", "1234 56 78903", ""},
		{schema.FormatAccount, "12345678904", "12345678904", "1234 56 78904", "to siffer kan være byttet om"},
		{schema.FormatAccount, "1234", "1234", "1234", "må ha 11 siffer"},
		{schema.FormatAccount, "vet ikke", "vet ikke", "vet ikke", "må ha 11 siffer"},
		{schema.FormatOrganisation, "991 825 827", "991825827", "991 825 827", ""},
		{schema.FormatOrganisation, "123456784", "123456784", "123 456 784", "to siffer kan være byttet om"},
		{schema.FormatPerson, "020132-99997", "02013299997", "020132 99997", ""},
		{schema.FormatPerson, "020132 99903", "02013299903", "020132 99903", ""}, // by the rule from 2032
		{schema.FormatPerson, "57912075186", "57912075186", "579120 75186", ""},
		{schema.FormatPerson, "61930750062", "61930750062", "619307 50062", "to siffer kan være byttet om"},
		{"", "1234 56", "1234 56", "1234 56", ""},
	}
	for _, tt := range tests {
		d, set, in := asking(t, tt.format)
		bound, err := Bind(d, set, "eier", url.Values{"eier": {tt.typed}}, in)
		if err != nil {
			t.Fatal(err)
		}
		in.Data = bound.Data
		if got := schema.Get(in.Data["soknad"], "eier"); got != tt.stored {
			t.Errorf("%s %q: stored %v, want %q", tt.format, tt.typed, got, tt.stored)
		}
		n := node(t, Build(d, set, "eier", in), "eier")
		if got := strings.ReplaceAll(n.Value, "\u00a0", " "); got != tt.shown {
			t.Errorf("%s %q: shown as %q, want %q", tt.format, tt.typed, got, tt.shown)
		}
		said := ""
		for _, i := range ValidateField(d, set, "eier", "eier", in) {
			said += i.Message
		}
		if (said != "") != (tt.says != "") || !strings.Contains(said, tt.says) {
			t.Errorf("%s %q: says %q, want %q", tt.format, tt.typed, said, tt.says)
		}
	}
	t.Logf("checked %d numbers", len(tests))
}

// asking gives the application for a berth with its owner asked for in a format.
func asking(t *testing.T, format string) (*app.Definition, *app.LayoutSet, Input) {
	t.Helper()
	const model = "models/soknad.schema.json"
	fsys := fstest.MapFS{}
	if err := copyFiles(fsys, os.DirFS("../solutiontest/testdata/subform/nordvik/batplass")); err != nil {
		t.Fatal(err)
	}
	fsys[model] = &fstest.MapFile{Data: []byte(strings.Replace(string(fsys[model].Data),
		`"eier": {`, `"eier": { "format": "`+format+`",`, 1))}
	d, found := app.Load(fsys)
	for _, f := range found {
		if f.Severity == app.SeverityError {
			t.Fatal(f)
		}
	}
	in := input(t, "{}")
	in.Data = map[string]core.Document{"soknad": {}}
	return d, d.SetFor("Task_1"), in
}

// FuzzTidyID: what is taken away is never a digit, and what is left of a number is its digits.
func FuzzTidyID(f *testing.F) {
	f.Add("1234 56 78903")
	f.Add("  -. ")
	f.Add("٣")
	f.Fuzz(func(t *testing.T, s string) {
		digits := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r < '0' || r > '9' {
					return -1
				}
				return r
			}, s)
		}
		got := tidyID(schema.FormatAccount, s)
		if digits(got) != digits(s) || got != s && got != digits(s) {
			t.Errorf("%q becomes %q", s, got)
		}
	})
}
