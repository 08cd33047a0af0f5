package form

import (
	"strings"

	"stafett/internal/app"
	"stafett/internal/text"
)

// labelled gives what every node with texts has.
func (b *builder) labelled(c *app.Component, kind Kind) Node {
	return Node{
		Kind: kind, ID: b.nodeID(c), Title: b.plain(c, "title"),
		Description: b.html(c, "description"), Help: b.html(c, "help"),
	}
}

// ask gives what every question has, and its stored value. What was posted and could not be
// stored stands in the control again. readOnly makes it a question with its answer.
func (b *builder) ask(c *app.Component, kind Kind) (n Node, value any) {
	n = b.labelled(c, kind)
	n.Name = b.name(c)
	value = b.value(c)
	if place := b.registered(c); place != "" {
		value = place
	}
	n.Display, n.Chosen = b.display(c, value), c.Choices() != nil
	n.Issues = b.take(n.Name, n.ID)
	n.Controls = c.Controls
	if b.readOnly(c) {
		n.Kind, n.ReadOnly = KindValue, true
		n.Prefix, n.Suffix = "", ""
		return n, value
	}
	b.questions++
	if b.required(c) {
		b.needed++
		n.Required = true
	} else {
		n.Optional = !c.Look.NoOptional
	}
	n.Value = b.controlValue(c, value)
	b.base.note(n.Name, b.held(c, value))
	if posted, ok := b.in.Posted[n.Name]; ok {
		n.Value, n.Display = posted, posted
	}
	return n, value
}

// take gives the shown issues of a node and notes that they have found it.
func (b *builder) take(name, id string) []Issue {
	var out []Issue
	for i, issue := range b.in.Shown {
		if b.drawn[i] || issue.Path != name && (issue.NodeID != id || id == "") {
			continue
		}
		b.drawn[i] = true
		issue.NodeID = id
		out = append(out, issue)
	}
	b.issues = append(b.issues, out...)
	return out
}

func (b *builder) input(c *app.Component) Node {
	kind := KindText
	if c.Type == app.TypeTextArea {
		kind = KindTextArea
	}
	n, _ := b.ask(c, kind)
	if n.ReadOnly {
		return n
	}
	n.Prefix, n.Suffix = b.affixes(c)
	p := c.Props.(*app.InputProps)
	n.Autocomplete, n.MaxLength = p.Autocomplete, p.MaxLength
	if n.MaxLength == 0 && kind == KindTextArea {
		n.MaxLength = c.Field.MaxLength
	}
	n.InputMode = inputMode(c, p)
	n.Search, n.Align = p.Search, p.Formatting.Align
	n.Width = width(c, n.InputMode)
	return n
}

func inputMode(c *app.Component, p *app.InputProps) string {
	switch {
	case c.Field.Type == "integer", p.Digits > 0, p.Formatting.Decimals == 0:
		return "numeric"
	case p.Formatting.Pattern != "":
		return "numeric"
	case c.Field.Type == "number":
		return "decimal"
	case c.Field.Format == "email" || p.Autocomplete == "email":
		return "email"
	case strings.HasPrefix(p.Autocomplete, "tel"):
		return "tel"
	}
	return ""
}

// width tells about how long an answer is; "" for the whole width.
func width(c *app.Component, mode string) string {
	if mode == "numeric" && c.Field.Type == "integer" || mode == "decimal" {
		return "12"
	}
	switch n := c.Field.MaxLength; {
	case n == 0 || n > 30:
		return ""
	case n <= 4:
		return "4"
	case n <= 8:
		return "8"
	case n <= 12:
		return "12"
	case n <= 20:
		return "20"
	}
	return "30"
}

func (b *builder) date(c *app.Component) Node {
	n, value := b.ask(c, KindDate)
	if n.ReadOnly {
		return n
	}
	if _, posted := b.in.Posted[n.Name]; !posted {
		n.Value = datePart(asText(value))
	}
	n.Read = text.DateInWords(b.lang, n.Value)
	n.Min, n.Max = b.dateLimits(c.Props.(*app.DateProps))
	return n
}

func (b *builder) choice(c *app.Component) Node {
	kind := KindRadio
	switch c.Type {
	case app.TypeDropdown:
		kind = KindSelect
	case app.TypeCheckboxes, app.TypeMultipleSelect:
		kind = KindCheckbox
	}
	n, value := b.ask(c, kind)
	if n.ReadOnly {
		return n
	}
	values := chosen(c, value)
	if posted, ok := b.in.Posted[n.Name]; ok {
		values = strings.Split(posted, "\n")
	}
	n.Options = b.choices(c, values)
	n.InRow = c.Props.(*app.ChoiceProps).InRow
	if kind == KindCheckbox {
		n.Selected = values
	}
	return n
}

func (b *builder) group(c *app.Component) Node {
	n := b.labelled(c, KindGroup)
	p := c.Props.(*app.GroupProps)
	n.Level = p.Level
	switch {
	case p.Panel:
		n.Frame = "panel"
	case p.Indented:
		n.Frame = "indented"
	}
	n.Children = b.nodes(c.Children)
	return n
}

func (b *builder) heading(c *app.Component) Node {
	n := b.labelled(c, KindHeading)
	n.Level = c.Props.(*app.HeaderProps).Level
	return n
}

// paragraph is running text: it stands in the title binding.
func (b *builder) paragraph(c *app.Component) Node {
	return Node{
		Kind: KindProse, ID: b.nodeID(c),
		Description: b.html(c, "title"), Help: b.html(c, "help"),
	}
}

func (b *builder) alert(c *app.Component) Node {
	return Node{
		Kind: KindAlert, ID: b.nodeID(c), Title: b.plain(c, "title"),
		Description: b.html(c, "body"), Tone: c.Props.(*app.AlertProps).Tone,
		Children: b.nodes(c.Children),
	}
}

// navigation has what the buttons are called: Title is next's, Display back's; Value is "back"
// when the layout wants a button back.
func (b *builder) navigation(c *app.Component) Node {
	n := Node{
		Kind: KindNav, ID: b.nodeID(c),
		Title: b.or(c, "next", "core.next"), Display: b.or(c, "back", "core.previous"),
	}
	if c.Props.(*app.NavigationProps).Back {
		n.Value = "back"
	}
	return n
}

// or gives a text binding, or one of our own texts where the layout has none.
func (b *builder) or(c *app.Component, binding, key string) string {
	if s := b.plain(c, binding); s != "" {
		return s
	}
	return text.T(b.lang, key)
}

func (b *builder) standIn(c *app.Component) Node {
	return Node{
		Kind: KindStandIn, ID: b.nodeID(c), Title: b.plain(c, "title"),
		Description: escapeHTML(text.T(b.lang, "form.stand_in")), Children: b.nodes(c.Children),
	}
}

// Shown gives the nodes of a page without those that lead on from it: for a page that has ways on
// of its own.
func Shown(nodes []Node) []Node {
	var out []Node
	for _, n := range nodes {
		switch n.Kind {
		case KindNav, KindSubmit, KindButton, KindButtons, KindPages:
			continue
		}
		n.Children = Shown(n.Children)
		out = append(out, n)
	}
	return out
}
