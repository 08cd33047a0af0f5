package form

import (
	"net/url"
	"testing"

	"stafett/internal/fault"
	"stafett/internal/schema"
)

// FuzzBind posts whatever comes. Only what the page shows may change, and what is stored must
// fit the model.
func FuzzBind(f *testing.F) {
	f.Add("soker", "soker.navn", "Kari", "soker.type", "lag")
	f.Add("tiltak", "tiltak.malgruppe", "barn", "tiltak.hemmelig", "x")
	f.Add("budsjett", "budsjett.poster[0].altinnRowId", rowA, "budsjett.poster[0].belop", "1 200,50")
	f.Add("budsjett", "budsjett.poster[-1].x", "\x00", "soknad:budsjett.sum", "1e9")
	f.Add("oppsummering", "samtykke", "true", "a[0][1]", "y")
	d, set := soknad(f)
	shown := map[string]string{}
	for _, p := range set.Pages {
		for c := range p.All {
			if c.Question() && c.Source.Field != "" {
				shown[c.Source.Field] = p.ID
			}
		}
	}
	f.Fuzz(func(t *testing.T, page, name1, value1, name2, value2 string) {
		in := input(t, whole1)
		before, err := schema.Encode(in.Data["soknad"])
		if err != nil {
			t.Fatal(err)
		}
		posted := url.Values{}
		posted.Add(name1, value1)
		posted.Add(name2, value2)
		bound, err := Bind(d, set, page, posted, in)
		if after, _ := schema.Encode(in.Data["soknad"]); string(after) != string(before) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			if k := fault.KindOf(err); k == fault.Internal {
				t.Errorf("got %v", err)
			}
			return
		}
		checkBound(t, d.Models["soknad"].Schema, bound, page, shown)
	})
}

func checkBound(t *testing.T, m *schema.Schema, b Bound, page string, shown map[string]string) {
	t.Helper()
	for _, path := range b.Changed {
		f, ok := m.Field(path)
		if !ok || shown[f.Path] != page {
			t.Errorf("%s changed from page %s", path, page)
		}
	}
	doc := b.Data["soknad"]
	for _, v := range m.Check(doc) {
		if v.Code == schema.CodeType || v.Code == schema.CodeUnknown {
			t.Errorf("%s: %s", v.Path, v.Code)
		}
	}
	if unknown := m.Unknown(doc); len(unknown) > 0 {
		t.Errorf("unknown fields %v were stored", unknown)
	}
}
