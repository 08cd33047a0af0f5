package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
)

// File is something of a theme's that is served; its name holds a hash of what is in it.
type File struct {
	Name, ContentType string
	Data              []byte
}

// Logo is an organisation's mark beside its name.
type Logo struct {
	Light File
	// Dark is what is shown in dark; without one the light one is, on a white ground.
	Dark File
	// Names tells what it shows, by language, to who does not see it.
	Names map[string]string
	// Width and Height are its sides as it is shown, in CSS pixels.
	Width, Height int
}

// Theme is how one organisation's pages look.
type Theme struct {
	// Org is the service owner's code.
	Org string
	// Style is the style sheet; its name is empty where a theme has no colour.
	Style File
	// Logo is nil where a theme has none.
	Logo *Logo
}

// Accent is an organisation's colour.
type Accent struct{ Light, Dark Color }

// logoHeight is how high a logo is shown, in CSS pixels, and logoWidth how wide at most: the header of
// a phone has no more.
const (
	logoHeight = 40
	logoWidth  = 96
)

// NewStyle writes the style sheet of an accent. It stands in the layer above the design system's and
// below that of media, so that paper and forced colours win over it.
func NewStyle(a Accent) File {
	light, dark := variables(Light, a.Light), variables(Dark, a.Dark)
	return newFile("text/css; charset=utf-8", "css", []byte("@layer app{"+
		":root,[data-color-scheme=light]{"+light+"}"+
		"[data-color-scheme=dark]{"+dark+"}"+
		"@media (prefers-color-scheme:dark){[data-color-scheme=auto]{"+dark+"}}"+
		"@media screen{.top{border-block-start:4px solid var(--ds-color-accent-base-default)}}}\n"))
}

func variables(scheme Scheme, accent Color) string {
	var b strings.Builder
	shades := ShadesOf(scheme, accent)
	for _, name := range slices.Sorted(maps.Keys(shades)) {
		if strings.HasPrefix(name, "accent-") {
			fmt.Fprintf(&b, "--ds-color-%s:%s;", name, shades[name])
		}
	}
	return strings.TrimSuffix(b.String(), ";")
}

// NewLogo gives a logo of a drawing, of one for dark, which may be nil, and of its names.
func NewLogo(d Drawing, dark *Drawing, names map[string]string) *Logo {
	const svg = "image/svg+xml"
	l := &Logo{Light: newFile(svg, "svg", d.SVG), Names: names, Height: logoHeight}
	l.Width = int(logoHeight*d.Width/d.Height + .5)
	if l.Width > logoWidth {
		l.Width, l.Height = logoWidth, int(logoWidth*d.Height/d.Width+.5)
	}
	if dark != nil {
		l.Dark = newFile(svg, "svg", dark.SVG)
	}
	return l
}

func newFile(contentType, ext string, data []byte) File {
	sum := sha256.Sum256(data)
	return File{hex.EncodeToString(sum[:8]) + "." + ext, contentType, data}
}

// Shelf holds the themes in force. It is safe for concurrent use, and its zero value has none.
type Shelf struct {
	current atomic.Pointer[shelved]
}

type shelved struct {
	themes map[string]Theme
	files  map[string]File
}

// Put puts themes in force, in place of those that were; of two of one organisation the later counts.
func (s *Shelf) Put(list []Theme) {
	next := &shelved{map[string]Theme{}, map[string]File{}}
	for _, t := range list {
		next.themes[t.Org] = t
	}
	for _, t := range next.themes {
		next.files[t.Style.Name] = t.Style
		if t.Logo != nil {
			next.files[t.Logo.Light.Name], next.files[t.Logo.Dark.Name] = t.Logo.Light, t.Logo.Dark
		}
	}
	delete(next.files, "")
	s.current.Store(next)
}

// Of gives an organisation's theme; the zero Theme, which changes nothing, where it has none.
func (s *Shelf) Of(org string) Theme {
	if now := s.current.Load(); now != nil {
		return now.themes[org]
	}
	return Theme{}
}

// File gives the file of that name; ok is false where no theme in force has it.
func (s *Shelf) File(name string) (f File, ok bool) {
	if now := s.current.Load(); now != nil {
		f, ok = now.files[name]
	}
	return f, ok
}
