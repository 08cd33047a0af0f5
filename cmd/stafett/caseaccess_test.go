package main

import (
	"strings"
	"testing"
)

// TestCaseAccess_TellsWhoMayAndWhyInThreeLanguages opens the page as a caseworker of the case.
func TestCaseAccess_TellsWhoMayAndWhyInThreeLanguages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	cookies := signedIn(t, s.address, ingrid).Cookies()
	path := "/inbox/" + nordvik + "/case/" + s.caseID + "/access"
	for lang, words := range map[string][]string{
		"nb": {"Ingrid Berg", "Systemene til Nordvik kommune", "kan lese", "Må være logget inn på nivå 4", "gitt av Tor Haugen, til og med"},
		"nn": {"Ingrid Berg", "Systema til Nordvik kommune", "kan lese", "Må vere innlogga på nivå 4"},
		"en": {"Ingrid Berg", "The systems of Nordvik kommune", "may read", "Must sign in at level 4"},
	} {
		r := s.do(t, "GET", path, nil, "Accept-Language", lang, "Cookie", cookies)
		if r.status != 200 {
			t.Fatalf("%s: got %d", lang, r.status)
		}
		text := string(r.body)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: the page does not say %q", lang, word)
			}
		}
		// Neither has a role that the case's policy asks for.
		for _, name := range []string{"Siri Dahl", "Per Nilsen", "Tor Haugen"} {
			if n := strings.Count(text, `role="rowheader">`+name); n > 0 {
				t.Errorf("%s: the page names %s", lang, name)
			}
		}
	}
	for _, query := range []string{"?after=x", "?after=-1"} {
		if r := s.do(t, "GET", path+query, nil, "Cookie", cookies); r.status != 400 {
			t.Errorf("%s: got %d, want 400", query, r.status)
		}
	}
}
