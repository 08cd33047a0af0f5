package solution

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"stafett/internal/text"
)

// App is one app of the picture in words: all that the picture shows of it, and what it does not
// have room for.
type App struct {
	Node
	// Facts are what it is, who owns what is in it, and who may read and write it.
	Facts []Fact
	// Out are the arrows that leave it.
	Out []Sent
}

// Fact is a term and what there is to say.
type Fact struct{ Term, Text string }

// Sent is one arrow in words.
type Sent struct {
	Arrow
	// To is what the other app is called; Text says the rest in whole sentences.
	To   string
	Text string
}

// Words tells the picture as a list: every app in its order, with every arrow once.
func (p Picture) Words() []App {
	var out []App
	for i, n := range p.Nodes {
		a := App{Node: n, Facts: p.facts(n)}
		for _, arrow := range p.Arrows {
			if arrow.From == i {
				a.Out = append(a.Out, Sent{Arrow: arrow, To: p.Nodes[arrow.To].Title,
					Text: p.sentences(arrow)})
			}
		}
		out = append(out, a)
	}
	return out
}

// T gives a text of ours in the picture's language.
func (p Picture) T(key string, args ...any) string { return text.T(p.Lang, key, args...) }

// Title names the picture, and Description says what is on it.
func (p Picture) Title() string { return p.T("solution.title") }

// Description says how many apps and arrows there are, and what the lines mean.
func (p Picture) Description() string {
	return text.TN(p.Lang, "solution.apps", len(p.Nodes)) + ", " +
		text.TN(p.Lang, "solution.arrows", len(p.Arrows)) + ". " + p.T("solution.lines")
}

func (p Picture) kind(n Node) string { return p.T("solution.kind_" + string(n.Kind)) }

func (p Picture) facts(n Node) []Fact {
	facts := []Fact{{p.T("solution.kind"), p.kind(n)}}
	if len(n.Owners) > 0 {
		facts = append(facts, Fact{p.T("solution.owner"), p.joined("explain.or", n.Owners)})
	}
	return append(facts, p.roleFacts(n)...)
}

// roleFacts puts those who may do the same under one term.
func (p Picture) roleFacts(n Node) []Fact {
	var facts []Fact
	for _, one := range []struct {
		term        string
		read, write bool
	}{
		{"solution.read_write", true, true}, {"solution.read", true, false},
		{"solution.write", false, true},
	} {
		var names []string
		for _, r := range n.Roles {
			if r.Read == one.read && r.Write == one.write {
				names = append(names, r.Name)
			}
		}
		if len(names) > 0 {
			facts = append(facts, Fact{p.T(one.term), p.joined("explain.and", names)})
		}
	}
	return facts
}

func (p Picture) joined(word string, list []string) string {
	list = slices.Compact(slices.Clone(list))
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " " + p.T(word) + " " + list[last]
}

// sentences say what an arrow carries, when, and on which conditions.
func (p Picture) sentences(a Arrow) string {
	var says []string
	switch a.Way {
	case WayMakes:
		says = append(says, p.T("solution.makes", a.Owner))
	case WayAdds:
		says = append(says, p.T("solution.adds"))
	default:
		says = append(says, text.TN(p.Lang, "solution.tells", len(a.Handovers)))
	}
	says = append(says, p.T("solution.when", p.joined("explain.and", a.Moments)))
	if len(a.Conditions) > 0 {
		says = append(says, p.T("solution.only", p.joined("explain.or", a.Conditions)))
	}
	if c := a.carries(p, a.files(p)); c != "" {
		says = append(says, p.T("solution.carries", c))
	}
	if a.Days > 0 {
		says = append(says, text.TN(p.Lang, "solution.due", a.Days))
	}
	if a.Live.any() {
		says = append(says, p.live(*a.Live)+".")
	}
	return strings.Join(says, " ")
}

// files names the attachments and the forms that go along whole.
func (a Arrow) files(p Picture) []string {
	var out []string
	for _, f := range a.Forms {
		out = append(out, p.T("solution.form_named", f))
	}
	for _, f := range a.Files {
		out = append(out, p.T("solution.file_named", f))
	}
	return out
}

// carries lists what goes over an arrow; files are the words for attachments and whole forms.
func (a Arrow) carries(p Picture, files []string) string {
	var out []string
	if a.Fields > 0 {
		out = append(out, text.TN(p.Lang, "solution.fields", a.Fields))
	}
	out = append(out, files...)
	if a.PDF {
		out = append(out, p.T("solution.pdf"))
	}
	return p.joined("explain.and", out)
}

func (l *Live) any() bool { return l != nil && l.Waiting+l.Parked > 0 }

func (p Picture) live(l Live) string {
	var out []string
	if l.Waiting > 0 {
		out = append(out, p.T("solution.waiting", counted(l.Waiting, l.MoreWaiting)))
	}
	if l.Parked > 0 {
		out = append(out, p.T("solution.parked", counted(l.Parked, l.MoreParked)))
	}
	return strings.Join(out, ", ")
}

func counted(n int, more bool) string {
	if more {
		return fmt.Sprint(n, "+")
	}
	return fmt.Sprint(n)
}

// short are the lines of an arrow's label.
func (p Picture) short(a Arrow) []string {
	var lines []string
	switch a.Way {
	case WayTells:
		lines = append(lines, text.TN(p.Lang, "solution.short_tells", len(a.Handovers)))
	case WayAdds:
		lines = append(lines, p.T("solution.short_adds"))
	}
	if a.Way != WayTells && a.Fields > 0 {
		lines = append(lines, text.TN(p.Lang, "solution.fields", a.Fields))
	}
	var more []string
	if n := len(a.Files); n > 0 {
		more = append(more, p.T("solution.files"))
	}
	if len(a.Forms) > 0 {
		more = append(more, p.T("solution.form"))
	}
	if a.PDF {
		more = append(more, p.T("solution.short_pdf"))
	}
	if len(more) > 0 {
		lines = append(lines, "+ "+strings.Join(more, ", "))
	}
	if len(a.Conditions) > 0 {
		lines = append(lines, p.T("solution.short_condition"))
	}
	if a.Live.any() {
		lines = append(lines, p.live(*a.Live))
	}
	if len(lines) == 0 {
		lines = append(lines, p.T("solution.short_empty"))
	}
	return lines
}

// WriteText writes the words for a terminal.
func (p Picture) WriteText(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", p.Title(), p.Description())
	for _, a := range p.Words() {
		fmt.Fprintf(&b, "\n%s (%s)\n", a.Title, a.Ref)
		for _, f := range a.Facts {
			fmt.Fprintf(&b, "  %s: %s\n", f.Term, f.Text)
		}
		for _, s := range a.Out {
			fmt.Fprintf(&b, "  → %s: %s\n", s.To, s.Text)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// WriteDOT writes the picture in the language of Graphviz.
func (p Picture) WriteDOT(out io.Writer) error {
	var b strings.Builder
	b.WriteString("digraph solution {\n  node [shape=box]\n")
	for _, n := range p.Nodes {
		fmt.Fprintf(&b, "  %s [label=%s]\n", quoted(n.Ref.String()), quoted(n.Title, p.kind(n)))
	}
	for _, a := range p.Arrows {
		style := "solid"
		if a.Way == WayTells {
			style = "dashed"
		}
		fmt.Fprintf(&b, "  %s -> %s [style=%s, label=%s]\n", quoted(p.Nodes[a.From].Ref.String()),
			quoted(p.Nodes[a.To].Ref.String()), style, quoted(p.short(a)...))
	}
	b.WriteString("}\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// quoted writes a text of several lines as DOT reads one.
func quoted(lines ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ")
	for i, l := range lines {
		lines[i] = escape.Replace(l)
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
