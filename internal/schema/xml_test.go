package schema_test

import (
	"strings"
	"testing"

	"stafett/internal/schema"
)

const xmlModel = `{
  "@xsdRootElement": "melding",
  "@xsdSchemaAttributes": {"TargetNamespace": "urn:test:melding"},
  "type": "object",
  "properties": {
    "skjemanummer": {"type": "string", "@xsdAttribute": true},
    "navn": {"type": "string"},
    "sum": {"type": "number"},
    "ja": {"type": "boolean"},
    "poster": {"type": "array", "items": {"type": "object", "properties": {
      "tekst": {"type": "string"}, "antall": {"type": "integer"}}}},
    "merker": {"type": "array", "items": {"type": "string"}},
    "belop": {"type": "object", "properties": {
      "valuta": {"type": "string", "@xsdAttribute": true},
      "verdi": {"type": "number", "@xsdText": true}}}
  }
}`

func loadXML(t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.Load([]byte(xmlModel), "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const asJSON = `{"belop":{"valuta":"NOK","verdi":1.50},"ja":false,"merker":["a","b"],` +
	`"navn":"Ås & <Sønn>","poster":[{"antall":2,"tekst":"x"},{"tekst":"y"}],` +
	`"skjemanummer":"1","sum":10}`

func TestXML_GoesOutByTheHintsAndComesBackTheSame(t *testing.T) {
	t.Parallel()
	s := loadXML(t)
	doc, err := schema.Parse([]byte(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.EncodeXML(doc)
	if err != nil {
		t.Fatal(err)
	}
	const want = `<melding xmlns="urn:test:melding" skjemanummer="1">` +
		`<navn>Ås &amp; &lt;Sønn&gt;</navn><sum>10</sum><ja>false</ja>` +
		`<poster><tekst>x</tekst><antall>2</antall></poster><poster><tekst>y</tekst></poster>` +
		`<merker>a</merker><merker>b</merker><belop valuta="NOK">1.50</belop></melding>`
	if !strings.HasSuffix(string(out), want) {
		t.Fatalf("got  %s\nwant %s", out, want)
	}
	back, err := s.ParseXML(out)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := schema.Encode(back); string(got) != asJSON {
		t.Errorf("came back as %s", got)
	}
}

func TestParseXML_RefusesWhatTheModelDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := loadXML(t)
	bad := map[string]string{
		"another root":       `<annet/>`,
		"unknown element":    `<melding><x/></melding>`,
		"unknown attribute":  `<melding y="1"/>`,
		"twice":              `<melding><navn>a</navn><navn>b</navn></melding>`,
		"a text number":      `<melding><sum>mange</sum></melding>`,
		"an exponent":        `<melding><sum>1e9</sum></melding>`,
		"a document type":    `<!DOCTYPE melding [<!ENTITY a "b">]><melding><navn>&a;</navn></melding>`,
		"an entity":          `<melding><navn>&a;</navn></melding>`,
		"cut":                `<melding><navn>`,
		"two roots":          `<melding/><melding/>`,
		"text between":       `<melding>x<navn>a</navn></melding>`,
		"elements in a text": `<melding><navn><b>x</b></navn></melding>`,
		"nothing":            ``,
	}
	for name, raw := range bad {
		if doc, err := s.ParseXML([]byte(raw)); err == nil {
			t.Errorf("%s: taken as %v", name, doc)
		}
	}
	t.Logf("checked %d documents", len(bad))
}

func FuzzParseXML(f *testing.F) {
	s := loadXML(f)
	f.Add(`<melding><poster><antall>1</antall></poster></melding>`)
	f.Add(`<!DOCTYPE x><melding/>`)
	f.Fuzz(func(t *testing.T, raw string) {
		doc, err := s.ParseXML([]byte(raw))
		if err != nil {
			return
		}
		if unknown := s.Unknown(doc); len(unknown) > 0 {
			t.Errorf("%q holds %v", raw, unknown)
		}
	})
}
