package page

import (
	"context"
	"io"
	"strconv"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// CaseAccess tells who may do what with a case, and why.
type CaseAccess struct {
	layout.Head
	CaseHead
	Who []OpenedRow
	// FirstURL and NextURL lead to the first and the next persons; empty for none.
	FirstURL, NextURL string
}

// OpenedRow is one who may do something by one rule.
type OpenedRow struct {
	// Who is a name, or the words for anybody or the systems.
	Who string
	// Actions are what they may do, in words; Sentence says the rule.
	Actions, Sentence string
	// Level is how securely they must sign in; 0 is however they do.
	Level int
	// Sources tell what gives them the role, one line for each.
	Sources []string
}

// Render draws the page.
func (p CaseAccess) Render(ctx context.Context, w io.Writer) error {
	return caseAccess(p).Render(ctx, w)
}

func (p CaseAccess) top() layout.Head {
	return p.crumbed(p.Titled(p.T("access.title") + " – " + p.CaseHead.title()))
}

func (p CaseAccess) table() ui.Table {
	t := ui.Table{Caption: p.T("access.title"), Header: true, Columns: []ui.Column{
		{Title: p.T("access.who")}, {Title: p.T("access.may")}, {Title: p.T("access.rule")},
		{Title: p.T("access.from")},
	}}
	for i, o := range p.Who {
		t.Rows = append(t.Rows, ui.Row{ID: "opened-" + strconv.Itoa(i+1), Cells: []ui.Cell{
			{Text: o.Who}, {Text: o.Actions}, {Content: openedRule(p.Head, o)},
			{Content: openedSources(o), Class: "small"},
		}})
	}
	return t
}
