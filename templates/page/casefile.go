package page

import (
	"context"
	"io"
	"path"
	"strings"
	"time"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// CaseFile is an attachment.
type CaseFile struct {
	// URL is where it is looked at without leaving the case, Download where it is had as it is;
	// they are the same for one that cannot be shown.
	ID, URL, Download string
	Name, ContentType string
	Size              int64
	Received          time.Time
	// Question is what it answers; empty for none.
	Question string
	// Scanned tells that a virus scanner has seen it and found nothing.
	Scanned bool
}

// FilePage shows one attachment of a case.
type FilePage struct {
	layout.Head
	CaseHead
	File CaseFile
	// Number is the file's among the Count attachments, from 1.
	Number, Count int
	// Previous and Next lead to those beside it; empty for none.
	Previous, Next string
	// ImageURL, FrameURL or Text is what is shown; nothing where the file can only be downloaded.
	// Alone is where an image or a PDF fills the window.
	ImageURL, FrameURL, Text, Alone string
	// Cut tells that Text is only the beginning.
	Cut bool
}

// Render draws the page.
func (p FilePage) Render(ctx context.Context, w io.Writer) error {
	return filePage(p).Render(ctx, w)
}

func (p FilePage) top() layout.Head {
	return p.crumbed(p.Titled(p.File.Name + " – " + p.CaseHead.title()))
}

func (p FilePage) facts() []ui.Entry {
	out := []ui.Entry{
		{Term: p.T("casefile.type"), Text: p.File.kind(p.Head)},
		{Term: p.T("casefile.size"), Text: text.Size(p.Lang, p.File.Size)},
	}
	if !p.File.Received.IsZero() {
		out = append(out, ui.Entry{
			Term: p.T("casefile.came"), Content: dateTime(p.Head, p.File.Received),
		})
	}
	return out
}

// kindNames are what people call the types that are shown.
var kindNames = map[string]string{
	"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF",
	"image/webp": "WebP", "text/csv": "CSV",
}

// kind is the file's type in a word: what people call it, or its name's ending.
func (f CaseFile) kind(h layout.Head) string {
	contentType, _, _ := strings.Cut(f.ContentType, ";")
	if name := kindNames[contentType]; name != "" {
		return name
	}
	if contentType == "text/plain" {
		return h.T("casefile.text")
	}
	if ending := strings.TrimPrefix(path.Ext(f.Name), "."); ending != "" {
		return strings.ToUpper(ending)
	}
	return h.T("casefile.file")
}

// files lists the attachments, each with what there is to know of it.
func (p Case) files() ui.Files {
	out := ui.Files{ID: "files", Label: p.T("inbox.attachments")}
	for _, f := range p.Files {
		meta := []string{f.kind(p.Head), text.Size(p.Lang, f.Size)}
		if !f.Received.IsZero() {
			meta = append(meta, p.T("inbox.file_came", text.Date(p.Lang, f.Received)))
		}
		if f.Scanned {
			meta = append(meta, p.T("casefile.scanned"))
		}
		if f.Question != "" {
			meta = append(meta, p.T("casefile.answers", f.Question))
		}
		one := ui.File{
			ID: "file-" + f.ID, Name: f.Name, URL: f.URL, Meta: strings.Join(meta, " · "),
			Image: strings.HasPrefix(f.ContentType, "image/"),
		}
		if f.Download != "" && f.Download != f.URL {
			one.Action = ui.LinkButton{
				ID: "download-" + f.ID, URL: f.Download, Text: p.T("casefile.open"), After: f.Name,
				Variant: ui.Tertiary, Size: "sm",
			}
		}
		out.Files = append(out.Files, one)
	}
	return out
}

// listed gives the sections with their attachments counted instead of listed: the list has them,
// each with the question that it answers.
func listed(h layout.Head, sections []form.Section) []form.Section {
	out := make([]form.Section, len(sections))
	for i, s := range sections {
		answers := make([]form.Answer, len(s.Answers))
		for j, a := range s.Answers {
			if n := len(a.Files); n > 0 {
				a.Files, a.Lines = nil, []string{plural(h, "casefile.see", n)}
			}
			answers[j] = a
		}
		s.Answers = answers
		out[i] = s
	}
	return out
}
