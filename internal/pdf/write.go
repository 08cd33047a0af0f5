package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// writer writes the objects of a file and remembers where each begins.
type writer struct {
	out     bytes.Buffer
	offsets []int
}

// object gives the number of a new object, which is written later.
func (w *writer) object() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *writer) put(object int, format string, args ...any) {
	w.offsets[object-1] = w.out.Len()
	fmt.Fprintf(&w.out, "%d 0 obj\n"+format+"\nendobj\n", append([]any{object}, args...)...)
}

func (w *writer) stream(object int, dictionary string, content []byte) {
	w.offsets[object-1] = w.out.Len()
	fmt.Fprintf(&w.out, "%d 0 obj\n<<%s /Length %d>>\nstream\n", object, dictionary, len(content))
	w.out.Write(content)
	w.out.WriteString("\nendstream\nendobj\n")
}

func (w *writer) compressed(object int, dictionary string, content []byte) {
	w.stream(object, dictionary+" /Filter /FlateDecode", deflate(content))
}

// compressors are reused: each one allocates more than a page of text takes.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	z := compressors.Get().(*zlib.Writer)
	defer compressors.Put(z)
	z.Reset(&out)
	// A bytes.Buffer takes every write.
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// Bytes writes the file.
func (d *Document) Bytes() []byte {
	w := &writer{}
	w.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	catalog, pages, meta, tree, outline := w.object(), w.object(), w.object(), w.object(), w.object()
	d.footers()
	fonts := [2]int{writeFont(w, d.regular), writeFont(w, d.bold)}
	objects := d.writePages(w, pages, fonts)
	d.writeTree(w, tree, objects)
	d.writeOutline(w, outline, objects)
	w.stream(meta, "/Type /Metadata /Subtype /XML", d.metadata())
	w.put(catalog, "<</Type /Catalog /Pages %d 0 R /Metadata %d 0 R /MarkInfo <</Marked true>>"+
		" /StructTreeRoot %d 0 R /Lang %s /ViewerPreferences <</DisplayDocTitle true>>"+
		" /Outlines %d 0 R>>", pages, meta, tree, pdfText(d.lang), outline)
	info := w.object()
	stamp := d.created.UTC().Format("D:20060102150405Z")
	w.put(info, "<</Title %s /CreationDate (%s) /ModDate (%s)>>", pdfText(d.title), stamp, stamp)
	return w.finish(catalog, info)
}

func (w *writer) finish(catalog, info int) []byte {
	start := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, o := range w.offsets {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", o)
	}
	id := fmt.Sprintf("%X", sha256.Sum256(w.out.Bytes()))[:32]
	fmt.Fprintf(&w.out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]>>\n"+
		"startxref\n%d\n%%%%EOF\n", len(w.offsets)+1, catalog, info, id, id, start)
	return w.out.Bytes()
}

// footers puts title and page number at the foot of each page, as artifacts.
func (d *Document) footers() {
	for i, page := range d.pages {
		text := fmt.Sprintf("%s – %d/%d", d.title, i+1, len(d.pages))
		fmt.Fprintf(page, "/Artifact <</Type /Pagination /Subtype /Footer>> BDC"+
			" BT /CS0 cs 0.35 sc /F0 8 Tf %.2f 30 Td <%s> Tj ET EMC\n", margin, d.regular.glyphs(text))
	}
}

func (d *Document) writePages(w *writer, parent int, fonts [2]int) []int {
	objects := make([]int, len(d.pages))
	for i := range objects {
		objects[i] = w.object()
	}
	for i, page := range d.pages {
		content := w.object()
		w.compressed(content, "", page.Bytes())
		w.put(objects[i], "<</Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R"+
			" /StructParents %d /Tabs /S /Resources <</Font <</F0 %d 0 R /F1 %d 0 R>>"+
			" /ColorSpace <</CS0 [/CalGray <</WhitePoint [0.9505 1 1.089] /Gamma 2.2>>]>>>>>>",
			parent, pageWidth, pageHeight, content, i, fonts[0], fonts[1])
	}
	w.put(parent, "<</Type /Pages /Count %d /Kids [%s]>>", len(objects), references(objects))
	return objects
}

func references(objects []int) string {
	var b strings.Builder
	for _, o := range objects {
		fmt.Fprintf(&b, "%d 0 R ", o)
	}
	return b.String()
}

// writeTree writes the structure tree: what a screen reader reads, in order.
func (d *Document) writeTree(w *writer, root int, pages []int) {
	parents := w.object()
	d.root.number(w)
	d.root.write(w, root, pages)
	var nums strings.Builder
	for i, elements := range d.parents {
		fmt.Fprintf(&nums, "%d [", i)
		for _, n := range elements {
			fmt.Fprintf(&nums, "%d 0 R ", n.object)
		}
		nums.WriteString("] ")
	}
	w.put(parents, "<</Nums [%s]>>", nums.String())
	w.put(root, "<</Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d>>",
		d.root.object, parents, len(d.parents))
}

func (n *node) number(w *writer) {
	n.object = w.object()
	for _, c := range n.children {
		c.number(w)
	}
}

func (n *node) write(w *writer, parent int, pages []int) {
	var kids strings.Builder
	for _, m := range n.marks {
		fmt.Fprintf(&kids, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", pages[m.page], m.id)
	}
	for _, c := range n.children {
		fmt.Fprintf(&kids, "%d 0 R ", c.object)
	}
	w.put(n.object, "<</Type /StructElem /S /%s /P %d 0 R %s /K [%s]>>",
		n.tag, parent, n.attributes, kids.String())
	for _, c := range n.children {
		c.write(w, n.object, pages)
	}
}

func (d *Document) writeOutline(w *writer, root int, pages []int) {
	if len(d.outline) == 0 {
		w.put(root, "<</Type /Outlines /Count 0>>")
		return
	}
	items := make([]int, len(d.outline))
	for i := range items {
		items[i] = w.object()
	}
	for i, b := range d.outline {
		links := ""
		if i > 0 {
			links += fmt.Sprintf(" /Prev %d 0 R", items[i-1])
		}
		if i < len(items)-1 {
			links += fmt.Sprintf(" /Next %d 0 R", items[i+1])
		}
		w.put(items[i], "<</Title %s /Parent %d 0 R /Dest [%d 0 R /XYZ 0 %.2f null]%s>>",
			pdfText(b.title), root, pages[b.page], b.y, links)
	}
	w.put(root, "<</Type /Outlines /First %d 0 R /Last %d 0 R /Count %d>>",
		items[0], items[len(items)-1], len(items))
}

// pdfText gives a text string in UTF-16BE.
func pdfText(s string) string {
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return fmt.Sprintf("<%X>", b)
}

func writeFont(w *writer, f *face) int {
	font0, cid, descriptor, file, unicode := w.object(), w.object(), w.object(), w.object(), w.object()
	glyphs := slices.Sorted(maps.Keys(f.used))
	var widths strings.Builder
	for _, g := range glyphs {
		fmt.Fprintf(&widths, "%d [%.0f] ", g, f.used[g].advance)
	}
	embedded, name := f.file(), f.name
	if embedded.glyphs != nil {
		name = "NORDIC+" + name
	}
	w.put(font0, "<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H"+
		" /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, cid, unicode)
	w.put(cid, "<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo"+
		" <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor %d 0 R"+
		" /CIDToGIDMap /Identity /DW 600 /W [%s]>>", name, descriptor, widths.String())
	w.put(descriptor, "<</Type /FontDescriptor /FontName /%s /Flags 32 %s /ItalicAngle 0 /StemV 80"+
		" /FontFile2 %d 0 R>>", name, f.measures(), file)
	w.stream(file, fmt.Sprintf("/Length1 %d /Filter /FlateDecode", embedded.length), embedded.deflated)
	w.compressed(unicode, "", f.toUnicode(glyphs))
	return font0
}

// measures gives the box and heights of the typeface, in thousandths.
func (f *face) measures() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	box, err := f.font.Bounds(&f.buf, fixed.I(1000), font.HintingNone)
	m, err2 := f.font.Metrics(&f.buf, fixed.I(1000), font.HintingNone)
	if err != nil || err2 != nil {
		return "/FontBBox [0 -250 1000 1000] /Ascent 950 /Descent -250 /CapHeight 720"
	}
	return fmt.Sprintf("/FontBBox [%d %d %d %d] /Ascent %d /Descent %d /CapHeight %d",
		box.Min.X.Round(), -box.Max.Y.Round(), box.Max.X.Round(), -box.Min.Y.Round(),
		m.Ascent.Round(), -m.Descent.Round(), m.CapHeight.Round())
}

// toUnicode maps glyphs back to characters, so that text can be searched and read aloud.
func (f *face) toUnicode(glyphs []sfnt.GlyphIndex) []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo" +
		" <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def /CMapName /Adobe-Identity-UCS def" +
		" /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	for part := range slices.Chunk(glyphs, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, g := range part {
			fmt.Fprintf(&b, "<%04X> <", g)
			for _, u := range utf16.Encode([]rune{f.used[g].shown}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end")
	return b.Bytes()
}

// metadata is the XMP packet with title, date and the claims.
func (d *Document) metadata() []byte {
	var title bytes.Buffer
	// A bytes.Buffer takes every write.
	xml.EscapeText(&title, []byte(d.title))
	return fmt.Appendf(nil, `<?xpacket begin="%s" id="W5M0MpCehiHzreSzNTczkc9d"?>`+
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`+
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"`+
		` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"`+
		` xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><dc:format>application/pdf</dc:format>`+
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>`+
		`<xmp:CreateDate>%s</xmp:CreateDate><pdfuaid:part>1</pdfuaid:part><pdfaid:part>2</pdfaid:part>`+
		`<pdfaid:conformance>A</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>`+
		`<?xpacket end="w"?>`, "\uFEFF", title.String(), d.created.UTC().Format("2006-01-02T15:04:05Z"))
}
