package register_test

import (
	"testing"
	"testing/fstest"

	"stafett/apps"
	"stafett/internal/register"
)

func TestLoadPostcodes(t *testing.T) {
	t.Parallel()
	p, err := register.LoadPostcodes(apps.FS, "postcodes.json")
	if err != nil {
		t.Fatal(err)
	}
	if p.About == "" || len(p.Places) < 24 {
		t.Errorf("%d postcodes, about %q", len(p.Places), p.About)
	}
	for code, want := range map[string]string{"0001": "OSLO", "7010": "TRONDHEIM", "0000": "", "": ""} {
		if got := p.Place(code); got != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
	bad := []string{
		`{"places": {"0150": ""}}`, `{"places": {"01500": "OSLO"}}`, `{"places": {"o150": "OSLO"}}`,
		`{"codes": {}}`, `{`,
	}
	for _, text := range bad {
		files := fstest.MapFS{"p.json": {Data: []byte(text)}}
		if _, err := register.LoadPostcodes(files, "p.json"); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	t.Logf("checked %d bad files", len(bad))
}
