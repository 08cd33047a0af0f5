package field

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// UploadedFile is one line in an upload field's list, and all that an upload is answered with:
// the file that was stored, or why it was refused.
type UploadedFile struct {
	Lang string
	File form.File
	// Error tells why the file was refused; empty for one that is stored.
	Error string
	// Fixed leaves the button to delete out.
	Fixed bool
}

// Render draws the line.
func (u UploadedFile) Render(ctx context.Context,
	w io.Writer) error {
	return u.line().Render(ctx, w)
}

func (u UploadedFile) line() ui.File {
	line := ui.File{
		ID: "file-" + u.File.ID, Name: u.File.Name, URL: u.File.URL, State: "ok",
		Meta:  text.Size(u.Lang, u.File.Size),
		Image: strings.HasPrefix(u.File.ContentType, "image/"),
	}
	if u.Error != "" {
		// It was never stored: there is nothing to open or to delete.
		return ui.File{ID: line.ID, Name: u.File.Name, State: "error", Error: u.Error}
	}
	if !u.Fixed {
		line.Action = u.remove()
	}
	return line
}

func (u UploadedFile) remove() templ.Component {
	return ui.Button{
		ID: "remove-" + u.File.ID, Text: text.T(u.Lang, "page.delete"), After: u.File.Name,
		Icon: ui.IconTrash, Variant: ui.Tertiary, Color: "danger", Size: "sm",
		Name: "remove", Value: u.File.ID, Skip: true,
	}
}
