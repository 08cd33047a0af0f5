package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/policy"
	"stafett/internal/text"
)

// formatText is the format for people.
const formatText = "text"

// question is what is asked about a policy; empty fields limit nothing.
type question struct{ role, action, task string }

// explain shows apps' policies as tables of who × action × task, with a sentence for each rule;
// or, asked about a role and an action, which rule decides.
func explain(_ context.Context, c Config, args []string, out io.Writer) error {
	lang, format := c.own["lang"], c.own["format"]
	switch {
	case format != formatText && format != "json":
		return &usageError{"format: must be text or json"}
	case !slices.Contains(text.Languages, lang):
		return &usageError{"lang: must be " + strings.Join(text.Languages, ", ")}
	case len(args) > 1:
		return &usageError{"explain: takes one org/app"}
	}
	defs, err := explainedApps(c, args)
	if err != nil {
		return err
	}
	q := question{c.own["role"], c.own["action"], c.own["task"]}
	tables := []tableOut{}
	for _, d := range defs {
		t := q.limit(access.TableOf(d))
		if format != formatText {
			tables = append(tables, newTableOut(lang, d, t))
			continue
		}
		if err := explainText(out, lang, d, t, q); err != nil {
			return err
		}
	}
	if format == formatText {
		return nil
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(tables)
}

// explainedApps gives the app that is named, or all.
func explainedApps(c Config, args []string) ([]*app.Definition, error) {
	folders, _ := loadApps(c)
	var defs []*app.Definition
	for _, f := range folders {
		for _, d := range f.Definitions {
			if len(args) == 0 || d.Ref.String() == args[0] {
				defs = append(defs, d)
			}
		}
	}
	if len(defs) == 0 {
		return nil, &usageError{fmt.Sprintf("explain: there is no app %s; stafett check tells why one"+
			" cannot be loaded", strings.Join(args, ""))}
	}
	return defs, nil
}

// limit keeps what was asked about.
func (q question) limit(t access.Table) access.Table {
	t.Rows = slices.DeleteFunc(t.Rows, func(r access.Row) bool {
		return q.role != "" && !strings.EqualFold(r.Who.Code(), q.role) ||
			q.action != "" && !strings.EqualFold(r.Action, q.action)
	})
	if q.task == "" {
		return t
	}
	for i, r := range t.Rows {
		t.Rows[i].Cells = slices.DeleteFunc(slices.Clone(r.Cells), func(c access.Cell) bool {
			return c.Stage.ID != q.task || c.Stage.Foreign()
		})
	}
	return t
}

func explainText(
	out io.Writer, lang string, d *app.Definition, t access.Table, q question,
) error {
	if q.role == "" || q.action == "" {
		if err := access.WriteTable(out, lang, d, t); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out)
		return err
	}
	return tell(out, lang, d, t)
}

// tell says which rules decide on what was asked.
func tell(out io.Writer, lang string, d *app.Definition, t access.Table) error {
	rules := d.Policy.Rules()
	var told []string
	verdict := text.T(lang, "explain.answer.no")
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			if c.Stage.Foreign() {
				continue
			}
			switch {
			case c.Permit:
				verdict = text.T(lang, "explain.answer.yes")
			case c.Effect == policy.Deny.String():
				verdict = text.T(lang, "explain.answer.denied")
			}
			for _, n := range c.Rules {
				rule := rules[n-1]
				line := text.T(lang, "explain.answer.rule", n, rule.ID, rule.Line,
					access.Sentence(lang, d, rule))
				if !slices.Contains(told, line) {
					told = append(told, line)
				}
			}
		}
	}
	fmt.Fprintf(out, "%s: %s\n", d.Ref, verdict)
	for _, line := range told {
		fmt.Fprintf(out, "  %s\n", line)
	}
	if len(told) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "  %s\n", text.T(lang, "explain.level", t.Level, t.LevelOrg))
	return err
}

// tableOut is a table in JSON, with its rules in words.
type tableOut struct {
	access.Table
	Rules []ruleOut `json:"rules"`
}

type ruleOut struct {
	Number   int    `json:"number"`
	ID       string `json:"id"`
	Line     int    `json:"line"`
	Effect   string `json:"effect"`
	Sentence string `json:"sentence"`
}

func newTableOut(lang string, d *app.Definition, t access.Table) tableOut {
	o := tableOut{Table: t, Rules: []ruleOut{}}
	for _, r := range d.Policy.Rules() {
		effect := policy.Permit
		if r.Deny {
			effect = policy.Deny
		}
		o.Rules = append(o.Rules, ruleOut{Number: r.Number, ID: r.ID, Line: r.Line,
			Effect: effect.String(), Sentence: access.Sentence(lang, d, r)})
	}
	return o
}
