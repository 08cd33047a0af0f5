package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
)

// TestRefusal_SaysTheRulesOfTheAppsAloneAsTheCommandDoes: for a case that exists, one that does not,
// and the list; on an app's own pages its rules. All in three languages.
func TestRefusal_SaysTheRulesOfTheAppsAloneAsTheCommandDoes(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	cookies := map[string]string{}
	for _, who := range []string{siri, ola} {
		cookies[who] = signedIn(t, s.address, who).Cookies()
	}
	const unknown = "11111111-1111-4111-8111-111111111111"
	inbox := "/inbox/" + nordvik
	checked := 0
	for lang, level := range map[string]string{
		"nb": "Må være logget inn på nivå 4.", "nn": "Må vere innlogga på nivå 4.", "en": "Must sign in at level 4.",
	} {
		var out bytes.Buffer
		c := Config{Apps: []string{"../../apps"}, own: map[string]string{"lang": lang, "format": formatText}}
		if err := explain(t.Context(), c, nil, &out); err != nil {
			t.Fatal(err)
		}
		for _, group := range [][]string{
			{siri, inbox, inbox + "/case/" + s.caseID, inbox + "/case/" + unknown, inbox + "/case/" + s.caseID + "/access"},
			{ola, s.draft, "/" + appA + "/instance/50001/" + unknown},
		} {
			var first []string
			for _, path := range group[1:] {
				r := s.do(t, "GET", path, nil, "Accept-Language", lang, "Cookie", cookies[group[0]])
				said := saidRules(t, plain(t, r, lang))
				if r.status != 403 || len(said) == 0 || first != nil && !slices.Equal(said, first) {
					t.Errorf("%s in %s: got %d, %q, want %q", path, lang, r.status, said, first)
				}
				first = said
				if strings.HasPrefix(path, inbox) && !strings.Contains(string(r.body), level) {
					t.Errorf("%s does not say %q", path, level)
				}
				for _, sentence := range said {
					if checked++; !strings.Contains(out.String(), sentence+"\n") {
						t.Errorf("the command does not say %q in %s", sentence, lang)
					}
				}
			}
		}
	}
	t.Logf("checked %d sentences", checked)
}

// saidRules are the sentences of the page about who is let in.
func saidRules(t *testing.T, p *driver.Page) []string {
	t.Helper()
	var said []string
	p.Find(func(n *html.Node) bool {
		if n.DataAtom == atom.Li && within(n, "rules") {
			said = append(said, driver.Text(n))
		}
		return false
	})
	return said
}

func within(n *html.Node, id string) bool {
	for ; n != nil; n = n.Parent {
		if driver.Attr(n, "id") == id {
			return true
		}
	}
	return false
}
