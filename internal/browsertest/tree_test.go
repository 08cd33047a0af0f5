package browsertest

import (
	"slices"
	"strings"
	"testing"
)

const shownPage = `<!doctype html><html lang="nn"><head><title>Ny side</title></head><body><main>
<h1 class="faint">Ny side</h1><img src="/style.css"><div id="del"><fieldset aria-describedby="feil">
<legend>Farge</legend><label><input type="radio" name="f" checked> Blå</label></fieldset>
<p id="feil">Du må velge.</p><p><label for="n">Navn</label>
<input id="n" required aria-invalid="true" value="Kari"></p><div hidden>Skjult</div></div></main></body></html>`

func TestShow_PutsAPageInThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	tab := b.Tab(t, Options{JS: true})
	tab.Open(address)
	tab.Show(strings.Replace(shownPage, `class="faint"`, `class="faint" id="overskrift"`, 1))
	lang := evaluate[string](tab, "document.documentElement.lang")
	if tab.Title() != "Ny side" || lang != "nn" || tab.Count("form") != 0 || tab.Count("#overskrift") != 1 {
		t.Errorf("the page is %q in %s with %d forms", tab.Title(), lang, tab.Count("form"))
	}
	ids := func(found []Violation) string {
		var out []string
		for _, v := range found {
			out = append(out, v.ID)
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ name, got, want string }{
		{"all rules", ids(tab.Axe()), "color-contrast image-alt"},
		{"without one", ids(tab.AxeWithout("color-contrast")), "image-alt"},
		{"one alone", ids(tab.AxeOnly("color-contrast")), "color-contrast"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestTree_IsWhatAssistiveTechnologyIsTold(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	tab := b.Tab(t, Options{JS: true})
	tab.Open(address)
	tab.Show(shownPage)
	const want = `group "Farge" description="Du må velge."
  radio "Blå" checked
paragraph
  StaticText "Du må velge."
paragraph
  textbox "Navn" value="Kari" required invalid
`
	if got := tab.Tree("#del"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
