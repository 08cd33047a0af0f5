package form

import (
	"net/url"
	"slices"
	"testing"
)

func TestDate_TellsHowItWasRead(t *testing.T) {
	t.Parallel()
	for posted, want := range map[string]string{
		"": "tirsdag 1. september 2026", "1.2.26": "søndag 1. februar 2026", "31.2.2026": "",
	} {
		in := input(t, whole1)
		if posted != "" {
			in.Posted = map[string]string{"tiltak.start": posted}
		}
		d, set := soknad(t)
		if got := node(t, Build(d, set, "tiltak", in), "tiltak-start").Read; got != want {
			t.Errorf("%q: got %q, want %q", posted, got, want)
		}
	}
}

func TestReadDates_AreThoseOfThePage(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	read := func(page, lang, typed string) []DateRead {
		return ReadDates(d, set, page, url.Values{
			"tiltak.start": {typed}, "tiltak.beskrivelse": {"1.2.26"}, "no.such": {"1.2.26"},
			"version": {"1"},
		}, lang)
	}
	for typed, want := range map[string]string{
		"1. feb 2026": "sundag 1. februar 2026", "31.2.2026": "", "": "",
	} {
		got := read("tiltak", "nn", typed)
		if !slices.Equal(got, []DateRead{{NodeID: "tiltak-start", Words: want}}) {
			t.Errorf("%q: got %v, want %q", typed, got, want)
		}
	}
	if got := read("soker", "nb", "1.2.26"); len(got) != 0 {
		t.Errorf("another page's date is told: %v", got)
	}
	for path, want := range map[string]string{"a.b": "", "a[2].b": "-2", "a[0].b[12].c": "-0-12"} {
		if got := rowSuffix(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}
