package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/app"
	"stafett/internal/browsertest"
	"stafett/internal/driver"
	"stafett/internal/theme"
	"stafett/static"
)

// nordvikTheme is the theme of the example's one organisation that has one.
func nordvikTheme(t *testing.T) theme.Theme {
	t.Helper()
	themes, found := app.LoadThemes(os.DirFS(sameApps))
	if len(themes) != 1 || len(found) > 0 || themes[0].Org != "nordvik" {
		t.Fatalf("got %v, %v", themes, found)
	}
	return themes[0]
}

// dressed tells which style sheets a page has, in order, and what its logo is called; "" for none.
func dressed(p *driver.Page) (sheets []string, logo, icon string) {
	for n := range p.Doc.Descendants() {
		switch {
		case n.DataAtom == atom.Link && driver.Attr(n, "rel") == "stylesheet":
			sheets = append(sheets, driver.Attr(n, "href"))
		case n.DataAtom == atom.Link && driver.Attr(n, "rel") == "icon":
			icon = driver.Attr(n, "href")
		case n.DataAtom == atom.Img && n.Parent.DataAtom == atom.Picture:
			logo = driver.Attr(n, "alt")
		}
	}
	return sheets, logo, icon
}

// TestTheme_IsOnTheOrganisationsPagesAlone: the pages of Nordvik's apps have its style sheet after the
// main one, and its logo by name; nobody else's have.
func TestTheme_IsOnTheOrganisationsPagesAlone(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	ctx := t.Context()
	citizen, worker, other := signedIn(t, address, kari), signedIn(t, address, ingrid), signedIn(t, address, jon)
	receipt := apply(ctx, t, citizen, "Korkonsert i fjæra", []byte("%PDF-1.7\n"))
	caseURL := find(ctx, t, worker, "Korkonsert i fjæra")
	first, err := citizen.Start(ctx, "nordvik/arrangementsstotte")
	if err != nil {
		t.Fatal(err)
	}
	own := nordvikTheme(t)
	const inNorwegian = "Nordviks kommunevåpen: et fyr over to bølger"
	pages := 0
	for _, c := range []struct {
		who   *driver.Browser
		path  string
		owned bool
	}{
		{driver.New(address), "/nordvik/parkering", true}, {citizen, "/nordvik/arrangementsstotte", true},
		{citizen, first.URL, true}, {citizen, receipt.URL, true},
		{citizen, strings.Replace(receipt.URL, "/receipt", "/status", 1), true},
		{worker, "/inbox/" + nordvik, true}, {worker, caseURL, true}, {worker, "/inbox/" + nordvik + "/numbers", true},
		{driver.New(address), "/", false}, {citizen, "/my", false}, {citizen, "/my/messages", false},
		{citizen, "/about/help", false}, {citizen, "/party", false}, {other, "/inbox/" + sorvik, false},
		{other, caseURL, false}, {citizen, "/nordvik/finnes-ikke", false},
	} {
		p, err := c.who.Get(ctx, c.path)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		sheets, logo, icon := dressed(p)
		want, called, image := []string{static.URL("app.css")}, "", static.URL("favicon.svg")
		if c.owned {
			want, called = append(want, "/static/theme/"+own.Style.Name), inNorwegian
			image = "/static/theme/" + own.Logo.Light.Name
		}
		if strings.Join(sheets, " ") != strings.Join(want, " ") || logo != called || icon != image {
			t.Errorf("%s (%d): got %v, the logo %q and the icon %s; want %v, %q and %s",
				c.path, p.Status, sheets, logo, icon, want, called, image)
		}
	}
	t.Logf("looked at %d pages", pages)
}

func TestTheme_LogoIsToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for lang, want := range nordvikTheme(t).Logo.Names {
		got := w.do(t, "GET", "/nordvik/parkering", nil, "Accept-Language", lang)
		if !strings.Contains(string(got.body), `alt="`+html.EscapeString(want)+`"`) {
			t.Errorf("%s: the page does not tell of %s", lang, want)
		}
	}
}

// TestTheme_FilesNeverChangeAndRunNothing: they are cached for ever by the hash in their name, and a logo
// that is opened by itself may do nothing.
func TestTheme_FilesNeverChangeAndRunNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := nordvikTheme(t)
	for _, f := range []theme.File{own.Style, own.Logo.Light, own.Logo.Dark} {
		got := w.do(t, "GET", "/static/theme/"+f.Name, nil)
		if got.status != 200 || string(got.body) != string(f.Data) {
			t.Errorf("%s: got %d, %s", f.Name, got.status, got.body)
		}
		for name, want := range map[string]string{
			"Content-Type": f.ContentType, "Cache-Control": "public, max-age=31536000, immutable",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
			"X-Content-Type-Options":  "nosniff",
		} {
			if h := got.header.Get(name); h != want {
				t.Errorf("%s: %s is %q, want %q", f.Name, name, h, want)
			}
		}
	}
	for _, path := range []string{"/static/theme/", "/static/theme/x.css", "/static/theme/" + own.Style.Name + "x",
		"/static/theme/..%2Fapp.css", "/static/" + own.Style.Name} {
		if got := w.do(t, "GET", path, nil); got.status != 404 || strings.Contains(got.header.Get("Cache-Control"), "public") {
			t.Errorf("%s: got %d, %s", path, got.status, got.header.Get("Cache-Control"))
		}
	}
}

// TestTheme_UX80_FirstVisitKeepsItsBudget: a form page with a theme and a logo is within DESIGN.md's bytes
// and UX.md's number of requests.
func TestTheme_UX80_FirstVisitKeepsItsBudget(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	b := signedIn(t, address, kari)
	first, err := b.Start(t.Context(), "nordvik/arrangementsstotte")
	if err != nil {
		t.Fatal(err)
	}
	font := static.URL("inter-latin-wght-normal.woff2")
	asked := map[string]bool{first.URL: true, font: true}
	for n := range first.Doc.Descendants() {
		switch n.DataAtom {
		case atom.Link:
			asked[driver.Attr(n, "href")] = true
		case atom.Script, atom.Img:
			asked[driver.Attr(n, "src")] = true
		}
	}
	total := 0
	for path := range asked {
		size := weigh(t.Context(), t, address+path, b.Cookies())
		if path != font {
			total += size
		}
		t.Logf("%6d bytes: %s", size, path)
	}
	if len(asked) > 6 || total > 60_000 {
		t.Errorf("%d requests and %d bytes without the font, want at most 6 and 60000", len(asked), total)
	}
	t.Logf("%d requests, %d bytes without the font", len(asked), total)
}

// weigh gives how many bytes an address's content is over the wire, for a browser that reads brotli and gzip.
func weigh(ctx context.Context, t *testing.T, url, cookies string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "br, gzip")
	r.Header.Set("Cookie", cookies)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %d, %v", url, answer.StatusCode, err)
	}
	return len(body)
}

// TestTheme_UX1_IsSeenInEveryDress shows an organisation's pages to axe in both schemes and widths, and looks
// at what came of the colours: buttons have the organisation's, and the logo is the scheme's.
func TestTheme_UX1_IsSeenInEveryDress(t *testing.T) {
	t.Parallel()
	s := &stage{browser: browsertest.Start(t), shown: map[string]bool{}}
	s.address, _ = running(t)
	own := nordvikTheme(t)
	citizen, worker := s.signIn(t, true, kari), s.signIn(t, true, ingrid)
	citizen.open("/nordvik/arrangementsstotte")
	looks := citizen.dressedIn(own)
	startForm(citizen.Tab)
	citizen.at("/nordvik/arrangementsstotte/instance")
	looks += citizen.dressedIn(own)
	worker.open("/inbox/" + nordvik)
	looks += worker.dressedIn(own)
	if looks != 12 {
		t.Errorf("axe looked %d times", looks)
	}
	t.Logf("axe looked %d times", looks)
}

// dressedIn looks at the page in every dress.
func (p *walker) dressedIn(own theme.Theme) (looks int) {
	p.t.Helper()
	for _, d := range []dress{{false, 360}, {true, 360}, {false, 1280}, {true, 1280}} {
		p.Dress(d.dark, d.width)
		for _, v := range p.Axe() {
			p.t.Errorf("%s, %+v: %v", p.path(), d, v)
		}
		looks++
		logo, line := own.Logo.Light.Name, "rgb(11, 93, 102)"
		if d.dark {
			logo, line = own.Logo.Dark.Name, "rgb(98, 179, 189)"
		}
		p.WaitForImage(".brand img", logo)
		if got := p.Computed(".top", "border-block-start-color"); got != line {
			p.t.Errorf("%s, %+v: the line on top is %s, want %s", p.path(), d, got, line)
		}
		if n := p.SidewaysScroll(); n > 0 {
			p.t.Errorf("%s, %+v: %d pixels of sideways scroll", p.path(), d, n)
		}
	}
	return looks
}

// TestTheme_IsReadAgainAndABrokenOneIsTold: while the server runs in development a changed colour is served,
// and with one that lacks contrast the pages look as everybody's and tell what is wrong.
func TestTheme_IsReadAgainAndABrokenOneIsTold(t *testing.T) {
	t.Parallel()
	folder, b := developing(t)
	was := "/static/theme/" + nordvikTheme(t).Style.Name
	soon(t, b, "/"+appA, was)
	file := filepath.Join(folder, "nordvik", "theme.json")
	rewrite(t, file, "#0b5d66", "#7a1f5c")
	soonThat(t, b, "/"+appA, "has another style sheet", func(body string) bool {
		return strings.Contains(body, "/static/theme/") && !strings.Contains(body, was)
	})
	rewrite(t, file, "#7a1f5c", "#ffd500")
	p := soon(t, b, "/"+appA, "the nearest colour that would do is #9e8300")
	if body := string(p.Body); strings.Contains(body, "/static/theme/") || !strings.Contains(body, "theme.json:2") {
		t.Errorf("a theme without contrast is served, or not told of: %s", body)
	}
}

func TestCheck_TellsOfAnOrganisationsTheme(t *testing.T) {
	t.Parallel()
	folder := tryCopy(t)
	rewrite(t, filepath.Join(folder, "nordvik", "theme.json"), `"light": "#0b5d66"`, `"light": "#ffd500"`)
	rewrite(t, filepath.Join(folder, "nordvik", "logo.svg"), "<title>", "<script/><title>")
	out, err := checkSays(t, folder)
	if err == nil {
		t.Error("a theme without contrast passes")
	}
	for _, want := range []string{
		"nordvik/theme.json:2: error: accent.light: in light, accent-base-default #ffd500 on neutral-surface-tinted",
		"nordvik/logo.svg:2: error: the element script may not stand in a logo", "[theme]",
		"8 apps loaded, 2 findings, 2 of them errors",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
