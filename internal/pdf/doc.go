// Package pdf writes a form's summary as a tagged PDF: headings, paragraphs, question-and-answer
// tables and row tables as real text in reading order, with language, title and outline, in the
// form that PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) describe. The claims are by
// construction. It is not a general PDF library: no images, no colours, no signatures.
package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// The page is A4, in points.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 56.0
	textWidth  = pageWidth - 2*margin
	bodySize   = 10.5
	// leading is the line height as a part of the text size.
	leading = 1.35
)

// Document is a PDF on its way to be written. The same calls always give the same bytes.
type Document struct {
	title, lang   string
	created       time.Time
	regular, bold *face
	root          *node
	pages         []*bytes.Buffer
	// parents holds, for each page, the element that each marked content belongs to.
	parents [][]*node
	// y is where the next line goes, from the bottom of the page.
	y       float64
	outline []bookmark
}

// node is a structure element; a leaf has marked content.
type node struct {
	tag, attributes string
	children        []*node
	marks           []mark
	object          int
}

type mark struct{ page, id int }

type bookmark struct {
	title string
	page  int
	y     float64
}

// New begins a document in a language (a BCP 47 tag).
func New(title, lang string, created time.Time) *Document {
	d := &Document{
		title: title, lang: lang, created: created,
		regular: regularFont.face("Go"), bold: boldFont.face("GoBold"),
		root: &node{tag: "Document"},
	}
	d.newPage()
	return d
}

func (d *Document) newPage() {
	d.pages = append(d.pages, &bytes.Buffer{})
	d.parents = append(d.parents, nil)
	d.y = pageHeight - margin
}

func (n *node) add(tag, attributes string) *node {
	child := &node{tag: tag, attributes: attributes}
	n.children = append(n.children, child)
	return child
}

var headingSizes = [...]float64{1: 20, 2: 15, 3: 12.5}

// Heading writes a heading of level 1 to 3 and puts it in the outline.
func (d *Document) Heading(level int, text string) {
	size := headingSizes[level]
	if d.y < margin+4*size {
		d.newPage()
	}
	d.y -= size * 0.6
	d.outline = append(d.outline, bookmark{text, len(d.pages) - 1, d.y})
	n := d.root.add(fmt.Sprintf("H%d", level), "")
	d.write(n, d.bold, column{margin, textWidth}, size, text)
	d.y -= size * 0.2
}

// Paragraph writes running text; line breaks in it are kept.
func (d *Document) Paragraph(text string) {
	d.write(d.root.add("P", ""), d.regular, column{margin, textWidth}, bodySize, text)
	d.y -= 5
}

// Strong writes a line in bold that belongs to what follows.
func (d *Document) Strong(text string) {
	if d.y < margin+4*bodySize {
		d.newPage()
	}
	d.write(d.root.add("P", ""), d.bold, column{margin, textWidth}, bodySize, text)
}

// column is where text goes: from x, width wide.
type column struct{ x, width float64 }

// Answers writes questions and answers as a table whose row headers are the questions.
func (d *Document) Answers(rows [][2]string) {
	const left = 190.0
	table := d.root.add("Table", "")
	for _, r := range rows {
		d.row(table, []cell{
			{"TH", "/A <</O /Table /Scope /Row>>", d.bold, column{margin, left - 10}, r[0]},
			{"TD", "", d.regular, column{margin + left, textWidth - left}, r[1]},
		})
	}
	d.y -= 6
}

// Table writes rows under column headers. Every row has as many cells as there are headers.
func (d *Document) Table(headers []string, rows [][]string) {
	table := d.root.add("Table", "")
	width := textWidth / float64(len(headers))
	line := func(tag, attributes string, f *face, texts []string) {
		var cells []cell
		for i, text := range texts {
			at := column{margin + float64(i)*width, width - 8}
			cells = append(cells, cell{tag, attributes, f, at, text})
		}
		d.row(table, cells)
	}
	line("TH", "/A <</O /Table /Scope /Column>>", d.bold, headers)
	for _, r := range rows {
		line("TD", "", d.regular, r)
	}
	d.y -= 6
}

type cell struct {
	tag, attributes string
	face            *face
	at              column
	text            string
}

// row writes cells side by side. A row that does not fit goes to the next page, unless it is
// longer than most of a page: then its cells flow on.
func (d *Document) row(table *node, cells []cell) {
	lines := 0
	for _, c := range cells {
		lines = max(lines, len(wrap(c.face, c.text, bodySize, c.at.width)))
	}
	if height := float64(lines) * bodySize * leading; d.y-height < margin && lines < 40 {
		d.newPage()
	}
	d.rule()
	tr := table.add("TR", "")
	top, page, lowest := d.y, len(d.pages), d.y
	for _, c := range cells {
		if len(d.pages) == page {
			d.y = top
		}
		d.write(tr.add(c.tag, c.attributes), c.face, c.at, bodySize, c.text)
		if len(d.pages) == page {
			lowest = min(lowest, d.y)
		} else {
			lowest = d.y
		}
	}
	d.y = lowest - 5
}

// rule draws a thin line across the page; it is an artifact, not content.
func (d *Document) rule() {
	fmt.Fprintf(d.page(), "/Artifact BMC /CS0 CS 0.75 SC 0.5 w %.2f %.2f m %.2f %.2f l S EMC\n",
		margin, d.y-1, pageWidth-margin, d.y-1)
}

func (d *Document) page() *bytes.Buffer { return d.pages[len(d.pages)-1] }

// write sets text as marked content of the element, over as many pages as it takes.
func (d *Document) write(n *node, f *face, at column, size float64, text string) {
	open := false
	for i, line := range wrap(f, text, size, at.width) {
		if d.y-size*leading < margin {
			if open {
				d.page().WriteString("EMC\n")
				open = false
			}
			d.newPage()
		}
		if !open {
			d.mark(n)
			open = true
		}
		d.y -= size * leading
		x := at.x
		if i > 0 {
			// A space before each further line keeps words apart for a reader.
			line, x = " "+line, x-f.width(" ", size)
		}
		fmt.Fprintf(d.page(), "BT /CS0 cs 0 sc /%s %.2f Tf %.2f %.2f Td <%s> Tj ET\n",
			f.resource, size, x, d.y, f.glyphs(line))
	}
	if open {
		d.page().WriteString("EMC\n")
	}
}

// mark begins marked content that belongs to the element.
func (d *Document) mark(n *node) {
	page := len(d.pages) - 1
	id := len(d.parents[page])
	d.parents[page] = append(d.parents[page], n)
	n.marks = append(n.marks, mark{page, id})
	fmt.Fprintf(d.page(), "/%s <</MCID %d>> BDC\n", n.tag, id)
}

// wrap breaks text into lines no wider than width; a word that is longer is cut.
func wrap(f *face, text string, size, width float64) []string {
	var lines []string
	space := f.width(" ", size)
	for paragraph := range strings.SplitSeq(text, "\n") {
		line, used := "", 0.0
		for word := range strings.FieldsSeq(paragraph) {
			w := f.width(word, size)
			if line != "" && used+space+w <= width {
				line, used = line+" "+word, used+space+w
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for w > width {
				head, rest := cut(f, word, size, width)
				if rest == "" {
					break
				}
				lines, word = append(lines, head), rest
				w = f.width(word, size)
			}
			line, used = word, w
		}
		lines = append(lines, line)
	}
	return lines
}

// cut gives as much of a long word as fits, at least one character.
func cut(f *face, word string, size, width float64) (head, rest string) {
	used := 0.0
	for i, r := range word {
		used += f.width(string(r), size)
		if used > width && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}
