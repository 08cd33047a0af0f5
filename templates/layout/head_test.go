package layout

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func document(t *testing.T, h Head) string {
	t.Helper()
	var out bytes.Buffer
	if err := Document(h).Render(context.Background(), &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	return out.String()
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Kari Solbakken": "KS", "Elle Máret Gaup": "EG", "øyvind åsen": "ØÅ", "Kari": "K", "": "",
	} {
		if got := Initials(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestTitle_SaysErrorFirstAndTheOrganisationLast(t *testing.T) {
	t.Parallel()
	h := Head{Lang: "nb", Title: "Budsjett", Organisation: "Nordvik kommune", Errors: true}
	if got, want := h.title(), "Feil: Budsjett – Nordvik kommune"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (Head{Lang: "en", Title: "Find a form"}).title(),
		"Find a form – Stafett"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestActingBar_IsShownAsSoonAsOneActsForSomebodyElse(t *testing.T) {
	t.Parallel()
	other := Head{
		Lang: "nb", Surface: Citizen, Path: "/my?x=1&y=2", User: &User{Name: "Kari", Initials: "K"},
		Party: Party{Name: "Nordvik Musikkforening", Number: "312468034"},
	}
	self, staff, nobody := other, other, other
	self.Party.Self = true
	staff.Surface = Staff
	nobody.User = nil
	for name, c := range map[string]struct {
		head Head
		want bool
	}{"other": {other, true}, "self": {self, false}, "staff": {staff, false}, "nobody": {nobody,
		false}} {
		if got := strings.Contains(document(t, c.head), `class="acting"`); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	if !strings.Contains(document(t, other), `href="/party?return=%2Fmy%3Fx%3D1%26y%3D2"`) {
		t.Error("the way to change party does not come back here")
	}
}

func TestMenus_PostAndComeBack(t *testing.T) {
	t.Parallel()
	h := Head{
		Lang: "nn", Surface: Citizen, Path: `/my?q="x"`, User: &User{Name: "Kari Solbakken",
			Initials: "KS"},
		Parties: []PartyChoice{{ID: 50001, Name: "Kari", Current: true}, {ID: 51003,
			Name: "Foreininga"}},
	}
	html := document(t, h)
	for _, want := range []string{
		`action="/language"`, `name="return" value="/my?q=&#34;x&#34;"`,
		`name="language" value="en" lang="en"`,
		`action="/party"`, `name="party" value="51003"`, `action="/logout"`, `<html lang="nn"`,
		`data-color-scheme="auto"`, `<p class="ds-sr-only" id="announce" role="status"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is not in the page", want)
		}
	}
	h.Parties = h.Parties[:1]
	if strings.Contains(document(t, h), `action="/party"`) {
		t.Error("there is nothing to choose among one")
	}
}

func TestSurfaces_DoNotMix(t *testing.T) {
	t.Parallel()
	nav := []NavItem{{ID: "inbox", URL: "/inbox/1", Label: "Innboks", Count: 1001}}
	staff := document(t, Head{Lang: "nb", Surface: Staff, Nav: nav})
	if !strings.Contains(staff, "top--staff") || !strings.Contains(staff, ">1000+<") {
		t.Error("staff have their own header, with counts up to a thousand")
	}
	plain := document(t, Head{Lang: "nb", Surface: Plain, Nav: nav})
	if strings.Contains(plain, "top__nav") || strings.Contains(plain, `id="sign-in"`) {
		t.Error("a plain page has neither menu nor sign-in")
	}
}

func TestLogo_IsTheSchemesAndTheSheetComesLast(t *testing.T) {
	t.Parallel()
	const light, dark = "/static/theme/l.svg", "/static/theme/d.svg"
	own := Head{Lang: "nb", CSSURL: "/static/app.css", ThemeURL: "/static/theme/t.css",
		Logo: Logo{URL: light, DarkURL: dark, Name: "Et fyr", Width: 36, Height: 40}}
	forced, ground, none := own, own, own
	forced.Scheme = "dark"
	ground.Logo.DarkURL = ""
	none.ThemeURL, none.Logo = "", Logo{}
	const sheets = `href="/static/app.css"><link rel="stylesheet" href="/static/theme/t.css">`
	for name, c := range map[string]struct {
		head      Head
		has, lack []string
	}{
		"as the browser is": {own, []string{sheets, `<source media="(prefers-color-scheme: dark)" srcset="` + dark + `">`,
			`src="` + light + `" alt="Et fyr" width="36" height="40"`}, []string{"brand__mark", "brand__logo--ground"}},
		"dark is chosen": {forced, []string{`src="` + dark + `"`}, []string{"<source", light}},
		"drawn for white": {ground, []string{`class="brand__logo brand__logo--ground" src="` + light},
			[]string{"<source"}},
		"no theme": {none, []string{"brand__mark"}, []string{"<picture", "/theme/"}},
	} {
		got := document(t, c.head)
		for _, part := range c.has {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %s in %.1500s", name, part, got)
			}
		}
		for _, part := range c.lack {
			if strings.Contains(got, part) {
				t.Errorf("%s: %s is there", name, part)
			}
		}
	}
}
