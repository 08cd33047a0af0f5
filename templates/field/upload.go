package field

import (
	"context"
	"io"
	"strings"

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
	// Ask has the person say twice that the file is to be deleted.
	Ask bool
	// Tags are what the file is to be marked with, asked for as TagTitle; nil for none.
	Tags     []form.Choice
	TagTitle string
}

// Render draws the line.
func (u UploadedFile) Render(ctx context.Context,
	w io.Writer) error {
	return u.line().Render(ctx, w)
}

func (u UploadedFile) line() ui.File {
	line := ui.File{
		ID: "file-" + u.File.ID, Name: u.File.Name, URL: u.File.URL, State: "ok",
		Meta:  fileMeta(u.Lang, u.File),
		Image: strings.HasPrefix(u.File.ContentType, "image/"),
	}
	if u.Error != "" {
		// It was never stored: there is nothing to open or to delete.
		return ui.File{ID: line.ID, Name: u.File.Name, State: "error", Error: u.Error}
	}
	switch {
	case u.Fixed:
	case u.Ask:
		line.Action = ask("remove-"+u.File.ID, text.T(u.Lang, "page.delete"), u.File.Name,
			text.T(u.Lang, "structure.ask_file"), u.remove())
	default:
		line.Action = u.remove()
	}
	if len(u.Tags) > 0 && !u.Fixed {
		line.Action = tagged(u, line.Action)
	}
	return line
}

// fileMeta is what there is to tell of a file: what it is marked as, and its size.
func fileMeta(lang string, f form.File) string {
	size := text.Size(lang, f.Size)
	if f.TagLabel == "" {
		return size
	}
	return f.TagLabel + ", " + size
}

// TagName is the posted name of a file's tag.
func TagName(file string) string { return form.TagPrefix + file }

func (u UploadedFile) remove() ui.Button {
	return ui.Button{
		ID: "remove-" + u.File.ID, Text: text.T(u.Lang, "page.delete"), After: u.File.Name,
		Icon: ui.IconTrash, Variant: ui.Tertiary, Color: "danger", Size: "sm",
		Name: "remove", Value: u.File.ID, Skip: true,
	}
}
