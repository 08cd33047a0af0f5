package solution

import (
	"slices"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/text"
)

// Part is one app of a solution, with what access says of it.
type Part struct {
	App *app.Definition
	// Case tells that its instances are cases, found in an inbox.
	Case bool
	// Roles are those who may read or write its instances at some stage.
	Roles []Role
}

// Role is one who may read or write, by the name that people know.
type Role struct {
	Name        string
	Read, Write bool
}

// Kind is what the instances of an app are.
type Kind string

// The kinds of app.
const (
	// KindForm: anybody with a right begins one.
	KindForm Kind = "form"
	// KindCase: an organisation works on it.
	KindCase Kind = "case"
	// KindReply is made for somebody to fill in, KindLetter for somebody to read.
	KindReply  Kind = "reply"
	KindLetter Kind = "letter"
	// KindElsewhere: something is handed to it, and its definition is not here.
	KindElsewhere Kind = "elsewhere"
)

// Picture is a solution: its apps and what goes between them. Its order is that of the apps, and
// within an app that of its handover.json.
type Picture struct {
	Lang   string
	Nodes  []Node
	Arrows []Arrow
}

// Node is one app.
type Node struct {
	Ref   core.AppRef
	Title string
	Kind  Kind
	// Owners are who may own its instances, in words.
	Owners []string
	Roles  []Role
	// URL is where the node leads; empty for nowhere.
	URL string
}

// Way is what an arrow does where it ends.
type Way string

// The ways.
const (
	// WayMakes makes an instance, WayAdds puts data into one, WayTells says how it goes.
	WayMakes Way = "makes"
	WayAdds  Way = "adds"
	WayTells Way = "tells"
)

// Arrow is one handover, or all reports from one app to another.
type Arrow struct {
	// From and To are places in Picture.Nodes.
	From, To int
	Way      Way
	// Handovers are the ids in the source's handover.json; several only for reports.
	Handovers []string
	// Moments say in words what sets it off, one for each handover.
	Moments []string
	// Conditions say in words when it happens, one for each handover that has one.
	Conditions []string
	// Fields counts the single fields, those of rows too; Lists the lists of rows.
	Fields, Lists int
	// Files are the kinds of attachment and Forms the whole forms that go along, as the source
	// calls them; PDF is the submission as PDF.
	Files, Forms []string
	PDF          bool
	// Owner says who will own what is made.
	Owner string
	// Days is the deadline; 0 for none that is told in days.
	Days int
	// Live is what is on its way now; nil when that is not asked about.
	Live *Live
}

// Live counts an arrow's deliveries that have not arrived.
type Live struct {
	Waiting, Parked int
	// MoreWaiting and MoreParked tell that there are more than were counted.
	MoreWaiting, MoreParked bool
}

// Of gives the picture of a solution, in a language. The name of an organisation is looked up by
// its number; an empty one leaves the number.
func Of(lang string, parts []Part, organisation func(number string) string) Picture {
	b := builder{Picture: Picture{Lang: lang}, at: map[core.AppRef]int{}, organisation: organisation}
	for _, p := range parts {
		b.at[p.App.Ref] = len(b.Nodes)
		b.Nodes = append(b.Nodes, Node{
			Ref: p.App.Ref, Title: p.App.Title(lang), Kind: kindOf(p), Roles: p.Roles,
		})
	}
	for _, p := range parts {
		for _, h := range p.App.Handovers {
			b.handover(p.App, h)
		}
	}
	// Reports go to whatever makes an instance of the app, so all handovers must be known.
	for _, p := range parts {
		b.reports(p.App)
	}
	b.owners(parts)
	return b.Picture
}

func kindOf(p Part) Kind {
	switch {
	case p.Case:
		return KindCase
	case !p.App.Meta.DisallowUserInstantiation:
		return KindForm
	}
	if first, err := p.App.Process.Start(nil); err == nil && first.TaskType == "data" {
		return KindReply
	}
	return KindLetter
}

// Around keeps the apps that are wanted, and those that they hand to or get from.
func (p Picture) Around(wanted func(core.AppRef) bool) Picture {
	keep := make([]bool, len(p.Nodes))
	for i, n := range p.Nodes {
		keep[i] = wanted(n.Ref)
	}
	out := Picture{Lang: p.Lang}
	for _, a := range p.Arrows {
		if wanted(p.Nodes[a.From].Ref) || wanted(p.Nodes[a.To].Ref) {
			keep[a.From], keep[a.To] = true, true
			out.Arrows = append(out.Arrows, a)
		}
	}
	at := make([]int, len(p.Nodes))
	for i, n := range p.Nodes {
		if keep[i] {
			at[i] = len(out.Nodes)
			out.Nodes = append(out.Nodes, n)
		}
	}
	for i, a := range out.Arrows {
		out.Arrows[i].From, out.Arrows[i].To = at[a.From], at[a.To]
	}
	return out
}

type builder struct {
	Picture
	at           map[core.AppRef]int
	organisation func(string) string
}

// node gives an app's place; one that is not here gets a node of its own.
func (b *builder) node(ref core.AppRef) int {
	if i, ok := b.at[ref]; ok {
		return i
	}
	b.at[ref] = len(b.Nodes)
	b.Nodes = append(b.Nodes, Node{Ref: ref, Title: ref.String(), Kind: KindElsewhere})
	return b.at[ref]
}

func (b *builder) handover(d *app.Definition, h *app.Handover) {
	a := Arrow{
		From: b.at[d.Ref], To: b.node(h.To), Way: WayMakes, Handovers: []string{h.ID},
		Moments: []string{b.moment(d, h.On)}, Days: h.DueInDays, Fields: len(h.Prefill),
	}
	if h.Into != app.IntoNone {
		a.Way = WayAdds
	} else {
		a.Owner = b.owner(h.Owner)
	}
	if h.When != nil {
		a.Conditions = append(a.Conditions, condition(b.Lang, h.When))
	}
	a.addRows(h.Rows)
	for _, m := range h.Data {
		if m.Source == app.PDFDataType {
			a.PDF = true
		} else if t, ok := d.DataType(m.Source); ok && t.Form {
			a.Forms = append(a.Forms, m.Source)
		} else {
			a.Files = append(a.Files, m.Source)
		}
	}
	slices.Sort(a.Files)
	a.Files = slices.Compact(a.Files)
	slices.Sort(a.Forms)
	b.Arrows = append(b.Arrows, a)
}

func (a *Arrow) addRows(rows []app.RowMapping) {
	for _, r := range rows {
		a.Lists++
		a.Fields += len(r.Fields)
		a.addRows(r.Rows)
	}
}

// reports adds one arrow to each app that makes instances of this one.
func (b *builder) reports(d *app.Definition) {
	if len(d.Reports) == 0 {
		return
	}
	a := Arrow{From: b.at[d.Ref], Way: WayTells}
	for _, r := range d.Reports {
		a.Handovers = append(a.Handovers, r.ID)
		a.Moments = append(a.Moments, b.moment(d, r.On))
		if r.When != nil {
			a.Conditions = append(a.Conditions, condition(b.Lang, r.When))
		}
	}
	told := map[int]bool{}
	for _, made := range b.Arrows {
		if made.Way == WayMakes && made.To == a.From && !told[made.From] {
			told[made.From] = true
			a.To = made.From
			b.Arrows = append(b.Arrows, a)
		}
	}
}

func (b *builder) moment(d *app.Definition, on app.On) string {
	switch {
	case on.TaskStart != "":
		return text.T(b.Lang, "solution.on_start", d.TaskText(b.Lang, on.TaskStart))
	case on.TaskEnd != "":
		return text.T(b.Lang, "solution.on_end", d.TaskText(b.Lang, on.TaskEnd))
	case on.Action != "":
		return text.T(b.Lang, "solution.on_action", b.action(d, on.Action))
	}
	return text.T(b.Lang, "solution.on_process_end")
}

// action is what an action's button says in the first task that has a text for it.
func (b *builder) action(d *app.Definition, action string) string {
	for _, t := range d.Process.Tasks() {
		if name := d.ActionText(b.Lang, t.ID, action); name != action {
			return name
		}
	}
	return action
}

func (b *builder) owner(o app.HandoverOwner) string {
	switch {
	case o.Source:
		return text.T(b.Lang, "solution.owner_source")
	case o.PersonNumber != nil:
		return text.T(b.Lang, "solution.owner_person")
	}
	number, ok := o.OrganisationNumber.IsLiteral()
	if s, isText := number.(string); ok && isText {
		if name := b.organisation(s); name != "" {
			return name
		}
		return text.T(b.Lang, "solution.owner_number", text.OrganisationNumber(s))
	}
	return text.T(b.Lang, "solution.owner_looked_up")
}

// owners says of each app who owns its instances: whom handovers make them for, and whoever may
// begin one.
func (b *builder) owners(parts []Part) {
	add := func(n *Node, owner string) {
		if !slices.Contains(n.Owners, owner) {
			n.Owners = append(n.Owners, owner)
		}
	}
	for _, p := range parts {
		n := &b.Nodes[b.at[p.App.Ref]]
		for _, a := range b.Arrows {
			if a.Way == WayMakes && &b.Nodes[a.To] == n {
				add(n, a.Owner)
			}
		}
		if n.Kind == KindForm || len(n.Owners) == 0 {
			add(n, b.allowed(p.App.Meta.Owners))
		}
	}
	for _, a := range b.Arrows {
		if n := &b.Nodes[a.To]; n.Kind == KindElsewhere && a.Way == WayMakes {
			add(n, a.Owner)
		}
	}
}

func (b *builder) allowed(o app.OwnerTypes) string {
	person, organisation := o.Allows(core.PartyPerson), o.Allows(core.PartyOrganisation)
	switch {
	case person && organisation:
		return text.T(b.Lang, "solution.owner_either")
	case person:
		return text.T(b.Lang, "solution.owner_person")
	}
	return text.T(b.Lang, "solution.owner_organisation")
}
