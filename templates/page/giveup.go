package page

import (
	"context"
	"io"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// GiveUp asks an administrator why a delivery is to be ended, and tells who gets to read it.
type GiveUp struct {
	layout.Head
	DeliveryRow
	// Action is where the answer is posted; ListURL leads to all deliveries.
	Action, ListURL string
	// Reason is what was typed; Problem what is to be mended in it, empty for nothing.
	Reason, Problem string
}

// Render draws the page.
func (p GiveUp) Render(ctx context.Context, w io.Writer) error { return giveUp(p).Render(ctx, w) }

func (p GiveUp) top() layout.Head {
	h := p.Titled(p.T("admin.give_up_title", p.Reference))
	h.Errors = p.Problem != ""
	trail := crumbs(p.Head, p.ListURL, "admin.deliveries_title", p.T("admin.give_up"))
	return h.Crumbed(trail...)
}

func (p GiveUp) summary() ui.ErrorSummary {
	if p.Problem == "" {
		return ui.ErrorSummary{}
	}
	return ui.ErrorSummary{
		ID: "errors", Title: plural(p.Head, "page.errors", 1),
		Problems: []ui.Problem{{URL: "#reason", Text: p.Problem}},
	}
}

func (p GiveUp) describedBy() string {
	if p.Problem != "" {
		return "reason-d reason-e"
	}
	return "reason-d"
}
