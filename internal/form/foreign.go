package form

import "stafett/internal/text"

// reading is a reader of a language who is shown an app in another: each of the app's words is told
// its language, and what people have typed is not.
type reading struct{ lang, reader string }

// In tells the words of a page what language they are in, for a reader of another.
func (p *Page) In(lang, reader string) {
	if lang == reader {
		return
	}
	r := reading{lang, reader}
	r.words(&p.Title)
	for i := range p.Steps {
		r.words(&p.Steps[i].Title)
	}
	r.nodes(p.Nodes)
}

// SectionsIn is Page.In for what is summed up.
func SectionsIn(sections []Section, lang, reader string) []Section {
	if lang != reader {
		reading{lang, reader}.sections(sections)
	}
	return sections
}

func (r reading) words(list ...*string) {
	for _, s := range list {
		*s = text.In(r.lang, r.reader, *s)
	}
}

func (r reading) html(list ...*text.HTML) {
	for _, h := range list {
		*h = text.HTMLIn(r.lang, r.reader, *h)
	}
}

func (r reading) nodes(list []Node) {
	for i := range list {
		r.node(&list[i])
	}
}

func (r reading) node(n *Node) {
	r.words(&n.Title, &n.Prefix, &n.Suffix)
	if n.Kind == KindNav || n.Chosen {
		r.words(&n.Display)
	}
	if n.Kind != KindStandIn {
		r.html(&n.Description, &n.Help)
	}
	r.choices(n.Options)
	for i := range n.Pages {
		r.words(&n.Pages[i].Title)
	}
	if f := n.Files; f != nil {
		r.words(&f.TagTitle)
		r.choices(f.Tags)
		r.files(f.Items)
	}
	if e := n.Entries; e != nil {
		r.words(&e.AddText)
		r.columns(e.Columns)
		for i := range e.Rows {
			r.words(&e.Rows[i].OpenText, &e.Rows[i].DeleteText)
		}
	}
	r.rows(n.Rows)
	r.sections(n.Summary)
	r.arranged(n)
	r.nodes(n.Children)
}

func (r reading) choices(list []Choice) {
	for i := range list {
		c := &list[i]
		r.words(&c.Label)
		r.html(&c.Description, &c.Help)
	}
}

func (r reading) files(list []File) {
	for i := range list {
		r.words(&list[i].TagLabel)
	}
}

// columns tells the headings of a table.
func (r reading) columns(list []Column) {
	for i := range list {
		r.words(&list[i].Title)
	}
}

func (r reading) cells(columns []Column, cells []string) {
	for i := range cells {
		if i < len(columns) && columns[i].Chosen {
			r.words(&cells[i])
		}
	}
}

func (r reading) rows(rows *Rows) {
	if rows == nil {
		return
	}
	r.columns(rows.Columns)
	r.words(&rows.AddText, &rows.SaveText, &rows.EditText, &rows.DeleteText, &rows.NextText)
	for i := range rows.Rows {
		row := &rows.Rows[i]
		r.cells(rows.Columns, row.Cells)
		r.nodes(row.Fields)
		for _, input := range row.Inputs {
			if input != nil {
				r.node(input)
			}
		}
	}
}

// arranged tells the words of what lays nodes out.
func (r reading) arranged(n *Node) {
	for i := range n.Parts {
		p := &n.Parts[i]
		r.words(&p.Title)
		r.html(&p.Description, &p.Footer)
		r.nodes(p.Media)
		r.nodes(p.Nodes)
	}
	for i := range n.Grid {
		for j := range n.Grid[i].Cells {
			c := &n.Grid[i].Cells[j]
			r.words(&c.Column)
			r.html(&c.Text)
			r.nodes(c.Nodes)
		}
	}
}

func (r reading) sections(list []Section) {
	for i := range list {
		s := &list[i]
		r.words(&s.Title, &s.About)
		for j := range s.Answers {
			r.answer(&s.Answers[j])
		}
	}
}

func (r reading) answer(a *Answer) {
	r.words(&a.Question, &a.EmptyText)
	r.files(a.Files)
	if a.Chosen {
		for i := range a.Lines {
			r.words(&a.Lines[i])
		}
	}
	if t := a.Table; t != nil {
		r.columns(t.Columns)
		for _, row := range t.Rows {
			r.cells(t.Columns, row)
		}
	}
}
