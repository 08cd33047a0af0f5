package pdf

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"golang.org/x/image/font/sfnt"
)

// usual are the characters beyond Latin-1 that texts in Norwegian and the Sámi languages hold:
// nearly every document does with these, so the fonts are cut down to them once.
const usual = "ČčĐđŊŋŠšŦŧŽžŒœ–—‘’‚“”„•…€™−←→≤≥"

// usualGlyphs gives the glyphs of the usual characters.
func (t *typeface) usualGlyphs() map[sfnt.GlyphIndex]bool {
	keep := map[sfnt.GlyphIndex]bool{0: true}
	for r := ' '; r <= 'ÿ'; r++ {
		keep[t.glyph(r).index] = true
	}
	for _, r := range usual {
		keep[t.glyph(r).index] = true
	}
	return keep
}

// needed are the tables of a font that is embedded in a PDF with Identity-H (ISO 32000-1, 9.9).
var needed = []string{"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}

// errFont tells that a font file is not what its own tables say.
var errFont = errors.New("pdf: a font's tables do not fit together")

// subset gives a TrueType font with only the outlines to keep and what these are made of. The
// glyphs keep their numbers.
func subset(data []byte, keep map[sfnt.GlyphIndex]bool) ([]byte, error) {
	tables, err := fontTables(data)
	if err != nil {
		return nil, err
	}
	at, err := outlines(tables)
	if err != nil {
		return nil, err
	}
	glyf := tables["glyf"]
	keep = withParts(glyf, at, keep)
	var cut []byte
	loca := make([]byte, 0, 4*len(at))
	for g := range len(at) - 1 {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(cut)))
		if keep[sfnt.GlyphIndex(g)] {
			cut = append(cut, glyf[at[g]:at[g+1]]...)
			cut = append(cut, make([]byte, -len(cut)&3)...)
		}
	}
	tables["glyf"] = cut
	tables["loca"] = binary.BigEndian.AppendUint32(loca, uint32(len(cut)))
	head := slices.Clone(tables["head"])
	// The offsets are long ones now.
	binary.BigEndian.PutUint16(head[50:], 1)
	tables["head"] = head
	return assemble(tables), nil
}

// fontTables gives the needed tables that the font has.
func fontTables(data []byte) (map[string][]byte, error) {
	if len(data) < 12 {
		return nil, errFont
	}
	tables := map[string][]byte{}
	count := int(binary.BigEndian.Uint16(data[4:]))
	for i := range count {
		entry := 12 + 16*i
		if len(data) < entry+16 {
			return nil, errFont
		}
		from := int(binary.BigEndian.Uint32(data[entry+8:]))
		to := from + int(binary.BigEndian.Uint32(data[entry+12:]))
		if to > len(data) {
			return nil, errFont
		}
		if name := string(data[entry : entry+4]); slices.Contains(needed, name) {
			tables[name] = data[from:to]
		}
	}
	return tables, nil
}

// outlines gives where each glyph's outline begins, and the end of the last.
func outlines(tables map[string][]byte) ([]int, error) {
	head, loca := tables["head"], tables["loca"]
	if len(head) < 54 || len(tables["maxp"]) < 6 {
		return nil, errFont
	}
	count := int(binary.BigEndian.Uint16(tables["maxp"][4:]))
	long := binary.BigEndian.Uint16(head[50:]) != 0
	at := make([]int, count+1)
	for g := range at {
		switch {
		case long && len(loca) >= 4*g+4:
			at[g] = int(binary.BigEndian.Uint32(loca[4*g:]))
		case !long && len(loca) >= 2*g+2:
			at[g] = 2 * int(binary.BigEndian.Uint16(loca[2*g:]))
		default:
			return nil, errFont
		}
		if at[g] > len(tables["glyf"]) || g > 0 && at[g] < at[g-1] {
			return nil, errFont
		}
	}
	return at, nil
}

// withParts adds the glyphs that composite ones are made of.
func withParts(
	glyf []byte, at []int, keep map[sfnt.GlyphIndex]bool,
) map[sfnt.GlyphIndex]bool {
	all := map[sfnt.GlyphIndex]bool{}
	var add func(g sfnt.GlyphIndex)
	add = func(g sfnt.GlyphIndex) {
		if all[g] || int(g) >= len(at)-1 {
			return
		}
		all[g] = true
		for _, part := range parts(glyf[at[g]:at[g+1]]) {
			add(part)
		}
	}
	for g := range keep {
		add(g)
	}
	return all
}

// The flags of a composite glyph's part (OpenType, glyf table).
const (
	wordArguments = 0x0001
	oneScale      = 0x0008
	moreParts     = 0x0020
	twoScales     = 0x0040
	fourScales    = 0x0080
)

// parts gives the glyphs that an outline is made of; none for a simple one.
func parts(outline []byte) []sfnt.GlyphIndex {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	var list []sfnt.GlyphIndex
	for i := 10; i+4 <= len(outline); {
		flags := binary.BigEndian.Uint16(outline[i:])
		list = append(list, sfnt.GlyphIndex(binary.BigEndian.Uint16(outline[i+2:])))
		if flags&moreParts == 0 {
			break
		}
		i += 6
		if flags&wordArguments != 0 {
			i += 2
		}
		switch {
		case flags&oneScale != 0:
			i += 2
		case flags&twoScales != 0:
			i += 4
		case flags&fourScales != 0:
			i += 8
		}
	}
	return list
}

// assemble writes a font file of the tables.
func assemble(tables map[string][]byte) []byte {
	var names []string
	for _, name := range needed {
		if tables[name] != nil {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	log := 0
	for 1<<(log+1) <= len(names) {
		log++
	}
	out := []byte{0, 1, 0, 0}
	for _, n := range []int{len(names), 16 << log, log, 16 * (len(names) - 1<<log)} {
		out = binary.BigEndian.AppendUint16(out, uint16(n))
	}
	from := len(out) + 16*len(names)
	for _, name := range names {
		table := tables[name]
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, tableSum(table))
		out = binary.BigEndian.AppendUint32(out, uint32(from))
		out = binary.BigEndian.AppendUint32(out, uint32(len(table)))
		from += len(table) + -len(table)&3
	}
	for _, name := range names {
		out = append(out, tables[name]...)
		out = append(out, make([]byte, -len(out)&3)...)
	}
	return out
}

// tableSum is the checksum of a table.
func tableSum(table []byte) uint32 {
	sum := uint32(0)
	for i := 0; i < len(table); i += 4 {
		var word [4]byte
		copy(word[:], table[i:])
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
