package schema

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestConvert_Numbers(t *testing.T) {
	t.Parallel()
	s := load(t, "stotte", "")
	type wants struct{ number, integer string } // empty: refused
	cases := map[string]wants{
		"0": {"0", "0"}, "7": {"7", "7"}, "007": {"7", "7"}, "-5": {"-5", "-5"}, "+5": {"5", "5"},
		"−5": {"-5", "-5"}, "–5": {"-5", "-5"}, "-0": {"0", "0"}, "-0,0": {"0.0", "0"},
		"1 200": {"1200", "1200"}, "1\u00a0200": {"1200", "1200"}, "1\u202f200": {"1200", "1200"},
		"1 200,50": {"1200.50", ""}, "1\u00a0200,50": {"1200.50", ""}, " 12 ": {"12", "12"},
		"1 200,00": {"1200.00", "1200"}, "0,5": {"0.5", ""}, "0.5": {"0.5", ""}, ",5": {"0.5", ""},
		"5,": {"5", "5"}, "1.5": {"1.5", ""}, "12.50": {"12.50", ""},
		"1.200": {"1.200", "1200"}, "1,200": {"1.200", "1200"}, "12.500": {"12.500", "12500"},
		"0.125": {"0.125", ""}, "1234.567": {"1234.567", ""},
		"1.200.000": {"1200000", "1200000"}, "1,200,000": {"1200000", "1200000"},
		"1.200,50": {"1200.50", ""}, "1,200.50": {"1200.50", ""}, "1.200.300,5": {"1200300.5", ""},
		"1.200,00": {"1200.00", "1200"},
		"1200 kr":  {"1200", "1200"}, "kr 1 200,50": {"1200.50", ""}, "1200,-": {"1200", "1200"},
		"NOK 60,000.00": {"60000.00", "60000"}, "KR. 5": {"5", "5"}, "5kr.": {"5", "5"},
		"1234567890123456789012345678": {"1234567890123456789012345678", "1234567890123456789012345678"},
		// Refused.
		"12345678901234567890123456789": {}, "x": {}, "1x": {}, "1e3": {}, "0x10": {}, "1/2": {},
		"--5": {}, "5-": {}, "-": {}, ",": {}, ".": {}, "kr": {}, "1.2.3": {}, "1,2,3": {},
		"1.20,5": {}, "1,200.300,5": {}, "1.200,300.5": {}, "٣": {}, "１": {}, "NaN": {}, "Inf": {},
		"1_000": {}, "1'000": {}, "12\u0000": {}, "5 %": {}, "=1+1": {},
	}
	for text, want := range cases {
		for path, want := range map[string]string{"belop": want.number, "antall": want.integer} {
			v, err := s.Convert(path, text)
			if want == "" {
				if e, ok := errors.AsType[*ConvertError](err); !ok || v != nil || e.Path != path {
					t.Errorf("%s from %q: got %v, %v, want an error", path, text, v, err)
				}
				continue
			}
			if err != nil || v != json.Number(want) {
				t.Errorf("%s from %q: got %v, %v, want %s", path, text, v, err, want)
			}
			if raw, err := json.Marshal(v); err != nil || string(raw) != want {
				t.Errorf("%s from %q is not JSON: %s, %v", path, text, raw, err)
			}
		}
	}
	t.Logf("%d texts, each as number and as integer", len(cases))
}

func TestConvert_OtherTypes(t *testing.T) {
	t.Parallel()
	s := load(t, "stotte", "")
	cases := []struct {
		path, text string
		want       any
		refused    string
	}{
		{"tittel", "Jazz i parken ", "Jazz i parken ", ""},
		{"tittel", "", nil, ""},
		{"tittel", " \t\n", nil, ""},
		{"belop", "", nil, ""},
		{"belop", "\u00a0", nil, ""},
		{"kommune", "true", true, ""},
		{"kommune", "False ", false, ""},
		{"kommune", "", nil, ""},
		{"kommune", "ja", nil, "boolean"},
		{"valgfri", "null", "null", ""},
		{"poster[3].belop", "5", json.Number("5"), ""},
		{"poster.belop", "5", json.Number("5"), ""},
		{"poster[0].altinnRowId", "abc", "abc", ""},
		{"poster[0].merker[1]", "rød", "rød", ""},
		{"poster", "x", nil, "array"},
		{"poster[0]", "x", nil, "object"},
		{"adresse", "x", nil, "object"},
		{"ukjent", "x", nil, "unknown"},
		{"ukjent", "", nil, "unknown"},
		{"poster[", "x", nil, "unknown"},
	}
	for _, c := range cases {
		v, err := s.Convert(c.path, c.text)
		e, _ := errors.AsType[*ConvertError](err)
		if v != c.want || (e == nil) != (c.refused == "") || e != nil && e.Want != c.refused {
			t.Errorf("%s from %q: got %v, %v", c.path, c.text, v, err)
		}
	}
}
