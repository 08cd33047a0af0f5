package pdf

import (
	"strings"

	"stafett/internal/app"
	"stafett/internal/form"
	"stafett/internal/text"
)

// Submission writes what was submitted: who, when, to whom, and every question with its answer,
// in the language of the input. in.Instance must have been submitted.
func Submission(d *app.Definition, in form.Input, receiver string) ([]byte, error) {
	lang := in.Language
	title := d.Title(lang)
	doc := New(title, lang, *in.Instance.Submitted)
	doc.Heading(1, title)
	doc.Answers([][2]string{
		{text.T(lang, "pdf.reference"), in.Instance.Reference},
		{text.T(lang, "pdf.submitted"), text.DateTime(lang, *in.Instance.Submitted)},
		{text.T(lang, "pdf.owner"), in.Owner.Name},
		{text.T(lang, "pdf.receiver"), receiver},
	})
	for _, set := range submittedSets(d) {
		for _, s := range form.Summarise(d, set, in, form.SummaryOptions{HideEmpty: true}) {
			doc.section(lang, s, 2)
		}
	}
	return doc.Bytes(), nil
}

// submittedSets gives the layout sets of the first task: what the owner filled in.
func submittedSets(d *app.Definition) []*app.LayoutSet {
	var out []*app.LayoutSet
	for _, t := range d.Process.Tasks() {
		if set := d.SetFor(t.ID); set != nil {
			out = append(out, set)
		}
	}
	return out
}

// section writes a section under a heading of the level.
func (d *Document) section(lang string, s form.Section, level int) {
	if s.Title != "" {
		d.Heading(level, s.Title)
	}
	var rows [][2]string
	flush := func() {
		if len(rows) > 0 {
			d.Answers(rows)
			rows = nil
		}
	}
	for _, a := range s.Answers {
		if a.Table != nil {
			flush()
			d.rows(a)
			continue
		}
		rows = append(rows, [2]string{a.Question, answer(lang, a)})
	}
	flush()
}

func answer(lang string, a form.Answer) string {
	lines := a.Lines
	for _, f := range a.Files {
		lines = append(lines, f.Name+" ("+text.Size(lang, f.Size)+")")
	}
	return strings.Join(lines, "\n")
}

func (d *Document) rows(a form.Answer) {
	if a.Question != "" {
		d.Heading(3, a.Question)
	}
	headers := make([]string, len(a.Table.Columns))
	for i, c := range a.Table.Columns {
		headers[i] = c.Title
	}
	rows := a.Table.Rows
	if a.Table.Sums != nil {
		rows = append(rows[:len(rows):len(rows)], a.Table.Sums)
	}
	d.Table(headers, rows)
}
