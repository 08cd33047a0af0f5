package field

import (
	"strings"

	"github.com/a-h/templ"

	"stafett/internal/form"
	"stafett/templates/ui"
)

func partID(p form.Part) string { return "f-" + p.ID }

// named makes a group of what has a title, and ties the two.
func (f Field) named() templ.Attributes {
	if f.Title == "" {
		return nil
	}
	return templ.Attributes{"role": "group", "aria-labelledby": f.labelID()}
}

// described gives a group's name, and ties its description and errors to it.
func (f Field) described() templ.Attributes {
	a := f.named()
	if d := f.describedBy(); d != "" && a != nil {
		a["aria-describedby"] = d
	}
	return a
}

// partsLabel names the links to the parts.
func (f Field) partsLabel() string {
	if f.Title != "" {
		return f.Title
	}
	titles := make([]string, len(f.Parts))
	for i, p := range f.Parts {
		titles[i] = p.Title
	}
	return strings.Join(titles, ", ")
}

func (f Field) groupClass() string {
	switch f.Frame {
	case "panel":
		return "group panel"
	case "indented":
		return "group reveal"
	}
	return "group"
}

func (f Field) attachmentList() ui.Files {
	a := Answers{Lang: f.Lang, ID: f.id()}
	return a.files(form.Answer{Question: f.attachmentsLabel(), Path: "all", Files: f.Files.Items})
}

func (f Field) attachmentsLabel() string {
	if f.Title != "" {
		return f.Title
	}
	return f.T("page.files", "")
}
