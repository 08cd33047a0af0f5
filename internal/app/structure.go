package app

// The types that arrange other components, list files or show what has been answered.
const (
	TypeTabs              = "Tabs"
	TypeCards             = "Cards"
	TypeGrid              = "Grid"
	TypeFileUploadWithTag = "FileUploadWithTag"
	TypeAttachmentList    = "AttachmentList"
)

// BindingList is the binding of a file field to a list of its files' ids.
const BindingList = "list"

func init() {
	Register(TypeTabs, ComponentType{Props: tabsProps, Refs: tabsRefs})
	Register(TypeCards, ComponentType{Props: cardsProps, Refs: cardsRefs})
	Register(TypeGrid, ComponentType{Props: gridProps, Refs: gridRefs})
	Register(TypeFileUploadWithTag, ComponentType{Props: fileUploadProps, Question: true})
	Register(TypeAttachmentList, ComponentType{Props: attachmentListProps})
}

// IsUpload tells whether the component takes files. Its data type is the component's id.
func (c *Component) IsUpload() bool {
	return c.Type == TypeFileUpload || c.Type == TypeFileUploadWithTag
}

// Part is one tab or one card: a text or none, and the components in it.
type Part struct {
	// Title, Description and Footer are text keys or texts; empty for none.
	Title, Description, Footer string
	// Media is the id of the component that stands on top of a card; empty for none.
	Media string
	// Children are ids of components.
	Children []string
}

// PartsProps are those of Tabs and Cards.
type PartsProps struct {
	Parts []Part
}

func tabsProps(p Properties) any {
	out := &PartsProps{}
	for _, tab := range p.List("tabs") {
		out.Parts = append(out.Parts, Part{
			Title: tab.key("title"), Children: childIDs(tab.v),
		})
	}
	return out
}

func cardsProps(p Properties) any {
	out := &PartsProps{}
	for _, card := range p.List("cards") {
		out.Parts = append(out.Parts, Part{
			Title: card.key("title"), Description: card.key("description"),
			Footer: card.key("footer"), Media: card.Text("media"), Children: childIDs(card.v),
		})
	}
	return out
}

func childIDs(v *value) []string {
	var out []string
	for _, ref := range v.get("children").list() {
		out = append(out, childID(ref.text))
	}
	return out
}

func tabsRefs(v *value) []*value {
	var out []*value
	for _, tab := range v.get("tabs").list() {
		out = append(out, tab.get("children").list()...)
	}
	return out
}

func cardsRefs(v *value) []*value {
	var out []*value
	for _, card := range v.get("cards").list() {
		if media := card.get("media"); media != nil {
			out = append(out, media)
		}
		out = append(out, card.get("children").list()...)
	}
	return out
}

// GridProps are those of Grid, and of the rows round a repeating group's own.
type GridProps struct {
	Rows []GridRow
	// HideEmpty leaves out rows without an answer in a summary.
	HideEmpty bool
}

// GridRow is one row of a grid.
type GridRow struct {
	// Header makes the cells headings of their columns.
	Header bool
	Cells  []GridCell
}

// GridCell has one of a component, a text, or the title of a component; or nothing.
type GridCell struct {
	Component, Text, LabelFrom string
}

func gridProps(p Properties) any {
	return &GridProps{Rows: gridRows(p, "rows"), HideEmpty: p.Flag("hideEmptyRows", false)}
}

func gridRows(p Properties, name string) []GridRow {
	var out []GridRow
	for _, row := range p.List(name) {
		one := GridRow{Header: row.Flag("header", false)}
		for _, v := range row.v.get("cells").list() {
			// An empty cell is null.
			cell := Properties{p.r, p.d, v, p.id}
			one.Cells = append(one.Cells, GridCell{
				Component: cell.Text("component"), Text: cell.key("text"),
				LabelFrom: cell.Text("labelFrom"),
			})
		}
		out = append(out, one)
	}
	return out
}

func gridRefs(v *value) []*value { return cellRefs(v.get("rows")) }

func cellRefs(rows *value) []*value {
	var out []*value
	for _, row := range rows.list() {
		for _, cell := range row.get("cells").list() {
			if ref := cell.get("component"); ref != nil {
				out = append(out, ref)
			}
		}
	}
	return out
}

// AttachmentListProps are those of AttachmentList.
type AttachmentListProps struct {
	// DataTypes are those whose files are listed; empty is all.
	DataTypes []string
	// Links makes each file's name a link to it.
	Links bool
	// PDF tells that the submission's PDF is listed too.
	PDF bool
}

func attachmentListProps(p Properties) any {
	a := &AttachmentListProps{Links: p.Flag("links", true), PDF: p.Flag("includePDF", false)}
	for _, id := range p.Texts("dataTypeIds") {
		switch _, ok := p.d.DataType(id); {
		case id == PDFDataType, id == "include-all":
			a.PDF = true
		case !ok:
			p.Errorf("dataTypeIds", "there is no data type %s", id)
		}
		if id != "include-all" {
			a.DataTypes = append(a.DataTypes, id)
		}
	}
	return a
}

// List reads a list of objects.
func (p Properties) List(name string) []Properties {
	var out []Properties
	for _, item := range p.r.array(p.v.get(name), p.what(name)) {
		if p.r.object(item, p.what(name)) != nil {
			out = append(out, Properties{p.r, p.d, item, p.id})
		}
	}
	return out
}

// key reads a text key, or the text itself, and looks for the key among the app's texts.
func (p Properties) key(name string) string {
	if v := p.v.get(name); v != nil && v.kind == kindText {
		p.r.checkKey(p.d, v)
	}
	return p.Text(name)
}
