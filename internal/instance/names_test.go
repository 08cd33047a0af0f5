package instance

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFilename(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"budsjett.pdf":                  "budsjett.pdf",
		"Søknad – utkast 2.pdf":         "Søknad – utkast 2.pdf",
		"../../etc/passwd":              "passwd",
		`C:\Users\kari\a.pdf`:           "a.pdf",
		"/a/b/":                         "b",
		"":                              "fil",
		".":                             "fil",
		"/":                             "fil",
		"..":                            "fil",
		`..\..`:                         "fil",
		"   ":                           "fil",
		"\x00\r\n":                      "fil",
		"a\r\nSet-Cookie: x=1.pdf":      "aSet-Cookie: x=1.pdf",
		"fdp\u202efdp.exe":              "fdpfdp.exe",
		"a\u200b\ufeff.pdf":             "a.pdf",
		"a\xff.pdf":                     "a.pdf",
		strings.Repeat("æ", 200) + ".p": strings.Repeat("æ", 118) + ".p",
		strings.Repeat("a", 200):        strings.Repeat("a", 120),
		"a." + strings.Repeat("b", 200): "a." + strings.Repeat("b", 118),
	}
	for given, want := range cases {
		got := filename(given)
		if got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > maxFilename {
			t.Errorf("%q becomes a name that cannot be shown: %q", given, got)
		}
	}
	t.Logf("checked %d names", len(cases))
}

func TestNewReference(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"Nordvik kommune":          "NK",
		"Sørvik kommune":           "SK",
		"Ås":                       "ÅS",
		"  ":                       "XX",
		"":                         "XX",
		"NAV":                      "NA",
		"4H":                       "HX",
		"Øvre Eiker og omland":     "ØE",
		"Aa":                       "AX",
		"1. avdeling av ingenting": "AA",
	}
	seen := map[string]bool{}
	for name, initials := range cases {
		for range 20 {
			got := newReference(name)
			if !strings.HasPrefix(got, initials+"-") || !validReference(got) {
				t.Errorf("%q gives %q, want %s-xxxx-xxxx", name, got, initials)
			}
			if seen[got] {
				t.Errorf("%q came twice", got)
			}
			seen[got] = true
		}
	}
	t.Logf("checked %d references", len(seen))
}

func TestValidReference(t *testing.T) {
	t.Parallel()
	good := []string{"NK-7F3K-92QD", "ÅS-0000-ZZZZ"}
	bad := []string{"", "NK-7F3K-92Q", "NK-7F3K-92QDX", "nk-7F3K-92QD", "NK-7F3I-92QD",
		"NK-7F3U-92QD", "N-7F3K-92QD", "NK 7F3K 92QD", "NK-7F3K-92QD\n", "<b>-7F3K-92QD"}
	for _, s := range good {
		if !validReference(s) {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range bad {
		if validReference(s) {
			t.Errorf("%q is taken", s)
		}
	}
	t.Logf("checked %d references", len(good)+len(bad))
}

func TestParseInstanceID(t *testing.T) {
	t.Parallel()
	const id = "0191a1b2-0000-7000-8000-000000000001"
	ref, ok := parseInstanceID("nordvik/arrangementsstotte", "50001/"+id)
	if !ok || ref.Owner != 50001 || ref.ID.String() != id || ref.App != "arrangementsstotte" {
		t.Errorf("read as %v, %v", ref, ok)
	}
	bad := [][2]string{
		{"", "50001/" + id}, {"nordvik", "50001/" + id}, {"nordvik/a", id}, {"nordvik/a", "50001/x"},
		{"nordvik/a", "-1/" + id}, {"nordvik/a", "0/" + id}, {"nordvik/a", "x/" + id},
		{"nordvik/a", "50001/" + id + "/x"},
	}
	for _, b := range bad {
		if ref, ok := parseInstanceID(b[0], b[1]); ok {
			t.Errorf("%v is taken for %v", b, ref)
		}
	}
	t.Logf("checked %d ids", len(bad)+1)
}
