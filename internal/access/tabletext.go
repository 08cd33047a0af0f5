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
	if t.Field != "" {
		fmt.Fprintf(out, "\n%s\n", text.T(lang, "explain.field", t.Field))
	}
	fmt.Fprintln(out)
	var columns strings.Builder
	w := tabwriter.NewWriter(&columns, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", text.T(lang, "explain.column.who"),
		text.T(lang, "explain.column.action"), text.T(lang, "explain.column.where"),
		text.T(lang, "explain.column.rule"))
	for _, l := range t.Lines(lang, d) {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.Code, l.Action, l.Where, l.Rules)
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

// Line is one line of a table: who, what, where and by which rules.
type Line struct {
	// Code is the who as commands name it, Who in plain words.
	Code, Who string
	// Action is the action's id, Does it in plain words; of a who that may do nothing, both say so.
	Action, Does string
	// Where are the stages by their ids, Places by their names.
	Where, Places string
	// Rules are the numbers of the rules.
	Rules string
}

// Lines are the table's lines: one for each row and for each set of rules in it. A who that may
// do nothing has one line, which says so.
func (t Table) Lines(lang string, d *app.Definition) []Line {
	var out []Line
	for i := 0; i < len(t.Rows); {
		who, before := t.Rows[i].Who, len(out)
		for ; i < len(t.Rows) && t.Rows[i].Who.Code() == who.Code(); i++ {
			out = append(out, t.Rows[i].lines(lang, d)...)
		}
		if nothing := text.T(lang, "explain.nothing"); len(out) == before {
			out = append(out, Line{Code: who.Code(), Who: WhoText(lang, d, who), Action: nothing,
				Does: nothing})
		}
	}
	return out
}

func (r Row) lines(lang string, d *app.Definition) []Line {
	var order []string
	stages := map[string][]Stage{}
	for _, c := range r.Cells {
		if !c.Permit {
			continue
		}
		by := strings.Trim(fmt.Sprint(c.Rules), "[]")
		if stages[by] == nil {
			order = append(order, by)
		}
		stages[by] = append(stages[by], c.Stage)
	}
	var out []Line
	for _, by := range order {
		l := Line{
			Code: r.Who.Code(), Who: WhoText(lang, d, r.Who), Action: r.Action,
			Does: actionText(lang, r.Action), Rules: by,
			Where:  stageTexts(stages[by], func(s Stage) string { return stageText(lang, s) }),
			Places: stageTexts(stages[by], func(s Stage) string { return placeText(lang, d, s) }),
		}
		if r.everywhere() && len(order) == 1 {
			l.Where = text.T(lang, "explain.stage.all")
			l.Places = l.Where
		}
		out = append(out, l)
	}
	return out
}

// stageTexts lists stages, each text once.
func stageTexts(stages []Stage, write func(Stage) string) string {
	var out []string
	for _, s := range stages {
		if t := write(s); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return strings.Join(out, ", ")
}

// placeText is a stage as people know it: a task by its name.
func placeText(lang string, d *app.Definition, s Stage) string {
	if s.Kind == StageTask {
		return d.TaskText(lang, s.ID)
	}
	return stageText(lang, s)
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
