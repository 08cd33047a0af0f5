package main

import (
	"strings"
	"testing"
)

// TestFoot follows the links at the bottom of a page, in each language: each leads to a page with
// that title and words under it, and another topic leads nowhere.
func TestFoot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	followed := 0
	for lang, titles := range map[string][]string{
		"nb": {"Hjelp", "Tilgjengelighet", "Personvern og informasjonskapsler"},
		"nn": {"Hjelp", "Tilgjenge", "Personvern og informasjonskapslar"},
		"en": {"Help", "Accessibility", "Privacy and cookies"},
	} {
		front := w.do(t, "GET", "/", nil, "Accept-Language", lang)
		for i, topic := range []string{"help", "accessibility", "privacy"} {
			address := "/about/" + topic
			link := `href="` + address + `">` + titles[i] + `</a>`
			if !strings.Contains(string(front.body), link) {
				t.Errorf("%s: the front page has no %s", lang, link)
			}
			got := w.do(t, "GET", address, nil, "Accept-Language", lang)
			if got.status != 200 || !strings.Contains(string(got.body), titles[i]+"</h1>") ||
				strings.Count(string(got.body), "<h2") < 3 {
				t.Errorf("%s %s: got %d %s", lang, address, got.status, got.body[:min(len(got.body), 200)])
			}
			followed++
		}
	}
	if got := w.do(t, "GET", "/about/nothing", nil); got.status != 404 {
		t.Errorf("an unknown topic: got %d", got.status)
	}
	if followed != 9 {
		t.Errorf("followed %d links", followed)
	}
}
