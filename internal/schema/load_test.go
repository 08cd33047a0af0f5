package schema

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func load(t *testing.T, name, class string) *Schema {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(raw, class)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoad_FindsTheModel(t *testing.T) {
	t.Parallel()
	defs := `"$defs": {"A": {"properties": {"a": {"type": "string"}}},
		"x/y": {"properties": {"b": {"type": "string"}}}},
		"definitions": {"D": {"properties": {"d": {"type": "string"}}}},
		"properties": {"melding": {"properties": {"m": {"type": "string"}}}, "r": {"type": "string"}}`
	cases := []struct{ info, class, want string }{
		{``, "", "melding.m r"},
		{`"info": {},`, "No.Such.Class", "melding.m r"},
		{`"info": {"rootNode": ""},`, "A", "melding.m r"},
		{`"info": {"rootNode": "#"},`, "A", "melding.m r"},
		{`"info": {"rootNode": "#/$defs/A"},`, "D", "a"},
		{`"info": {"rootNode": "/$defs/x~1y"},`, "", "b"},
		{`"info": {"rootNode": "#/$defs/A", "meldingsnavn": "melding"},`, "", "a"},
		{`"info": {"meldingsnavn": "melding"},`, "A", "m"},
		{`"info": {"meldingsnavn": "another"},`, "A", "a"},
		{`"info": {"meldingsnavn": ""},`, "A", "a"},
		{``, "Altinn.App.Models.A", "a"},
		{``, "Altinn.App.Models.D", "d"},
	}
	for _, c := range cases {
		s, err := Load([]byte("{"+c.info+defs+"}"), c.class)
		if err != nil {
			t.Errorf("%s, class %s: %v", c.info, c.class, err)
			continue
		}
		if got := strings.Join(paths(s), " "); got != c.want {
			t.Errorf("%s, class %s: got %s, want %s", c.info, c.class, got, c.want)
		}
	}
	t.Logf("%d schemas", len(cases))
}

func paths(s *Schema) []string {
	var out []string
	for _, f := range s.Fields() {
		out = append(out, f.Path)
	}
	return out
}

func TestLoad_RefusesAndTellsWhere(t *testing.T) {
	t.Parallel()
	const at = "/properties/a"
	cases := map[string]struct{ schema, pointer, msg string }{
		"no JSON":             {`{"type":`, "", "broken"},
		"not an object":       {`[]`, "", "not an object"},
		"a key twice":         {`{"type": "object", "type": "string"}`, "", "twice"},
		"too deep":            {strings.Repeat(`{"items":`, 200), "", "too deep"},
		"root nowhere":        {`{"info": {"rootNode": "#/$defs/A"}}`, "/info/rootNode", "nothing"},
		"root no pointer":     {`{"info": {"rootNode": "A"}}`, "/info/rootNode", "nothing"},
		"reference nowhere":   {modelOf(`{"$ref": "#/$defs/A"}`), at + "/$ref", "nothing"},
		"reference elsewhere": {modelOf(`{"$ref": "other.json#/A"}`), at + "/$ref", "not fetched"},
		"reference to a site": {modelOf(`{"$ref": "https://a.no/a"}`), at + "/$ref", "not fetched"},
		"reference to a file": {modelOf(`{"$ref": "file:///etc/passwd"}`), at + "/$ref", "not fetched"},
		"hidden in a not":     {modelOf(`{"not": {"$ref": "https://example.com/a"}}`), "", "not"},
		"unknown draft":       {`{"$schema": "https://example.com/schema"}`, "/$schema", "draft"},
		"in draft 7": {`{"$schema": "http://json-schema.org/draft-07/schema#",` +
			`"properties": {"a": {"pattern": "(?=a)"}}}`, at + "/pattern", "not valid regex"},
		"in a property name": {`{"patternProperties": {"(?=a)": {}}}`, "", "not valid regex"},
		"looking ahead":      {modelOf(`{"pattern": "^(?=a)"}`), at + "/pattern", "not valid regex"},
		"looking back":       {modelOf(`{"pattern": "(?<!a)b"}`), at + "/pattern", "not valid regex"},
		"a back reference":   {modelOf(`{"pattern": "(a)\\1"}`), at + "/pattern", "not valid regex"},
		"many repeats":       {modelOf(`{"pattern": "a{2000}"}`), at + "/pattern", "not valid regex"},
		"an unknown type":    {modelOf(`{"type": "text"}`), at + "/type", "value must be one of"},
		"a negative length":  {modelOf(`{"maxLength": -1}`), at + "/maxLength", "minimum"},
		"in a definition": {
			`{"$defs": {"A": {"pattern": "(?=a)"}}, "properties": {"a": {"$ref": "#/$defs/A"}}}`,
			"/$defs/A/pattern", "not valid regex"},
	}
	for name, c := range cases {
		s, err := Load([]byte(c.schema), "")
		ours, ok := errors.AsType[*Error](err)
		switch {
		case !ok || s != nil:
			t.Errorf("%s: got %v, error %v", name, s, err)
		case ours.Line < 1 || ours.Pointer != c.pointer || !strings.Contains(ours.Msg, c.msg):
			t.Errorf("%s: got %v, want %s: …%s…", name, err, c.pointer, c.msg)
		}
	}
	t.Logf("%d refusals", len(cases))
}

func modelOf(schema string) string { return `{"properties": {"a": ` + schema + `}}` }

func TestLoad_TellsTheLine(t *testing.T) {
	t.Parallel()
	_, err := Load([]byte("{\n \"properties\": {\n  \"a\": {\n   \"pattern\": \"(?=a)\"}}}"), "")
	if err == nil || !strings.HasPrefix(err.Error(), "line 3: #/properties/a/pattern: ") {
		t.Errorf("a pattern: got %v", err)
	}
	_, err = Load([]byte("{\n\n \"a\": x}"), "")
	if err == nil || !strings.HasPrefix(err.Error(), "line 3: ") {
		t.Errorf("broken JSON: got %v", err)
	}
}

func TestFields_RealModels(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, class, want string }{
		{"skjema", "Altinn.App.Models.skjema", "root.fornavn root.etternavn root.alder " +
			"root.arbeidserfaring.arbeidsgiver root.arbeidserfaring.fortsattAnsatt " +
			"root.arbeidserfaring.fra root.arbeidserfaring.til root.arbeidserfaring.stilling " +
			"root.arbeidserfaring.beskrivelse root.arbeidserfaring.prosjekter.tittel " +
			"root.arbeidserfaring.prosjekter.beskrivelse root.arbeidserfaring.vedlegg root.epost " +
			"root.telefonnummer root.bosted root.kjonn root.SF_skjul-felter " +
			"root.SF_skjul-arbeidsgiver root.SF_skjul-prosjekt root.SF_validate-tags root.vedlegg"},
		{"data", "Altinn.App.Models.data",
			"form.name form.orgNumber form.year form.income form.sources.type"},
		{"simpel", "App.Models.Skjema", "Felt1 Felt2"},
		{"simpel", "", "Simpel.Felt1 Simpel.Felt2"},
		{"stotte", "", "tittel dato klokke epost aar maaned postnummer bokstaver kommune belop " +
			"antall form id valgfri adresse.gate adresse.poststed adresse.del.poststed " +
			"poster.belop poster.merker"},
	}
	for _, c := range cases {
		if got := strings.Join(paths(load(t, c.name, c.class)), " "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	if n := len(load(t, "datamodel", "Altinn.App.Models.datamodel").Fields()); n != 16 {
		t.Errorf("datamodel: got %d fields", n)
	}
}

func TestField(t *testing.T) {
	t.Parallel()
	stotte, skjema := load(t, "stotte", ""), load(t, "skjema", "")
	datamodel := load(t, "datamodel", "")
	cases := []struct {
		s    *Schema
		path string
		want func(f Field) bool
	}{
		{stotte, "tittel", func(f Field) bool {
			return f.Type == "string" && f.Required && f.MinLength == 3 && f.MaxLength == 20 &&
				f.Title == "Hva det gjelder"
		}},
		{stotte, "belop", func(f Field) bool {
			return f.Type == "number" && !f.Required && *f.Minimum == "0.5" &&
				*f.ExclusiveMaximum == "1000000" && f.Maximum == nil
		}},
		{stotte, "form", func(f Field) bool { return f.Type == "string" && len(f.Enum) == 2 }},
		{stotte, "id", func(f Field) bool { return f.Type == "number" && f.Const != nil }},
		{stotte, "valgfri", func(f Field) bool { return f.Type == "string" && f.Nullable }},
		{stotte, "adresse", func(f Field) bool { return f.Type == "object" }},
		{stotte, "adresse.poststed", func(f Field) bool { return f.Required && !f.Repeated }},
		{stotte, "adresse.del.del.del.poststed", func(f Field) bool { return f.Type == "string" }},
		{stotte, "poster", func(f Field) bool {
			return f.Type == "array" && f.ItemType == "object" && f.MinItems == 1 && f.MaxItems == 3
		}},
		{stotte, "poster[2]", func(f Field) bool { return f.Type == "object" && f.Path == "poster" }},
		{stotte, "poster.belop", func(f Field) bool { return f.Required && f.Repeated }},
		{stotte, "poster[7].belop", func(f Field) bool { return f.Path == "poster.belop" }},
		{stotte, "poster.altinnRowId", func(f Field) bool { return f.Type == "string" }},
		{stotte, "poster.merker", func(f Field) bool {
			return f.Type == "array" && f.ItemType == "string" && f.Repeated
		}},
		{stotte, "poster.merker[0]", func(f Field) bool { return f.MaxLength == 5 && f.Repeated }},
		{skjema, "root.epost", func(f Field) bool { return f.Format == "idn-email" }},
		{skjema, "root.arbeidserfaring.prosjekter.tittel", func(f Field) bool {
			return f.MaxLength == 32
		}},
		{datamodel, "Innflytter", func(f Field) bool { return f.Type == "object" && f.Required }},
		{datamodel, "Innflytter.Alder", func(f Field) bool { return f.Type == "integer" && f.Nullable }},
		{datamodel, "Innflytter.TidligereBosteder.Postnr", func(f Field) bool { return f.Repeated }},
	}
	for _, c := range cases {
		if f, ok := c.s.Field(c.path); !ok || !c.want(f) {
			t.Errorf("%s: got %+v, found %v", c.path, f, ok)
		}
	}
	absent := []string{
		"", "x", "tittel.x", "tittel[0]", "altinnRowId", "adresse.altinnRowId", "poster.x", "poster.",
		"poster[0].merker[0].x", "adresse[0].gate", "Tittel", "poster[x].belop",
	}
	for _, path := range absent {
		if f, ok := stotte.Field(path); ok {
			t.Errorf("%q: got %+v", path, f)
		}
	}
	t.Logf("%d fields, %d that are none", len(cases), len(absent))
}

func TestFields_OfAModelThatRefersToItselfEnd(t *testing.T) {
	t.Parallel()
	s, err := Load([]byte(`{"$defs": {
		"A": {"properties": {"b": {"$ref": "#/$defs/B"}, "c": {"$ref": "#/$defs/B"},
			"x": {"type": "string"}}},
		"B": {"allOf": [{"$ref": "#/$defs/B"}], "properties": {"a": {"$ref": "#/$defs/A"},
			"rows": {"type": "array", "items": {"$ref": "#/$defs/A"}}}}
	}, "oneOf": [{"$ref": "#/$defs/A"}]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(paths(s), " "); got != "b.a.x b.rows.x c.a.x c.rows.x x" {
		t.Errorf("got fields %s", got)
	}
	if _, ok := s.Field("b.rows.c.a.x"); !ok {
		t.Error("a deep field is not found")
	}
}

func TestField_OfSeveralBranchesAreAllKnown(t *testing.T) {
	t.Parallel()
	s, err := Load([]byte(`{"oneOf": [
		{"properties": {"kind": {"const": "a"}, "a": {"type": "integer"}}, "required": ["a"]},
		{"properties": {"kind": {"const": "b"}, "b": {"type": "string"}}}]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(paths(s), " "); got != "kind a b" {
		t.Errorf("got %s", got)
	}
	if f, _ := s.Field("a"); f.Required {
		t.Error("what one branch requires is not required of all")
	}
}

func FuzzLoad(f *testing.F) {
	for _, name := range []string{"skjema", "datamodel", "data", "simpel", "stotte"} {
		raw, err := os.ReadFile("testdata/" + name + ".schema.json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, "Skjema")
	}
	f.Add([]byte(`{"$defs": {"A": {"oneOf": [{"$ref": "#/$defs/A"}]}}, "$ref": "#/$defs/A"}`), "A")
	f.Fuzz(func(t *testing.T, raw []byte, class string) {
		s, err := Load(raw, class)
		if err != nil {
			if ours, ok := errors.AsType[*Error](err); !ok || ours.Line < 1 || s != nil {
				t.Fatalf("got %v, error %#v", s, err)
			}
			return
		}
		for _, field := range s.Fields() {
			s.Field(field.Path)
		}
		s.Check(nil)
	})
}
