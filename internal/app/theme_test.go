package app_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/app"
)

const (
	goodTheme = `{
  "accent": { "light": "#0b5d66" },
  "logo": { "name": { "nb": "Et fyr", "nn": "Eit fyr", "en": "A lighthouse" } }
}`
	goodLogo = `<svg viewBox="0 0 36 40"><path fill="#0b5d66" d="M2 2h32v20z"/></svg>`
)

// organisation is a folder of an organisation's with a theme; empty files are not there.
func organisation(theme, logo, dark string) fstest.MapFS {
	files := fstest.MapFS{"nordvik/other.txt": {}}
	for name, data := range map[string]string{"theme.json": theme, "logo.svg": logo, "logo-dark.svg": dark} {
		if data != "" {
			files["nordvik/"+name] = &fstest.MapFile{Data: []byte(data)}
		}
	}
	return files
}

func TestLoadThemes_GivesColoursAndLogo(t *testing.T) {
	t.Parallel()
	themes, found := app.LoadThemes(organisation(goodTheme, goodLogo, goodLogo))
	if len(found) > 0 || len(themes) != 1 || themes[0].Org != "nordvik" {
		t.Fatalf("got %v, %v", themes, found)
	}
	one := themes[0]
	for _, part := range []string{
		"@layer app{:root,[data-color-scheme=light]{", "--ds-color-accent-base-default:#0b5d66;",
		"@media (prefers-color-scheme:dark){[data-color-scheme=auto]{", "--ds-color-accent-base-default:#5f959b;",
	} {
		if !strings.Contains(string(one.Style.Data), part) {
			t.Errorf("%s is not in %s", part, one.Style.Data)
		}
	}
	if l := one.Logo; l == nil || l.Width != 36 || l.Height != 40 || l.Names["nn"] != "Eit fyr" ||
		!strings.HasSuffix(l.Light.Name, ".svg") || l.Dark.Name != l.Light.Name {
		t.Errorf("got the logo %+v", l)
	}
	for name, files := range map[string]fstest.MapFS{
		"a colour alone": organisation(`{"accent": {"light": "#0b5d66", "dark": "#62b3bd"}}`, "", ""),
		"a logo alone":   organisation(`{"logo": {"name": {"nb": "a", "nn": "b", "en": "c"}}}`, goodLogo, ""),
	} {
		themes, found := app.LoadThemes(files)
		if len(found) > 0 || len(themes) != 1 || (themes[0].Style.Name == "") == (themes[0].Logo == nil) {
			t.Errorf("%s: got %+v, %v", name, themes, found)
		}
	}
}

func TestLoadThemes_NoneIsNothingWrong(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"no theme": {"nordvik/soknad/App/config/applicationmetadata.json": {Data: []byte("{}")}},
		"an app's own file": {"nordvik/App/config/applicationmetadata.json": {Data: []byte("{}")},
			"nordvik/theme.json": {Data: []byte("?")}},
	} {
		if themes, found := app.LoadThemes(files); len(themes)+len(found) > 0 {
			t.Errorf("%s: got %v, %v", name, themes, found)
		}
	}
	// One that stands a folder too high up would be nobody's, in silence.
	_, found := app.LoadThemes(fstest.MapFS{"theme.json": {Data: []byte(`{"accent": {"light": "#0b5d66"}}`)}})
	if len(found) != 1 || found[0].Severity != app.SeverityWarning || !strings.Contains(found[0].Message, "<org>/theme.json") {
		t.Errorf("got %v", found)
	}
}

// refusedThemes are changes to a good theme, with what is told of each.
var refusedThemes = map[string]struct {
	old, new string
	logo     string
	want     string
}{
	"unknown key":     {old: `"accent"`, new: `"accents"`, want: `theme.json:2: error: unknown key "accents": it may be accent, logo`},
	"unknown shade":   {old: `"light"`, new: `"bright"`, want: `theme.json:2: error: unknown key "bright": it may be light, dark`},
	"no light":        {old: `"light"`, new: `"dark"`, want: `theme.json:2: error: accent.light is missing`},
	"unknown of logo": {old: `"name"`, new: `"alt"`, want: `theme.json:3: error: unknown key "alt": it may be name`},
	"unknown tongue":  {old: `"nn"`, new: `"no"`, want: `theme.json:3: error: unknown key "no": it may be nb, nn, en`},
	"no name":         {old: `"Eit fyr"`, new: `" "`, want: `theme.json:3: error: logo.name.nn is missing: it is what is read aloud`},
	"long name":       {old: `Eit fyr`, new: strings.Repeat("fyr ", 30), want: `theme.json:3: error: logo.name.nn has 120 characters: 100 are the most`},
	"name of a kind":  {old: `"Eit fyr"`, new: `7`, want: `theme.json:3: error: logo.name must be a text, not a number`},
	"not a colour":    {old: `#0b5d66`, new: `teal`, want: `theme.json:2: error: accent.light: "teal" is not a colour such as #0b5d66`},
	"colour of a kind": {old: `"#0b5d66"`, new: `[]`,
		want: `theme.json:2: error: accent.light must be a text, not a list`},
	"accent of a kind": {old: `{ "light": "#0b5d66" }`, new: `"#0b5d66"`,
		want: `theme.json:2: error: accent must be an object, not a text`},
	"too light": {old: `#0b5d66`, new: `#ffd500`, want: `theme.json:2: error: accent.light: in light, accent-base-default ` +
		`#ffd500 on neutral-surface-tinted #e8e8e9 has a contrast of 1.16:1 and needs 3:1 (and 7 pairs more); the nearest ` +
		`colour that would do is #9e8300`},
	"too dark": {old: `"#0b5d66"`, new: `"#0b5d66",
    "dark": "#0b5d66"`, want: `theme.json:3: error: accent.dark: in dark, accent-base-default #0b5d66 on ` +
		`neutral-surface-tinted #2c2e31 has a contrast of 1.79:1 and needs 3:1 (and 7 pairs more); the nearest colour that ` +
		`would do is #408087`},
	"nothing": {old: goodTheme, new: `{}`, logo: "-", want: `theme.json:1: error: a theme has an accent, a logo or both`},
	"a list":  {old: goodTheme, new: `[]`, logo: "-", want: `theme.json:1: error: a theme must be an object, not a list`},
	"a comment": {old: `{
`, new: "{ // ours\n", want: `theme.json:1: error: not valid JSON`},
	"key twice":  {old: `"logo"`, new: `"accent"`, want: `theme.json:3: error: not valid JSON: the key "accent" stands twice`},
	"no drawing": {logo: "-", want: `theme.json:3: error: there is no logo.svg beside theme.json`},
	"no logo told of": {old: goodTheme, new: `{"accent": {"light": "#0b5d66"}}`,
		want: `logo.svg: error: theme.json has no logo: it tells what the drawing shows, in nb, nn, en`},
	"script": {logo: "<svg viewBox=\"0 0 9 9\">\n<script/></svg>",
		want: `logo.svg:2: error: the element script may not stand in a logo`},
	"not a drawing": {logo: "GIF89a", want: `logo.svg:1: error: text is not drawn`},
}

func TestLoadThemes_TellsWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	for name, c := range refusedThemes {
		logo := goodLogo
		if c.logo != "" {
			logo = strings.TrimPrefix(c.logo, "-")
		}
		file := goodTheme
		if c.old != "" {
			file = strings.Replace(goodTheme, c.old, c.new, 1)
		}
		themes, found := app.LoadThemes(organisation(file, logo, ""))
		told := ""
		for _, f := range found {
			told += f.String() + "\n"
		}
		if !strings.Contains(told, "nordvik/"+c.want) || len(themes) > 0 {
			t.Errorf("%s: got %d themes and\n%swant nordvik/%s", name, len(themes), told, c.want)
		}
	}
	t.Logf("checked %d themes", len(refusedThemes))
}

// FuzzLoadThemes: whatever the two files hold, nothing panics, every finding has a place, and a theme
// that is given is one without an error.
func FuzzLoadThemes(f *testing.F) {
	f.Add(goodTheme, goodLogo)
	for _, c := range refusedThemes {
		f.Add(strings.Replace(goodTheme, c.old, c.new, 1), c.logo)
	}
	f.Fuzz(func(t *testing.T, theme, logo string) {
		themes, found := app.LoadThemes(organisation(theme, logo, ""))
		for _, one := range found {
			if !strings.HasPrefix(one.File, "nordvik/") || one.Line < 0 || one.Message == "" || one.Do() == "" {
				t.Errorf("got %s", one)
			}
		}
		if len(themes) > 0 && (app.HasErrors(found) || !json.Valid([]byte(theme))) {
			t.Errorf("%s\nis a theme, with %v", theme, found)
		}
	})
}

// TestLoadThemes_OfTheExample: one organisation of the example has a theme, in both schemes and with a
// drawing for each.
func TestLoadThemes_OfTheExample(t *testing.T) {
	t.Parallel()
	themes, found := app.LoadThemes(os.DirFS("../../apps"))
	if len(found) > 0 || len(themes) != 1 || themes[0].Logo == nil || themes[0].Logo.Dark.Name == "" {
		t.Fatalf("got %+v, %v", themes, found)
	}
	if n := len(themes[0].Style.Data); n > 4<<10 {
		t.Errorf("the style sheet has %d bytes", n)
	}
}
