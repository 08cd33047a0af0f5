package form

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/fault"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// Entry is one entry of a subform: a data element with a document of its own.
type Entry struct {
	Element  core.DataElement
	Document core.Document
}

// EntryRef says which entry a page is of: the page and the component of the task's form that it
// is listed in, and the data element's id.
type EntryRef struct{ Page, Component, ID string }

// Path is the entry's part of an address, after the task.
func (r EntryRef) Path() string {
	return url.PathEscape(r.Page) + "/" + url.PathEscape(r.Component) + "/" + r.ID
}

// EntryControl is a control in an entry's own form.
type EntryControl struct {
	EntryRef
	// SubPage is the page of the entry's form that it stands on.
	SubPage, NodeID string
}

// What a button that has to do with an entry posts as "go": one of these words, the component's
// id and, but for a new one, the data element's id and version, with colons between.
const (
	GoEntry     = "entry:"
	EntryAdd    = "add"
	EntryOpen   = "open"
	EntryRemove = "remove"
)

// Entries is a subform as it is listed on its page.
type Entries struct {
	Columns []Column
	Rows    []EntryRow
	// CanAdd, CanOpen and CanDelete tell which buttons there are.
	CanAdd, CanOpen, CanDelete bool
	AddText, Empty             string
	// Full tells that there are as many as there can be; empty when there are not.
	Full string
}

// EntryRow is one entry in the list.
type EntryRow struct {
	// ID and Version are the data element's; NodeID is one of a kind on the page.
	ID, NodeID string
	Version    int
	Name       string
	Cells      []string
	// OpenText and DeleteText are what the buttons are called; empty for our own words.
	OpenText, DeleteText string
	Issues               []Issue
}

// EnterEntry gives the layout set and the input by which one entry of a subform is filled in: the
// entry's document stands beside those of the instance. fault.NotFound when the page shows no such
// subform, or it has no such entry.
func EnterEntry(
	d *app.Definition, set *app.LayoutSet, ref EntryRef, in Input,
) (*app.LayoutSet, Input, error) {
	c := set.Component(ref.Component)
	v := newView(d, set, &in)
	if c == nil || c.Type != app.TypeSubform || c.Page.ID != ref.Page || v.hiddenAnywhere(c) {
		return nil, in, fault.New(fault.NotFound, "fault.page_not_found")
	}
	for _, e := range v.entries(c) {
		if e.Element.ID.String() == ref.ID {
			inner := v.inputOf(c, e)
			return layoutOf(c), inner, nil
		}
	}
	return nil, in, fault.New(fault.NotFound, "fault.page_not_found")
}

func subformProps(c *app.Component) *app.SubformProps { return c.Props.(*app.SubformProps) }

func layoutOf(c *app.Component) *app.LayoutSet { return subformProps(c).Layout }

// entries gives those of a subform, in the order in which they came.
func (v *view) entries(c *app.Component) []Entry { return v.in.Entries[layoutOf(c).DataType] }

// inputOf gives the input of one entry.
func (v *view) inputOf(c *app.Component, e Entry) Input {
	in := *v.in
	in.Data = maps.Clone(v.data)
	if in.Data == nil {
		in.Data = map[string]core.Document{}
	}
	in.Data[e.Element.Type] = e.Document
	in.Entry = EntryRef{Page: c.Page.ID, Component: c.ID, ID: e.Element.ID.String()}
	in.ReadOnly = in.ReadOnly || v.entriesClosed(c) || e.Element.Locked
	in.Shown, in.Posted, in.OpenRow, in.Turn, in.Ask = nil, nil, "", "", ""
	return in
}

// entryViews gives each entry of a subform with a look at it.
func (v *view) entryViews(c *app.Component) func(func(int, *view) bool) {
	return func(yield func(int, *view) bool) {
		for i, e := range v.entries(c) {
			in := v.inputOf(c, e)
			if !yield(i, newView(v.d, layoutOf(c), &in)) {
				return
			}
		}
	}
}

// entriesClosed tells whether a subform's entries cannot be changed here, by this person.
func (v *view) entriesClosed(c *app.Component) bool {
	t, _ := v.d.DataType(layoutOf(c).DataType)
	return v.readOnly(c) || t.Task != "" && t.Task != v.in.Instance.Process.Task
}

// maxEntries is how many entries a subform may have where the app sets no limit.
const maxEntries = 500

// entryCounts gives the fewest and most entries; the metadata asks for the fewest in the task that
// they belong to.
func (v *view) entryCounts(c *app.Component) (fewest, most int) {
	t, _ := v.d.DataType(layoutOf(c).DataType)
	if t.Task == "" || t.Task == v.in.Instance.Process.Task {
		fewest = max(t.MinCount, 0)
	}
	if v.required(c) {
		fewest = max(fewest, 1)
	}
	return fewest, MostEntries(t)
}

// MostEntries gives how many entries there can be of a data type.
func MostEntries(t app.DataType) int {
	if t.MaxCount <= 0 {
		return maxEntries
	}
	return t.MaxCount
}

// MayAddEntry gives the data type of a subform that takes one more entry on the page from this
// person. full is the issue at the subform when it has as many as it can have; fault.Invalid when
// there is no such subform, or it takes none.
func MayAddEntry(
	d *app.Definition, set *app.LayoutSet, page, component string, in Input,
) (dataType string, full *Issue, err error) {
	v, c, err := openSubform(d, set, page, component, in)
	if err != nil {
		return "", nil, err
	}
	t, _ := d.DataType(layoutOf(c).DataType)
	if t.DisallowUserCreate || !v.bool(subformProps(c).Add, true) {
		return "", nil, fault.New(fault.Invalid, "subform.refused")
	}
	if _, most := v.entryCounts(c); len(v.entries(c)) >= most {
		issue := v.issue(c, "maxCount", text.TN(v.lang, "subform.too_many", most, v.question(c)))
		return t.ID, &issue, nil
	}
	return t.ID, nil, nil
}

// MayRemoveEntry gives the entry of a subform that this person may take away on the page; found is
// false when it is gone already. fault.Invalid when there is no such subform, or nobody may take
// its entries away.
func MayRemoveEntry(
	d *app.Definition, set *app.LayoutSet, ref EntryRef, in Input,
) (e Entry, found bool, err error) {
	v, c, err := openSubform(d, set, ref.Page, ref.Component, in)
	if err != nil {
		return e, false, err
	}
	t, _ := d.DataType(layoutOf(c).DataType)
	if t.DisallowUserDelete || !v.bool(subformProps(c).Delete, true) {
		return e, false, fault.New(fault.Invalid, "subform.refused")
	}
	list := v.entries(c)
	i := slices.IndexFunc(list, func(e Entry) bool { return e.Element.ID.String() == ref.ID })
	if i < 0 {
		return e, false, nil
	}
	return list[i], true, nil
}

// openSubform finds a subform whose entries this person may change on the page.
func openSubform(
	d *app.Definition, set *app.LayoutSet, page, component string, in Input,
) (*view, *app.Component, error) {
	v := newView(d, set, &in)
	c := set.Component(component)
	if c == nil || c.Type != app.TypeSubform || c.Page.ID != page || v.hiddenAnywhere(c) ||
		v.entriesClosed(c) {
		return nil, nil, fault.New(fault.Invalid, "subform.refused")
	}
	return v, c, nil
}

// Untouched tells whether nothing has been answered in a document; what is calculated does not
// count.
func Untouched(d *app.Definition, dataType string, doc core.Document) bool {
	answers := schema.Clone(doc)
	if m := d.Models[dataType]; m != nil {
		for _, c := range m.Calculations {
			schema.Delete(answers, c.Path)
		}
	}
	return bare(answers)
}

// subform lists the entries: each is filled in on pages of its own.
func (b *builder) subform(c *app.Component) Node {
	n := b.labelled(c, KindEntries)
	n.ReadOnly = b.entriesClosed(c)
	fewest, most := b.entryCounts(c)
	t, _ := b.d.DataType(layoutOf(c).DataType)
	p, count := subformProps(c), len(b.entries(c))
	n.Entries = &Entries{
		Columns: b.entryColumns(p), AddText: b.or(c, "addButton", "form.row_add"),
		Empty: text.T(b.lang, "form.row_empty"),
	}
	if !n.ReadOnly {
		b.questions++
		if n.Required = fewest > 0; n.Required {
			b.needed++
		}
		n.Optional = !n.Required && !c.Look.NoOptional
		n.Entries.CanOpen = true
		n.Entries.CanAdd = !t.DisallowUserCreate && b.bool(p.Add, true) && count < most
		if count >= most {
			n.Entries.Full = text.TN(b.lang, "subform.too_many", most, n.Title)
		}
		n.Entries.CanDelete = !t.DisallowUserDelete && b.bool(p.Delete, true)
	}
	shown := b.take(c.ID, n.ID)
	n.Issues = slices.DeleteFunc(slices.Clone(shown), func(i Issue) bool { return i.Entry != nil })
	for i, v := range b.entryViews(c) {
		n.Entries.Rows = append(n.Entries.Rows, b.entryRow(c, i, v, shown))
	}
	return n
}

func (b *builder) entryRow(c *app.Component, index int, v *view, shown []Issue) EntryRow {
	e := b.entries(c)[index]
	r := EntryRow{
		ID: e.Element.ID.String(), NodeID: b.nodeID(c) + "-" + strconv.Itoa(index),
		Version: e.Element.Version, Name: v.entryName(c, index), Cells: v.entryCells(c),
		OpenText:   v.entryText(c.Texts["tableEditButton"]),
		DeleteText: v.entryText(c.Texts["tableDeleteButton"]),
	}
	for _, i := range shown {
		if i.Entry != nil && i.Entry.ID == r.ID {
			r.Issues = append(r.Issues, i)
		}
	}
	return r
}

func (v *view) entryColumns(p *app.SubformProps) []Column {
	out := make([]Column, len(p.Columns))
	for i, c := range p.Columns {
		out[i].Title = v.words(c.Header)
		if m := v.d.Models[p.Layout.DataType]; m != nil && c.Query != "" {
			f, _ := m.Schema.Field(c.Query)
			out[i].Numeric = f.Type == "integer" || f.Type == "number"
		}
	}
	return out
}

// entryName gives what the entry that the view looks at is called: what the layout says, else its
// number.
func (v *view) entryName(c *app.Component, index int) string {
	if name := v.entryText(subformProps(c).Name); name != "" {
		return name
	}
	return text.T(v.lang, "subform.entry", index+1)
}

// entryCells gives the entry that the view looks at as a row of the table.
func (v *view) entryCells(c *app.Component) []string {
	p := subformProps(c)
	out := make([]string, len(p.Columns))
	for i, column := range p.Columns {
		if column.Query == "" {
			out[i] = v.entryText(column.Value)
		} else if steps, err := v.d.Steps(column.Query); err == nil {
			out[i] = v.read(p.Layout.DataType, steps, v.at(p.Layout.DataType, steps))
		}
		if out[i] == "" {
			out[i] = v.words(column.Default)
		}
	}
	return out
}

// entryText evaluates a text in the entry that the view looks at: a key, or what it says.
func (v *view) entryText(e *expr.Expr) string {
	s, err := e.Text(v, "")
	if err != nil || s == "" {
		return ""
	}
	if v.d.Texts.Has(s) {
		return v.Text(s)
	}
	return s
}

// EntryName gives what the entry that the input is of is called, and the title of the subform that
// it is listed in. set is the task's.
func EntryName(d *app.Definition, set *app.LayoutSet, in Input) (name, subform string) {
	c := set.Component(in.Entry.Component)
	if c == nil || c.Type != app.TypeSubform {
		return "", ""
	}
	v := newView(d, layoutOf(c), &in)
	index := slices.IndexFunc(v.entries(c), func(e Entry) bool {
		return e.Element.ID.String() == in.Entry.ID
	})
	return v.entryName(c, index), newView(d, set, &in).question(c)
}

// entrySet gives the layout set that a document of a data type is filled in by in a task; one with
// no more than the data type where there is none.
func entrySet(d *app.Definition, task, dataType string) *app.LayoutSet {
	if set := d.EntrySet(dataType); set != nil {
		return set
	}
	if set := d.SetFor(task); set != nil {
		return set
	}
	return &app.LayoutSet{DataType: dataType}
}

// withinEntries calls visit for each entry of the subforms that are shown, with a look at it.
func (v *view) withinEntries(visit func(*view)) {
	for _, c := range v.set.Subforms() {
		if v.hiddenAnywhere(c) {
			continue
		}
		for _, inner := range v.entryViews(c) {
			visit(inner)
		}
	}
}
