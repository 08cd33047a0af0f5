package page

import (
	"context"
	"io"

	"stafett/templates/layout"
)

// DeleteDraft asks whether a draft is to be deleted for good.
type DeleteDraft struct {
	layout.Head
	Draft Draft
	// Action is where the answer is posted; CancelURL leads back to the draft.
	Action, CancelURL string
}

// Render draws the page.
func (p DeleteDraft) Render(ctx context.Context, w io.Writer) error {
	return deleteDraft(p).Render(ctx, w)
}
