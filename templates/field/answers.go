package field

import (
	"context"
	"io"
	"strconv"
	"strings"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// Answers are the questions of one section of a summary with their answers.
type Answers struct {
	Lang string
	// ID begins the ids of what is in the list.
	ID      string
	Answers []form.Answer
	Tight   bool
	// Compact has question and answer on one line.
	Compact bool
}

// Render draws the answers.
func (a Answers) Render(ctx context.Context, w io.Writer) error { return answers(a).Render(ctx, w) }

// T gives a text of ours in the reader's language.
func (a Answers) T(key string, args ...any) string { return text.T(a.Lang, key, args...) }

func (a Answers) class() string {
	if a.Compact {
		return "sum sum--compact"
	}
	if a.Tight {
		return "sum sum--2 sum--tight"
	}
	return "sum sum--2"
}

func (a Answers) partID(i int) string { return a.ID + "-t" + strconv.Itoa(i) }

// files lists the attachments that are the answer to a question.
func (a Answers) files(one form.Answer) ui.Files {
	out := ui.Files{ID: a.ID + "-" + one.Path + "-files", Label: one.Question}
	for _, f := range one.Files {
		out.Files = append(out.Files, ui.File{
			ID: a.ID + "-file-" + f.ID, Name: f.Name, URL: f.URL, Meta: fileMeta(a.Lang, f),
			Image: strings.HasPrefix(f.ContentType, "image/"),
		})
	}
	return out
}

// part is a table, or a run of answers without one.
type part struct {
	question string
	table    *form.Table
	answers  []form.Answer
}

func (a Answers) parts() []part {
	var out []part
	for _, one := range a.Answers {
		if one.Table != nil {
			out = append(out, part{question: one.Question, table: one.Table})
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].table == nil {
			out[last].answers = append(out[last].answers, one)
			continue
		}
		out = append(out, part{answers: []form.Answer{one}})
	}
	return out
}

func columns(list []form.Column) []ui.Column {
	out := make([]ui.Column, len(list))
	for i, c := range list {
		out[i] = ui.Column{Title: c.Title, Numeric: c.Numeric, Align: c.Align, Width: c.Width}
	}
	return out
}

func rows(t *form.Table) []ui.Row {
	out := make([]ui.Row, len(t.Rows))
	for i, cells := range t.Rows {
		for _, c := range cells {
			out[i].Cells = append(out[i].Cells, ui.Cell{Text: c})
		}
		if len(out[i].Cells) > 0 {
			out[i].Cells[0].Class = "strong"
		}
	}
	return out
}
