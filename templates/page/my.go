package page

import (
	"context"
	"io"
	"slices"
	"strconv"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
)

// MyView says which of a person's lists the page shows.
type MyView string

// The views.
const (
	// MyAll is the start page: the newest of each.
	MyAll    MyView = ""
	MyDrafts MyView = "drafts"
	MySent   MyView = "sent"
)

// My is what a person has started and what they have sent.
type My struct {
	layout.Head
	View MyView
	// Asked are drafts that the organisation waits for, the one that is due first at the top.
	Asked  []Draft
	Drafts []Draft
	Sent   []Sent
	// MoreDrafts and MoreSent lead to the full lists; empty when all are here.
	MoreDrafts, MoreSent string
	// FirstURL and NextURL page through a full list.
	FirstURL, NextURL string
	// FindURL leads to the forms that can be started.
	FindURL string
	// Kept are the pages with something that was not saved, since the person was signed out.
	Kept []KeptPage
	// Deleted are the drafts whose deletion can still be taken back.
	Deleted []DeletedDraft
}

// DeletedDraft is a draft that was deleted a moment ago.
type DeletedDraft struct {
	ID, App string
	At      time.Time
}

// KeptPage is a page with something of the person's that is not saved.
type KeptPage struct {
	URL, App  string
	At, Until time.Time
}

func (p My) keptText(k KeptPage) string {
	return p.T("signin.kept_page", k.App, text.Time(p.Lang, k.At), text.Time(p.Lang, k.Until))
}

// Render draws the page.
func (p My) Render(ctx context.Context, w io.Writer) error { return my(p).Render(ctx, w) }

func (p My) head() layout.Head { return p.Head }

func (p My) title() string {
	switch p.View {
	case MyDrafts:
		return p.T("page.drafts")
	case MySent:
		return p.T("page.sent")
	}
	return p.T("page.my_title")
}

// PutFirst moves the drafts that somebody waits for to their own list, and keeps so many of the others.
func (p *My) PutFirst(others int) {
	all := p.Drafts
	p.Drafts = nil
	for _, d := range all {
		switch {
		case d.Due != nil:
			p.Asked = append(p.Asked, d)
		case len(p.Drafts) < others:
			p.Drafts = append(p.Drafts, d)
		}
	}
	slices.SortStableFunc(p.Asked, func(a, b Draft) int { return a.Due.Compare(*b.Due) })
}

func (p My) empty() bool { return len(p.Asked) == 0 && len(p.Drafts) == 0 && len(p.Sent) == 0 }

func (p My) draftCount() string { return strconv.Itoa(len(p.Drafts)) }

// up is the way back from a full list.
func (p My) top() layout.Head {
	h := p.Titled(p.title())
	if p.View == MyAll {
		return h
	}
	return h.Crumbed(crumbs(p.Head, "/my", "page.my_title", p.title())...)
}
