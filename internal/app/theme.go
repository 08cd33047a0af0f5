package app

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"stafett/internal/theme"
)

// The files of an organisation's theme, in the folder that its apps stand in.
const (
	themeFile    = "theme.json"
	logoFile     = "logo.svg"
	logoDarkFile = "logo-dark.svg"
)

// logoLanguages are the languages that a logo's name is told in.
var logoLanguages = []string{"nb", "nn", "en"}

// maxLogoName is how long the name of a logo may be, in characters: it is read aloud on each page.
const maxLogoName = 100

// LoadThemes loads the theme of every organisation that has one, <org>/theme.json. A theme with an
// error is left out, and the organisation's pages look as everybody's.
func LoadThemes(fsys fs.FS) ([]theme.Theme, []Finding) {
	var themes []theme.Theme
	var all findings
	paths, err := fs.Glob(fsys, "*/"+themeFile)
	if err != nil {
		all.add(".", 0, SeverityError, "%v", err)
	}
	if _, err := fs.Stat(fsys, themeFile); err == nil {
		_, found := LoadTheme(fsys)
		all.list = append(all.list, found...)
		all.tell(CodeTheme, &value{file: themeFile}, SeverityWarning,
			"no page looks so: a theme stands in its organisation's folder, <org>/%s", themeFile)
	}
	for _, p := range paths {
		org := path.Dir(p)
		sub, err := fs.Sub(fsys, org)
		if err != nil {
			all.add(p, 0, SeverityError, "cannot be read: %v", err)
			continue
		}
		if HasApp(sub) {
			continue // an app's own folder, whose files are its own
		}
		t, found := LoadTheme(sub)
		for _, f := range found {
			f.File = path.Join(org, f.File)
			all.list = append(all.list, f)
		}
		if !HasErrors(found) {
			t.Org = org
			themes = append(themes, t)
		}
	}
	return themes, all.sorted()
}

// LoadTheme loads the theme that stands in an organisation's folder, without the organisation's code.
// One with an error is not to be used; the zero Theme is given where there is none.
func LoadTheme(fsys fs.FS) (theme.Theme, []Finding) {
	r := &reader{fsys: fsys}
	raw, ok := r.bytes(themeFile)
	if !ok {
		return theme.Theme{}, r.sorted()
	}
	// Comments are not passed over here: no file of Altinn's is of this kind.
	v := r.object(r.parse(themeFile, raw), "a theme")
	r.known(v, "accent", "logo")
	t := theme.Theme{Style: r.readAccent(v.get("accent")), Logo: r.readLogo(v.get("logo"))}
	if v != nil && v.get("accent") == nil && v.get("logo") == nil {
		r.wrongTheme(v, "a theme has an accent, a logo or both")
	}
	return t, r.sorted()
}

func (r *reader) wrongTheme(v *value, format string, args ...any) {
	r.tell(CodeTheme, v, SeverityError, format, args...)
}

// readAccent reads the colours, and holds every pair that comes of them to its contrast.
func (r *reader) readAccent(v *value) theme.File {
	v = r.object(v, "accent")
	if v == nil {
		return theme.File{}
	}
	r.known(v, "light", "dark")
	light, ok := r.color(v.get("light"), "accent.light")
	if v.get("light") == nil {
		r.wrongTheme(v, "accent.light is missing: the one for dark may be left out, and is then derived from it")
	}
	dark, given := theme.DarkOf(light), v.get("dark") != nil
	if given {
		var is bool
		dark, is = r.color(v.get("dark"), "accent.dark")
		ok = ok && is
	}
	if !ok {
		return theme.File{}
	}
	if p := theme.Check(theme.Light, light); p != nil {
		r.wrongTheme(v.get("light"), "accent.light: %s", p)
	}
	if p := theme.Check(theme.Dark, dark); p != nil && given {
		r.wrongTheme(v.get("dark"), "accent.dark: %s", p)
	}
	return theme.NewStyle(theme.Accent{Light: light, Dark: dark})
}

func (r *reader) color(v *value, what string) (theme.Color, bool) {
	if v == nil || !r.is(v, kindText, what) {
		return theme.Color{}, false
	}
	c, err := theme.ParseColor(v.text)
	if err != nil {
		r.wrongTheme(v, "%s: %v", what, err)
	}
	return c, err == nil
}

// readLogo reads the drawings that stand beside the file, and what they are called.
func (r *reader) readLogo(v *value) *theme.Logo {
	light, dark := r.drawing(logoFile), r.drawing(logoDarkFile)
	v = r.object(v, "logo")
	if v == nil {
		for name, d := range map[string]*theme.Drawing{logoFile: light, logoDarkFile: dark} {
			if d != nil {
				r.tell(CodeTheme, &value{file: name}, SeverityError,
					"%s has no logo: it tells what the drawing shows, in %s", themeFile, strings.Join(logoLanguages, ", "))
			}
		}
		return nil
	}
	r.known(v, "name")
	names := r.logoNames(v)
	if light == nil {
		if _, err := fs.Stat(r.fsys, logoFile); errors.Is(err, fs.ErrNotExist) {
			r.wrongTheme(v, "there is no %s beside %s", logoFile, themeFile)
		}
		return nil
	}
	return theme.NewLogo(*light, dark, names)
}

func (r *reader) logoNames(v *value) map[string]string {
	name := r.object(v.get("name"), "logo.name")
	r.known(name, logoLanguages...)
	names := r.texts(name, "logo.name")
	at := name
	if at == nil {
		at = v
	}
	for _, lang := range logoLanguages {
		switch n := len([]rune(names[lang])); {
		case strings.TrimSpace(names[lang]) == "":
			r.wrongTheme(at, "logo.name.%s is missing: it is what is read aloud in place of the logo", lang)
		case n > maxLogoName:
			r.wrongTheme(name.get(lang), "logo.name.%s has %d characters: %d are the most", lang, n, maxLogoName)
		}
	}
	return names
}

// drawing reads a drawing; nil where there is none, or where it is wrong, which is a finding.
func (r *reader) drawing(name string) *theme.Drawing {
	raw, ok := r.bytes(name)
	if !ok {
		return nil
	}
	d, err := theme.ReadDrawing(raw)
	if wrong, ok := errors.AsType[*theme.DrawingError](err); ok {
		r.tell(CodeTheme, &value{file: name, line: wrong.Line}, SeverityError, "%s", wrong.Reason)
		return nil
	}
	return &d
}
