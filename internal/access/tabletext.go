package access

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"stafett/internal/app"
	"stafett/internal/text"
)

// WriteTable writes an app's policy for people: a sentence for each rule, and the table of who
// may do what where, by which rules.
func WriteTable(out io.Writer, lang string, d *app.Definition, t Table) error {
	fmt.Fprintf(out, "%s\n\n", text.T(lang, "explain.title", d.Ref.String()))
	if t.Level > 0 || t.LevelOrg > 0 {
		fmt.Fprintf(out, "%s\n\n", text.T(lang, "explain.level", t.Level, t.LevelOrg))
	}
	fmt.Fprintf(out, "%s\n", text.T(lang, "explain.rules"))
	for _, r := range d.Policy.Rules() {
		fmt.Fprintf(out, "%3d  %s\n", r.Number, Sentence(lang, d, r))
	}
	fmt.Fprintln(out)
	var columns strings.Builder
	w := tabwriter.NewWriter(&columns, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", text.T(lang, "explain.column.who"),
		text.T(lang, "explain.column.action"), text.T(lang, "explain.column.where"),
		text.T(lang, "explain.column.rule"))
	for _, line := range t.lines(lang) {
		fmt.Fprintln(w, strings.Join(line, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(columns.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// lines are the table's lines: one for each row and for each set of rules in it. A who that may
// do nothing has one line, which says so.
func (t Table) lines(lang string) [][]string {
	var out [][]string
	for i := 0; i < len(t.Rows); {
		who, before := t.Rows[i].Who.Code(), len(out)
		for ; i < len(t.Rows) && t.Rows[i].Who.Code() == who; i++ {
			out = append(out, t.Rows[i].lines(lang)...)
		}
		if len(out) == before {
			out = append(out, []string{who, text.T(lang, "explain.nothing"), "", ""})
		}
	}
	return out
}

func (r Row) lines(lang string) [][]string {
	var order []string
	stages := map[string][]string{}
	for _, c := range r.Cells {
		if !c.Permit {
			continue
		}
		by := strings.Trim(fmt.Sprint(c.Rules), "[]")
		if stages[by] == nil {
			order = append(order, by)
		}
		if s := stageText(lang, c.Stage); !slices.Contains(stages[by], s) {
			stages[by] = append(stages[by], s)
		}
	}
	var out [][]string
	for _, by := range order {
		where := strings.Join(stages[by], ", ")
		if r.everywhere() && len(order) == 1 {
			where = text.T(lang, "explain.stage.all")
		}
		out = append(out, []string{r.Who.Code(), r.Action, where, by})
	}
	return out
}

// everywhere tells whether it is permitted at every stage of this app, and at no other's.
func (r Row) everywhere() bool {
	return !slices.ContainsFunc(r.Cells, func(c Cell) bool {
		return c.Permit == c.Stage.Foreign()
	})
}

func stageText(lang string, s Stage) string {
	switch s.Kind {
	case StageNew:
		return text.T(lang, "explain.stage.new")
	case StageEnd:
		return text.T(lang, "explain.stage.end", s.ID)
	case StageOtherApp:
		return text.T(lang, "explain.stage.other_app")
	case StageOtherOrg:
		return text.T(lang, "explain.stage.other_org")
	}
	return s.ID
}
