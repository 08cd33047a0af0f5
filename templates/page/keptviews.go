package page

import (
	"context"
	"io"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// KeptViews is where a person keeps lists under names, renames them, shares them and removes them.
type KeptViews struct {
	layout.Head
	ListURL string
	// List is the query of the list that is to be kept; empty when none is.
	List string
	// Mine are the reader's own, Others those that colleagues share.
	Mine, Others []KeptView
	// Form is what was posted and could not be done.
	Form KeptForm
}

// KeptForm is a form about a view as it was posted: a new one has no ID.
type KeptForm struct {
	ID, Name, Error string
	Shared          bool
}

// Render draws the page.
func (p KeptViews) Render(ctx context.Context, w io.Writer) error {
	return keptViewsPage(p).Render(ctx, w)
}

func (p KeptViews) top() layout.Head {
	h := p.Crumbed(
		ui.Crumb{URL: p.ListURL, Text: p.T("inbox.title")},
		ui.Crumb{URL: p.ListURL + "/views", Text: p.T("inbox.kept_title")},
	).Titled(p.T("inbox.kept_title") + " – " + p.T("inbox.title"))
	h.Errors = p.Form.Error != ""
	return h
}

// form is the form about a view, as it was posted where that went wrong.
func (p KeptViews) form(v KeptView) KeptForm {
	if p.Form.Error != "" && p.Form.ID == v.ID {
		return p.Form
	}
	return KeptForm{ID: v.ID, Name: v.Name, Shared: v.Shared}
}

func (p KeptViews) errors() ui.ErrorSummary {
	s := ui.ErrorSummary{Title: plural(p.Head, "page.errors", 1)}
	if p.Form.Error != "" {
		s.Problems = []ui.Problem{{URL: "#name-" + p.Form.key(), Text: p.Form.Error}}
	}
	return s
}

// key tells the fields of one view's form from another's.
func (f KeptForm) key() string {
	if f.ID == "" {
		return "new"
	}
	return f.ID
}

func (f KeptForm) describedBy() string {
	if f.Error != "" {
		return "name-" + f.key() + "-e"
	}
	return ""
}
