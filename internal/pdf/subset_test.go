package pdf

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// TestSubset_DrawsTheSame compares every kept outline with the font's own. The cut font has no
// character map, so glyphs are loaded by number.
func TestSubset_DrawsTheSame(t *testing.T) {
	t.Parallel()
	keep := regularFont.usualGlyphs()
	small, err := subset(goregular.TTF, keep)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := fontTables(small)
	if err != nil {
		t.Fatal(err)
	}
	at, err := outlines(tables)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := fontTables(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	wholeAt, err := outlines(whole)
	if err != nil {
		t.Fatal(err)
	}
	drawn := 0
	for g := range len(wholeAt) - 1 {
		want := whole["glyf"][wholeAt[g]:wholeAt[g+1]]
		got := tables["glyf"][at[g]:at[g+1]]
		if len(got) > 0 && !bytes.HasPrefix(got, want) {
			t.Errorf("glyph %d is drawn in another way", g)
		}
		if keep[sfnt.GlyphIndex(g)] && len(want) > 0 {
			drawn++
			if len(got) == 0 {
				t.Errorf("glyph %d is lost", g)
			}
		}
	}
	if drawn < 190 || len(small) > len(goregular.TTF)/2 {
		t.Errorf("%d glyphs are kept in %d of %d bytes", drawn, len(small), len(goregular.TTF))
	}
	t.Logf("checked %d glyphs; %d of %d bytes", drawn, len(small), len(goregular.TTF))
}

func TestParts_FollowsTheFlagsOfEachPart(t *testing.T) {
	t.Parallel()
	composite := []byte{0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0,
		0, moreParts | wordArguments, 0, 7, 0, 0, 0, 0,
		0, moreParts | oneScale, 0, 8, 0, 0, 0, 0,
		0, moreParts | twoScales, 0, 9, 0, 0, 0, 0, 0, 0,
		0, fourScales, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	}
	want := []sfnt.GlyphIndex{7, 8, 9, 256}
	if got := parts(composite); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	at := make([]int, 302)
	for i := 8; i < len(at); i++ {
		at[i] = len(composite)
	}
	// Glyph 7 is made of 8, 9, 256 and itself, which must not go round for ever.
	all := withParts(composite, at, map[sfnt.GlyphIndex]bool{7: true})
	if len(all) != 4 {
		t.Errorf("kept %v", all)
	}
	if got := parts([]byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); got != nil {
		t.Errorf("a simple outline has parts %v", got)
	}
}

func TestSubset_OfABrokenFontIsAnError(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 11, 40, 300, len(goregular.TTF) / 2} {
		if _, err := subset(goregular.TTF[:n], nil); err == nil {
			t.Errorf("%d bytes of a font are taken", n)
		}
	}
}

func TestBytes_WithAnUnusualLetterHasTheWholeFont(t *testing.T) {
	t.Parallel()
	size := func(text string) int {
		d := New("Søknad", "nb", time.Unix(0, 0))
		d.Paragraph(text)
		return len(d.Bytes())
	}
	nordic, greek := size("Årsmøte i Čáhcesuolu – 100 €"), size("Ωμέγα")
	if nordic > 60_000 || greek < nordic+20_000 {
		t.Errorf("a usual document is %d bytes, one in Greek %d", nordic, greek)
	}
}
