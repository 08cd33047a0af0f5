package page

import (
	"context"
	"io"
	"time"

	"stafett/templates/layout"
)

// Messages lists what has come to a person, or to whom they act for, newest first.
type Messages struct {
	layout.Head
	Received []Received
	// FirstURL and NextURL page through the list.
	FirstURL, NextURL string
}

// Received is a message in the list: who wrote and what about. It is read on the page that URL
// leads to.
type Received struct {
	ID, URL, From         string
	App, Title, Reference string
	At                    time.Time
	New                   bool
}

// Render draws the page.
func (p Messages) Render(ctx context.Context, w io.Writer) error {
	return messages(p).Render(ctx, w)
}

func (p Messages) top() layout.Head {
	title := p.T("message.title")
	return p.Titled(title).Crumbed(crumbs(p.Head, "/my", "page.my_title", title)...)
}

// Notices shows, in development, the notices that would have been sent.
type Notices struct {
	layout.Head
	Notices []Notice
}

// Notice is one e-mail or text message.
type Notice struct {
	ID, Channel, To, Subject, Text, Lang string
	At                                   time.Time
}

// Render draws the page.
func (p Notices) Render(ctx context.Context, w io.Writer) error { return notices(p).Render(ctx, w) }

func (p Notices) channel(n Notice) string {
	if n.Channel == "sms" {
		return p.T("notice.by_sms")
	}
	return p.T("notice.by_email")
}
