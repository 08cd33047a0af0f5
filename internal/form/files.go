package form

import (
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/text"
)

func (b *builder) upload(c *app.Component) Node {
	n := b.labelled(c, KindUpload)
	n.Name = c.ID
	if bound(c) {
		n.Name = b.name(c)
	}
	n.ReadOnly = b.readOnly(c)
	n.Files = b.files(c)
	n.Issues = b.take(n.Name, n.ID)
	if n.ReadOnly {
		n.Files.URL = ""
		return n
	}
	b.questions++
	if b.required(c) || n.Files.MinCount > 0 {
		b.needed++
		n.Required = true
	} else {
		n.Optional = true
	}
	return n
}

// files gives an upload field's limits and what has been uploaded.
func (b *builder) files(c *app.Component) *Files {
	p := c.Props.(*app.FileUploadProps)
	dt, _ := b.d.DataType(c.ID)
	f := &Files{
		DataType: c.ID, Items: b.uploaded(c), MaxSize: smaller(p.MaxSize, dt.MaxSize),
		AskDelete: p.AskDelete,
		URL:       b.pageURL(b.page.ID) + "/upload",
	}
	if bound(c) {
		f.Bound = b.name(c)
	}
	if b.tagged(c) {
		f.Tags = b.choices(c, nil)
		f.TagTitle = b.or(c, "tagTitle", "structure.tag")
	}
	f.MinCount, f.MaxCount = b.fileCounts(c)
	ext := dt.Ext
	if p.Ext != nil {
		ext = p.Ext
	}
	f.Accept = strings.Join(ext, ",")
	f.Types = fileTypes(b.lang, ext)
	return f
}

// fileCounts gives the fewest and most files: the stricter of layout and metadata. The metadata
// counts only in the task that the files belong to. 0 is no limit.
func (v *view) fileCounts(c *app.Component) (fewest, most int) {
	p := c.Props.(*app.FileUploadProps)
	fewest, most = p.MinCount, p.MaxCount
	dt, ok := v.d.DataType(c.ID)
	if !ok {
		return fewest, most
	}
	if bound(c) {
		// The metadata counts the files of all rows.
		if c.Bindings[app.BindingSimple].Field != "" {
			most = 1
		}
		return fewest, most
	}
	if dt.Task == v.in.Instance.Process.Task {
		fewest = max(fewest, dt.MinCount)
	}
	if dt.MaxCount > 0 && (most == 0 || dt.MaxCount < most) {
		most = dt.MaxCount
	}
	return fewest, most
}

func smaller(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func (v *view) uploaded(c *app.Component) []File {
	var out []File
	for _, e := range v.attached(c) {
		f := v.file(e)
		if v.tagged(c) && len(e.Tags) > 0 {
			f.Tag, f.TagLabel = e.Tags[0], v.tagLabels(c, e)
		}
		out = append(out, f)
	}
	return out
}

func (v *view) file(e core.DataElement) File {
	id := e.ID.String()
	return File{
		ID: id, Name: e.Filename, ContentType: e.ContentType, Size: e.Size,
		URL: v.in.BaseURL + "/files/" + id, SHA256: e.SHA256,
	}
}

// fileTypes names the kinds of file as people say them: "PDF, JPG og PNG".
func fileTypes(lang string, ext []string) string {
	var names []string
	for _, e := range ext {
		name := strings.ToUpper(strings.TrimPrefix(e, "."))
		if name == "JPEG" && slices.Contains(names, "JPG") {
			continue
		}
		names = append(names, name)
	}
	switch n := len(names); n {
	case 0:
		return text.T(lang, "form.any_type")
	case 1:
		return names[0]
	default:
		and := " " + text.T(lang, "core.and") + " "
		return strings.Join(names[:n-1], ", ") + and + names[n-1]
	}
}
