package pdf

import (
	"time"

	"stafett/internal/form"
)

// Dossier is a case as it is kept on paper: what is known of it, and its parts in order.
type Dossier struct {
	Title, Lang string
	Made        time.Time
	Facts       [][2]string
	Parts       []Part
}

// Part is one part of a dossier. Whatever it has is written in the order of its fields; one without
// anything is left out.
type Part struct {
	Title string
	// About stands under the title; it alone is nothing to tell.
	About    string
	Sections []form.Section
	Rows     [][2]string
	// Said are texts with who wrote them and when.
	Said []Said
}

// Said is what somebody wrote.
type Said struct{ Who, Text string }

func (p Part) empty() bool { return len(p.Sections)+len(p.Rows)+len(p.Said) == 0 }

// Bytes writes the dossier as a tagged PDF.
func (c Dossier) Bytes() []byte {
	doc := New(c.Title, c.Lang, c.Made)
	doc.Heading(1, c.Title)
	doc.Answers(c.Facts)
	for _, p := range c.Parts {
		if p.empty() {
			continue
		}
		doc.Heading(2, p.Title)
		if p.About != "" {
			doc.Paragraph(p.About)
		}
		for _, s := range p.Sections {
			doc.section(c.Lang, s, 3)
		}
		if len(p.Rows) > 0 {
			doc.Answers(p.Rows)
		}
		for _, s := range p.Said {
			doc.Strong(s.Who)
			doc.Paragraph(s.Text)
		}
	}
	return doc.Bytes()
}
