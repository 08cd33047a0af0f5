package page

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"stafett/internal/solution"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Solution shows an organisation's apps as one: what they are, and what goes from which to which.
// The list says all that the drawing shows.
type Solution struct {
	layout.Head
	Picture solution.Picture
	// DeliveriesURL is the monitor.
	DeliveriesURL string
}

// SolutionFile is the same as a file that stands alone.
type SolutionFile struct {
	Picture solution.Picture
}

// AppAccess is who may do what in an app, and why: its policy in words.
type AppAccess struct {
	layout.Head
	App, SolutionURL string
	// Level says how securely one must have signed in; empty where the policy does not say.
	Level string
	// Rules are the policy's rules in words, in its order.
	Rules []string
	Lines []AccessLine
}

// AccessLine is one line of the table: who may do what where, by which rules.
type AccessLine struct{ Who, Does, Where, Rules string }

// Render draws the page.
func (p Solution) Render(ctx context.Context, w io.Writer) error {
	return solutionPage(p).Render(ctx, w)
}

// Render draws the file.
func (p SolutionFile) Render(ctx context.Context, w io.Writer) error {
	return solutionFile(p).Render(ctx, w)
}

// Render draws the page.
func (p AppAccess) Render(ctx context.Context, w io.Writer) error {
	return appAccess(p).Render(ctx, w)
}

// drawing is the picture as part of a page.
func drawing(p solution.Picture) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		return solution.Draw(p).WriteSVG(w)
	})
}

// fileDrawing is the picture with colours of its own.
func fileDrawing(p solution.Picture) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		return solution.Draw(p).WriteFile(w)
	})
}

func appID(a solution.App) string { return "app-" + a.Ref.Org + "-" + a.Ref.App }

// stopped leads to what has stopped, where something has.
func (p Solution) stopped() string {
	for _, a := range p.Picture.Arrows {
		if a.Live != nil && a.Live.Parked > 0 {
			return p.DeliveriesURL + "?state=parked"
		}
	}
	return ""
}

func (p AppAccess) top() layout.Head {
	return p.Titled(p.T("admin.access_title", p.App)).
		Crumbed(crumbs(p.Head, p.SolutionURL, "admin.solution_title", p.App)...)
}

func (p AppAccess) table() ui.Table {
	t := ui.Table{
		Caption: p.T("admin.access_title", p.App),
		Columns: []ui.Column{
			{Title: p.T("explain.column.who")}, {Title: p.T("explain.column.action")},
			{Title: p.T("explain.column.where")}, {Title: p.T("explain.column.rule")},
		},
	}
	for _, l := range p.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: l.Who, Class: "strong"}, {Text: l.Does}, {Text: l.Where},
			{Text: l.Rules, Class: "num"},
		}})
	}
	return t
}
