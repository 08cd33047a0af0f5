package browsertest

import (
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// form is a page with one of each control, and scripting that only adds.
const form = `<!doctype html>
<html lang="nb"><head><title>Skjema</title><link rel="stylesheet" href="/style.css">
<script src="/script.js" defer></script></head><body><main>
<h1>Skjema</h1><p id="scripted">uten skript</p><p id="scheme"></p>
<form method="post" action="/send" enctype="multipart/form-data">
<p><label for="navn">Navn <span>Må fylles ut</span></label> <input id="navn" name="navn" value="før"></p>
<p><label for="dato">Dato</label> <input id="dato" name="dato" type="date"></p>
<p><label for="om">Om</label> <textarea id="om" name="om"></textarea></p>
<p><label for="sted">Sted</label> <select id="sted" name="sted"><option value="">Velg</option>
<option value="1">Nordvik</option></select></p>
<fieldset><legend>Alene?</legend>
<label><input type="radio" name="alene" value="ja"> Ja</label>
<label><input type="radio" name="alene" value="nei"> Nei</label></fieldset>
<p><label for="fil">Vedlegg</label> <input type="file" id="fil" name="fil"></p>
<p><button>Send inn</button></p></form>
<p><a href="/?side=2">Neste side</a></p></main></body></html>`

const style = `.faint { color: #ddd } #scheme::before { content: "light" } body { max-width: 40rem }
@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } a { color: #8cf }
input, textarea, select, button { background: #222; color: #fff } }`

// site answers with the form, with what was sent, and with pages that have something wrong.
func site(t *testing.T) string {
	t.Helper()
	pages := map[string]string{
		"/":          form,
		"/wrong":     strings.Replace(form, "<h1>", `<img src="/style.css"><h1>`, 1),
		"/inline":    strings.Replace(form, "<h1>", `<h1 style="color: red">`, 1),
		"/throws":    strings.Replace(form, "/script.js", "/throws.js", 1),
		"/wide":      strings.Replace(form, "<main>", "<main><pre>"+strings.Repeat("x", 500)+"</pre>", 1),
		"/covered":   strings.Replace(form, "<h1>", `<dialog open class="cover">Over</dialog><h1>`, 1),
		"/style.css": style + ".cover { position: fixed; inset: 0; width: 100vw; height: 100vh }",
		"/script.js": `document.getElementById('scripted').textContent = 'med skript';`,
		"/throws.js": `throw new Error('planted');`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'")
		body, ok := pages[r.URL.Path]
		switch {
		case r.URL.Path == "/send":
			answer(w, r)
			return
		case !ok:
			w.WriteHeader(http.StatusNotFound)
			body = "<!doctype html><title>Nei</title><p>Fins ikke</p>"
		case strings.HasSuffix(r.URL.Path, ".css"):
			w.Header().Set("Content-Type", "text/css")
		case strings.HasSuffix(r.URL.Path, ".js"):
			w.Header().Set("Content-Type", "text/javascript")
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// answer shows what a form sent.
func answer(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	names := []string{}
	for _, f := range r.MultipartForm.File["fil"] {
		names = append(names, f.Filename)
	}
	w.WriteHeader(http.StatusUnprocessableEntity)
	fmt.Fprintf(w, "<!doctype html><html lang=nb><title>Svar</title><main><h1>Svar</h1><p id=svar>"+
		"%s|%s|%s|%s|%s|%s</p><p id=lang>%s</p></main>", r.FormValue("navn"), r.FormValue("dato"),
		r.FormValue("om"), r.FormValue("sted"), r.FormValue("alene"), strings.Join(names, ","),
		r.Header.Get("Accept-Language"))
}

func TestTab_FillsInAndSendsAForm(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	file := filepath.Join(t.TempDir(), "kart.txt")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, js := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripting %v", js), func(t *testing.T) {
			t.Parallel()
			tab := b.Tab(t, Options{JS: js, Language: "nn"})
			tab.Open(address)
			want := map[bool]string{true: "med skript", false: "uten skript"}[js]
			tab.WaitForText("#scripted", want)
			tab.Fill("Navn", "Kari Ærlig")
			tab.Fill("Dato", "2026-12-03")
			tab.Fill("Om", "to\nlinjer")
			tab.Select("Sted", "Nordvik")
			tab.Choose("Nei")
			tab.Upload("Vedlegg", file)
			if got := tab.Value("Navn"); got != "Kari Ærlig" {
				t.Errorf("Navn holds %q", got)
			}
			tab.Click("Send inn")
			if got := tab.Text("#svar"); got != "Kari Ærlig|2026-12-03|to linjer|1|nei|kart.txt" {
				t.Errorf("the server got %q", got)
			}
			if got := tab.Text("#lang"); got != "nn" {
				t.Errorf("language %q, want nn", got)
			}
			if tab.Status() != http.StatusUnprocessableEntity || tab.Title() != "Svar" {
				t.Errorf("status %d, title %q", tab.Status(), tab.Title())
			}
			if problems := tab.Problems(); len(problems) > 0 {
				t.Errorf("problems on a page without: %v", problems)
			}
			tab.Back()
			tab.Fill("Navn", "")
			tab.Submit("Navn")
			if got := tab.Text("#svar"); !strings.HasPrefix(got, "|") {
				t.Errorf("after emptying, the server got %q", got)
			}
		})
	}
}

func TestAxe_FindsWhatIsWrongAndNothingElse(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	checked := 0
	for _, o := range []Options{{JS: true}, {JS: false}, {JS: true, Dark: true}, {Dark: true}} {
		tab := b.Tab(t, o)
		tab.Open(address)
		if got := tab.Axe(); len(got) > 0 {
			t.Errorf("%+v: violations on a page without: %v", o, got)
		}
		tab.Open(address + "/wrong")
		found := tab.Axe()
		is := func(v Violation) bool { return v.ID == "image-alt" && len(v.Nodes) == 1 }
		if !slices.ContainsFunc(found, is) {
			t.Errorf("%+v: found %v, want the image without a text", o, found)
		}
		scripted := evaluate[bool](tab, "matchMedia('(scripting: enabled)').matches")
		if scripted != o.JS {
			t.Errorf("%+v: after axe, the page takes scripting for %v", o, scripted)
		}
		checked += 2
	}
	t.Logf("axe saw %d pages", checked)
}

func TestProblems_AreErrorsAndViolationsOfThePolicy(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	cases := []struct{ path, want string }{
		{"/inline", "security"}, {"/throws", "planted"}, {"/missing", ""}, {"/", ""},
	}
	for _, c := range cases {
		tab := b.Tab(t, Options{JS: true})
		tab.Open(address + c.path)
		got := strings.Join(tab.Problems(), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.path, got, c.want)
		}
	}
	t.Logf("checked %d pages", len(cases))
}

func TestTab_IsAsItsOptionsSay(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	tab := b.Tab(t, Options{JS: true, Dark: true, Width: 320, Height: 600})
	tab.Open(address + "/")
	size := evaluate[string](tab, "`${innerWidth}x${innerHeight}`")
	dark := evaluate[bool](tab, "matchMedia('(prefers-color-scheme: dark)').matches")
	if size != "320x600" || !dark {
		t.Errorf("window %s, dark %v", size, dark)
	}
	if got := tab.SidewaysScroll(); got != 0 {
		t.Errorf("a narrow page scrolls %d pixels sideways", got)
	}
	picture := filepath.Join(t.TempDir(), "page.png")
	tab.Screenshot(picture)
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if config, err := png.DecodeConfig(f); err != nil || config.Width != 320 {
		t.Errorf("picture %d wide, %v: want 320", config.Width, err)
	}
	tab.Open(address + "/wide")
	if got := tab.SidewaysScroll(); got <= 0 {
		t.Errorf("a wide page scrolls %d pixels sideways", got)
	}
}

func TestTab_FindsOnlyWhatAPersonCouldPress(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	tab := b.Tab(t, Options{JS: true})
	tab.Open(address)
	if _, err := tab.named("Send", pressable); err != nil {
		t.Errorf("by the beginning of its name: %v", err)
	}
	if _, err := tab.named("send inn", pressable); err == nil ||
		!strings.Contains(err.Error(), `"Send inn"`) {
		t.Errorf("by a name it does not have: %v, want the names that are there", err)
	}
	tab.Click("Neste side")
	if got := tab.URL(); got != address+"/?side=2" {
		t.Errorf("at %s after the link", got)
	}
	tab.Open(address + "/covered")
	e, err := tab.named("Send inn", pressable)
	if err == nil {
		_, _, err = tab.middle(e)
	}
	if err == nil || !strings.Contains(err.Error(), "covered") {
		t.Errorf("a covered button: %v, want that told", err)
	}
}

func TestBrowser_WritesNothingBesideTheTests(t *testing.T) {
	t.Parallel()
	b, address := Start(t), site(t)
	b.Tab(t, Options{JS: true}).Open(address)
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != ".go" {
			t.Errorf("%s lies among the sources", e.Name())
		}
	}
	t.Logf("checked %d files", len(entries))
}

func TestUnpackOnce_NpmsBrowserIsWholeAndKept(t *testing.T) {
	t.Parallel()
	program, err := npmProgram()
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(program.path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := npmProgram()
	if err != nil || again.path != program.path {
		t.Fatalf("second time %s, %v", again.path, err)
	}
	after, err := os.Stat(again.path)
	if err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("unpacked twice: %v, %v, %v", before.ModTime(), after.ModTime(), err)
	}
}
