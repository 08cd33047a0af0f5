package main

import (
	"strings"
	"testing"
)

// TestPerson_TellsWhatTheyCanSeeAndWhyInThreeLanguages opens the page as the administrator, from
// the list of people.
func TestPerson_TellsWhatTheyCanSeeAndWhyInThreeLanguages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	admin := signedIn(t, s.address, tor)
	path := get(t.Context(), t, admin, "/admin/"+nordvik+"/people").Link("Ingrid Berg")
	if path != "/admin/"+nordvik+"/people/50004" {
		t.Fatalf("the list leads to %q", path)
	}
	for lang, words := range map[string][]string{
		"nb": {"Hva Ingrid Berg kan se og gjøre", "kan lese", "Må være logget inn på nivå 4",
			"gitt av Tor Haugen, til og med", "Avsluttet"},
		"nn": {"Kva Ingrid Berg kan sjå og gjere", "kan lese", "Må vere innlogga på nivå 4",
			"gjeven av Tor Haugen", "Avslutta"},
		"en": {"What Ingrid Berg can see and do", "may read", "Must sign in at level 4",
			"given by Tor Haugen"},
	} {
		r := s.do(t, "GET", path, nil, "Accept-Language", lang, "Cookie", admin.Cookies())
		if r.status != 200 {
			t.Fatalf("%s: got %d", lang, r.status)
		}
		text := string(r.body)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: the page does not say %q", lang, word)
			}
		}
		if strings.Contains(text, secret) || strings.Contains(text, s.caseID) {
			t.Errorf("%s: the page shows a case", lang)
		}
	}
	if p := get(t.Context(), t, admin, path).Main(); strings.Count(p, "1 sak") != 1 ||
		!strings.Contains(p, "Ny: 1 sak") {
		t.Errorf("the one case stands elsewhere: %s", p)
	}
}

func TestPerson_AddressIsAPartyAndNeverAPersonNumber(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	admin := signedIn(t, s.address, tor).Cookies()
	for path, want := range map[string]int{
		"x": 400, "-1": 400, "050004": 400, ingrid: 400, "50001": 403, "999": 403, "51001": 403,
	} {
		if r := s.do(t, "GET", "/admin/"+nordvik+"/people/"+path, nil, "Cookie", admin); r.status != want {
			t.Errorf("%s: got %d, want %d", path, r.status, want)
		}
	}
	for _, who := range []string{ingrid, siri, jon} {
		cookies := signedIn(t, s.address, who).Cookies()
		r := s.do(t, "GET", "/admin/"+nordvik+"/people/50004", nil, "Cookie", cookies)
		if r.status != 403 || strings.Contains(string(r.body), "Per Nilsen") {
			t.Errorf("%s: got %d", who, r.status)
		}
	}
}
