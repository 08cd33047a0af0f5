package scenario

import (
	"maps"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/internal/schema"
)

// Fill is World.Fill. It posts each page as a person would who goes through the form, over again
// as long as an answer brings a question for another.
func (m *Memory) Fill(
	a core.Actor, at uuid.UUID, language string, f app.Filling,
) ([]form.Issue, error) {
	h := m.find(at)
	if err := m.require(a, h, access.ActionWrite); err != nil {
		return nil, err
	}
	m.open(a, h, language)
	if h.Set == nil || h.inst().Status == core.StatusArchived {
		return nil, fault.New(fault.Conflict, "fault.changed")
	}
	fill := filler{held: h, Filling: f, given: map[string]bool{}, issues: map[string]form.Issue{}}
	if err := fill.pages(); err != nil {
		return nil, err
	}
	for _, file := range f.Files {
		if err := fill.attach(a, file); err != nil {
			return nil, err
		}
	}
	// A file may have brought a question.
	if err := fill.pages(); err != nil {
		return nil, err
	}
	h.inst().Version++
	relay.Present(h.App, h.inst(), h.Input)
	return fill.rest()
}

// filler is one person filling in a form.
type filler struct {
	*held
	app.Filling
	// given are the paths of answers that a question has taken; issues are of those that could not
	// be kept.
	given  map[string]bool
	issues map[string]form.Issue
}

// pages posts every page until that changes nothing more.
func (f *filler) pages() error {
	for range len(f.Set.Pages) + maxDepth {
		before := len(f.given)
		grown := f.rows()
		for _, p := range f.Set.Pages {
			if err := f.post(p.ID); err != nil {
				return err
			}
		}
		if len(f.given) == before && !grown {
			break
		}
	}
	return nil
}

// maxDepth is how far questions may hang on each other against the order of the pages.
const maxDepth = 20

// rows adds the rows that are still missing and can be added.
func (f *filler) rows() (grown bool) {
	for _, r := range f.Rows {
		for schema.Rows(f.Input.Data[f.Set.DataType], r.Path) < r.Count {
			data, _, err := form.AddRow(f.App, f.Set, r.Path, f.Input)
			if err != nil {
				break
			}
			f.put(data)
			grown = true
		}
	}
	return grown
}

// put keeps documents as a save does.
func (f *filler) put(data map[string]core.Document) {
	f.Input.Data = maps.Clone(f.Input.Data)
	maps.Copy(f.Input.Data, data)
}

// post posts one page with every answer that has a place.
func (f *filler) post(page string) error {
	bound, err := form.Bind(f.App, f.Set, page, f.posted(), f.Input)
	if err != nil {
		return err
	}
	for dataType, doc := range bound.Data {
		t, _ := f.App.DataType(dataType)
		elsewhere := t.Task != "" && t.Task != f.inst().Process.Task
		if elsewhere && !reflect.DeepEqual(doc, f.Input.Data[dataType]) {
			return fault.New(fault.Conflict, "fault.changed")
		}
	}
	f.put(bound.Data)
	for _, path := range bound.Changed {
		f.given[path] = true
	}
	for _, issue := range bound.Issues {
		f.given[issue.Path] = true
		f.issues[issue.Path] = issue
	}
	return nil
}

// posted gives the answers whose rows are there, and the ids of those rows.
func (f *filler) posted() url.Values {
	out := url.Values{}
	for _, a := range f.Answers {
		if !f.rowIDs(a.Path, out) {
			continue
		}
		if len(a.Values) == 0 {
			out[a.Path] = []string{""}
		}
		for _, v := range a.Values {
			out.Add(a.Path, typed(f.Input.Language, v, a.Number))
		}
	}
	return out
}

// typed writes a value as a person types it: with the language's decimal sign.
func typed(language, value string, number bool) string {
	if number && language != "en" {
		return strings.Replace(value, ".", ",", 1)
	}
	return value
}

// rowIDs adds the ids of the rows on an answer's path; false when one of them is not there.
func (f *filler) rowIDs(at string, out url.Values) bool {
	dataType, field := f.split(at)
	for i, c := range field {
		if c != ']' {
			continue
		}
		row := field[:i+1]
		id, ok := schema.Get(f.Input.Data[dataType], row+"."+schema.RowID).(string)
		if !ok {
			return false
		}
		out.Set(strings.TrimSuffix(at, field)+row+"."+schema.RowID, id)
	}
	return true
}

// split parts an answer's name into data type and path.
func (h *held) split(name string) (dataType, field string) {
	if dataType, field, ok := strings.Cut(name, ":"); ok && h.App.Models[dataType] != nil {
		return dataType, field
	}
	if h.Set != nil {
		return h.Set.DataType, name
	}
	return "", name
}

// attach puts a file with made-up content where its field is.
func (f *filler) attach(a core.Actor, file app.Attachment) error {
	dataType, bound := file.Field, false
	if t, ok := f.App.DataType(dataType); !ok || t.Form {
		if c := f.uploadAt(file.Field); c != nil {
			dataType, bound = c.ID, true
		}
	}
	dt, err := f.MayAttach(a, dataType)
	if err != nil {
		return &Unanswered{file.Place, file.Field, f.whyNoFile(dataType, err)}
	}
	kind, ok := contentType(dt, file.Name)
	if !ok {
		return &Unanswered{file.Place, file.Field, "it does not take files like " + file.Name}
	}
	e := core.DataElement{
		ID: uuid.New(), Instance: f.inst().ID, Type: dataType, ContentType: kind,
		Filename: file.Name, Size: int64(len(MadeUp(file.Name))), Version: 1,
	}
	f.Input.Elements = append(slices.Clone(f.Input.Elements), e)
	if bound && !f.onAPage(func(page string) error {
		data, err := form.Attach(f.App, f.Set, page, file.Field, []uuid.UUID{e.ID}, f.Input)
		if err == nil {
			f.put(data)
		}
		return err
	}) {
		return &Unanswered{file.Place, file.Field, "no page shows a field for the file"}
	}
	if file.Tag == "" {
		return nil
	}
	if !f.onAPage(func(page string) error {
		return form.Tagged(f.App, f.Set, page, e, file.Tag, f.Input)
	}) {
		return &Unanswered{file.Place, file.Field, "its files cannot be marked " + file.Tag}
	}
	f.Input.Elements[len(f.Input.Elements)-1].Tags = []string{file.Tag}
	return nil
}

// onAPage tells whether something can be done on one of the pages.
func (f *filler) onAPage(do func(page string) error) bool {
	return slices.ContainsFunc(f.Set.Pages, func(p *app.Page) bool { return do(p.ID) == nil })
}

// uploadAt finds the file field that is bound to a path.
func (f *filler) uploadAt(name string) *app.Component {
	dataType, field := f.split(name)
	steps, err := schema.SplitPath(field)
	if err != nil {
		return nil
	}
	plain := make([]string, len(steps))
	for i, s := range steps {
		plain[i] = s.Name
	}
	for _, c := range f.Set.BoundTo(dataType, strings.Join(plain, ".")) {
		if c.IsUpload() {
			return c
		}
	}
	return nil
}

func (f *filler) whyNoFile(dataType string, err error) string {
	switch {
	case fault.Is(err, fault.Malformed):
		return "the app has no data type " + dataType + " for files"
	case fault.Is(err, fault.Forbidden):
		return "no page asks this person for it"
	}
	return err.Error()
}

// contentType gives what a file is kept as, by its ending; ok is false when the app does not take
// such files.
func contentType(dt app.DataType, name string) (kind string, ok bool) {
	if len(dt.ContentTypes) == 0 {
		return "application/octet-stream", true
	}
	for _, t := range dt.ContentTypes {
		if known := app.Endings(t); known == nil ||
			slices.Contains(known, strings.ToLower(path.Ext(name))) {
			return t, true
		}
	}
	return "", false
}

// MadeUp is the content of a file with a name: what its ending says, and small.
func MadeUp(name string) []byte {
	begin := map[string]string{
		".pdf": "%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", ".png": "\x89PNG\r\n\x1a\n",
		".jpg": "\xff\xd8\xff\xe0", ".jpeg": "\xff\xd8\xff\xe0",
	}[strings.ToLower(path.Ext(name))]
	return []byte(begin + "Made up: " + name + "\n")
}

// rest gives what could not be kept, or tells of the first answer that no question took.
func (f *filler) rest() ([]form.Issue, error) {
	var out []form.Issue
	for _, r := range f.Rows {
		if schema.Rows(f.Input.Data[f.Set.DataType], r.Path) < r.Count {
			return nil, &Unanswered{r.Place, r.Path, "no row can be added here: " + f.why(r.Path)}
		}
	}
	for _, a := range f.Answers {
		if issue, ok := f.issues[a.Path]; ok {
			out = append(out, issue)
			continue
		}
		dataType, field := f.split(a.Path)
		stored := schema.Get(f.Input.Data[dataType], field)
		if !f.given[a.Path] && stored == nil && len(strings.Join(a.Values, "")) > 0 {
			return nil, &Unanswered{a.Place, a.Path, f.why(a.Path)}
		}
		if !f.given[a.Path] && stored != nil && !says(stored, a) {
			return nil, &Unanswered{a.Place, a.Path, "it cannot be changed"}
		}
	}
	return out, nil
}

// says tells whether what is stored is the answer already.
func says(stored any, a app.Answer) bool {
	got, _ := stored.([]any)
	if got == nil {
		got = []any{stored}
	}
	return slices.EqualFunc(got, a.Values, func(x any, want string) bool {
		return equal(x, want) || plain(x) == want
	})
}

// why tells why no question took an answer.
func (f *filler) why(name string) string {
	dataType, field := f.split(name)
	m := f.App.Models[dataType]
	if m == nil {
		return "the task has no form"
	}
	if _, known := m.Schema.Field(indexes.ReplaceAllString(field, "")); !known {
		if near := m.Suggestion(indexes.ReplaceAllString(field, "")); near != "" {
			return "the model has no such field: did you mean " + near + "?"
		}
		return "the model has no such field"
	}
	if options := f.optionsAt(dataType, field); len(options) > 0 && !f.among(name, options) {
		return "it is none of the choices: " + strings.Join(options, ", ")
	}
	if f.Input.ReadOnly {
		return "the form cannot be changed now"
	}
	return "no page asks for it now: it is hidden, or cannot be changed"
}

// optionsAt gives the values of the choices at a field; none where they are not written out.
func (f *filler) optionsAt(dataType, field string) []string {
	var out []string
	for _, c := range f.Set.BoundTo(dataType, indexes.ReplaceAllString(field, "")) {
		if p, ok := c.Props.(*app.ChoiceProps); ok {
			for _, o := range p.Options {
				out = append(out, o.Value)
			}
		}
	}
	return out
}

// among tells whether every value that is given at a field is one of the options.
func (f *filler) among(name string, options []string) bool {
	for _, a := range f.Answers {
		if a.Path == name && slices.ContainsFunc(a.Values, func(v string) bool {
			return !slices.Contains(options, v)
		}) {
			return false
		}
	}
	return true
}
