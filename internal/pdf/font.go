package pdf

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface is a font that is parsed once, and whose glyphs and widths are looked up once for
// all documents.
type typeface struct {
	font  *sfnt.Font
	units float64

	// whole and cut are the font file as it stands in documents, made at its first use: cut has
	// the usual characters only, and is for documents without others.
	whole, cut func() fontFile

	mu    sync.RWMutex
	known map[rune]glyph
	buf   sfnt.Buffer
}

// fontFile is a font file as a document embeds it.
type fontFile struct {
	// length is the file's own, deflated the file as it is stored. Compressing it is most of the
	// work of writing a PDF.
	length   int
	deflated []byte
	// glyphs are those that it has; nil for all.
	glyphs map[sfnt.GlyphIndex]bool
}

type glyph struct {
	index sfnt.GlyphIndex
	// advance is in thousandths of the text size.
	advance float64
	// shown is the rune that the glyph stands for: a question mark where the font has none.
	shown rune
}

var (
	regularFont = newTypeface(goregular.TTF)
	boldFont    = newTypeface(gobold.TTF)
)

func newTypeface(data []byte) *typeface {
	f, err := sfnt.Parse(data)
	if err != nil {
		panic("pdf: a font of the Go fonts does not parse: " + err.Error())
	}
	t := &typeface{font: f, units: float64(f.UnitsPerEm()), known: map[rune]glyph{}}
	t.whole = sync.OnceValue(func() fontFile {
		return fontFile{length: len(data), deflated: deflate(data)}
	})
	t.cut = sync.OnceValue(func() fontFile {
		keep := t.usualGlyphs()
		small, err := subset(data, keep)
		if err != nil {
			return t.whole()
		}
		return fontFile{length: len(small), deflated: deflate(small), glyphs: keep}
	})
	return t
}

// file gives the smallest font file that has all that the document uses.
func (f *face) file() fontFile {
	cut := f.cut()
	for g := range f.used {
		if cut.glyphs != nil && !cut.glyphs[g] {
			return f.whole()
		}
	}
	return cut
}

func (t *typeface) glyph(r rune) glyph {
	t.mu.RLock()
	g, ok := t.known[r]
	t.mu.RUnlock()
	if ok {
		return g
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	g = t.look(r)
	t.known[r] = g
	return g
}

func (t *typeface) look(r rune) glyph {
	index, err := t.font.GlyphIndex(&t.buf, r)
	if err != nil || index == 0 {
		if r == '?' {
			return glyph{}
		}
		return t.look('?')
	}
	advance, err := t.font.GlyphAdvance(&t.buf, index, fixed.I(int(t.units)), font.HintingNone)
	if err != nil {
		return glyph{index: index, shown: r}
	}
	return glyph{index: index, advance: float64(advance) / 64 / t.units * 1000, shown: r}
}

// face is a typeface in one document: it remembers which glyphs were used.
type face struct {
	*typeface
	name, resource string
	used           map[sfnt.GlyphIndex]glyph
	// seen spares the shared map's lock for what this document has looked up already.
	seen map[rune]glyph
}

func (t *typeface) face(name string) *face {
	resource := "F0"
	if t == boldFont {
		resource = "F1"
	}
	return &face{
		typeface: t, name: name, resource: resource,
		used: map[sfnt.GlyphIndex]glyph{}, seen: map[rune]glyph{},
	}
}

func (f *face) glyph(r rune) glyph {
	g, ok := f.seen[r]
	if !ok {
		g = f.typeface.glyph(r)
		f.seen[r] = g
	}
	return g
}

func (f *face) width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += f.glyph(r).advance
	}
	return w * size / 1000
}

// glyphs gives the text as hexadecimal glyph numbers, and remembers them.
func (f *face) glyphs(s string) string {
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, 4*len(s))
	for _, r := range s {
		g := f.glyph(r)
		f.used[g.index] = g
		b = append(b, hex[g.index>>12&15], hex[g.index>>8&15], hex[g.index>>4&15], hex[g.index&15])
	}
	return string(b)
}
