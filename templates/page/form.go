package page

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// FormPage is one page of a form that a citizen fills in. A page whose Form.Review is set is the
// one to look over and send from.
type FormPage struct {
	layout.Head
	// App is what the form is called.
	App  string
	Form form.Page
	// TaskURL is the address under which the task's pages stand, without a slash at the end; a
	// page's own address is TaskURL + "/" + its id.
	TaskURL string
	// DeleteURL leads to the question whether to delete the draft; empty when it cannot be.
	DeleteURL string
	// Back is the page that the person came from to change an answer; empty otherwise.
	Back string
	// Correcting tells that it is a correction of what has been sent; Changes are what it says
	// otherwise so far, for the page to look over.
	Correcting bool
	Changes    []form.Difference
	// Correctable tells that what is sent can be corrected afterwards.
	Correctable bool
	// Row is the id of the row whose card is open; empty for none.
	Row string
	// Turn is the page that is shown of something in pages; empty for the first.
	Turn string
	// Saved is when the answers were last stored; zero for never.
	Saved, Now time.Time
	// Entry is set for a page of an entry of a subform: it is not sent, and leads back to the list.
	Entry *FormEntry
	// Recipient is who gets it, for the page to send from.
	Recipient string
	// Clashes are what collides with what another has saved; its list is empty for nothing.
	Clashes Clashes
	// Other is set when the app lacks the reader's language: the language that it is shown in.
	Other string
	// Due is when the answer is wanted that an organisation has asked for; nil where none has.
	Due *time.Time
	// Expires is when the draft is deleted unless it is changed; nil when it is not.
	Expires *time.Time
	// Copied tells that the answers are those of an earlier form; Changed are the questions that are
	// asked otherwise since.
	Copied  bool
	Changed []string
	// DrawnFor tells the server for whom the page was drawn, when their session has ended.
	DrawnFor string
	// Kept is set when the fields hold what was kept for the person; nil otherwise.
	Kept *Kept
}

// Kept is what a person posted after their session had ended. It stands in the fields, unsaved; or,
// where the answers have changed since, beside them.
type Kept struct {
	At, Until time.Time
	Beside    bool
	Typed     []Typed
	// Action is where the button posts that throws it away.
	Action string
}

// FormEntry is the entry of a subform that a page is of.
type FormEntry struct {
	// Name is what the entry is called, Subform the list that it is in; Page is the title of the
	// page that has the list.
	Name, Subform, Page string
}

// Render draws the page.
func (p FormPage) Render(ctx context.Context,
	w io.Writer) error {
	return formPage(p).Render(ctx, w)
}

// pageURL is the address of a page of the form.
func (p FormPage) pageURL(id string) string { return p.TaskURL + "/" + url.PathEscape(id) }

// action is where the page posts: to its own address, with the row that is open.
func (p FormPage) action() string {
	q := url.Values{}
	if p.Back != "" {
		q.Set("back", p.Back)
	}
	if p.Row != "" {
		q.Set("row", p.Row)
	}
	if p.Turn != "" {
		q.Set("turn", p.Turn)
	}
	if len(q) == 0 {
		return p.pageURL(p.Form.ID)
	}
	return p.pageURL(p.Form.ID) + "?" + q.Encode()
}

func (p FormPage) saveURL() string { return p.pageURL(p.Form.ID) + "/save" }

func (p FormPage) top() layout.Head {
	h := p.Head
	title := p.Form.Title
	if p.Form.Count > 1 {
		title += " (" + p.stepText() + ")"
	}
	if p.Entry != nil {
		title += " – " + p.Entry.Name
	}
	h.Errors = h.Errors || len(p.Form.Issues)+len(p.Clashes.List) > 0
	if field.HasControls(p.Form.Nodes) && !p.Form.Review {
		h.Enter = p.enter()
	}
	if p.Form.Title != p.App {
		title += " – " + p.App
	}
	return h.Titled(title)
}

// sends tells that this page's main button sends the form in.
func (p FormPage) sends() bool {
	return p.Entry == nil && (p.Form.Review || p.Form.Next == "")
}

// leaves tells that the layout has a button of its own that goes on from this page of an entry, or
// is done with it: then the page needs no other.
func (p FormPage) leaves() bool {
	if p.Entry == nil {
		return false
	}
	if p.Form.Next != "" {
		return presses(p.Form.Nodes, form.GoNext)
	}
	return presses(p.Form.Nodes, form.GoNext, form.GoDone, form.GoClose)
}

// returnsItself tells that the layout has a button of its own that goes back from this page of an
// entry, or leaves it.
func (p FormPage) returnsItself() bool {
	return presses(p.Form.Nodes, form.GoBack) || p.leaves() && presses(p.Form.Nodes, form.GoClose)
}

// entryText tells which entry of which list the page is of.
func (p FormPage) entryText() string {
	if p.Entry.Subform == "" {
		return p.Entry.Name
	}
	return p.Entry.Subform + ": " + p.Entry.Name
}

// presses tells whether a button among the nodes posts one of the words.
func presses(nodes []form.Node, words ...string) bool {
	for _, n := range nodes {
		if n.Button != nil && slices.Contains(words, n.Button.Go) || presses(n.Children, words...) {
			return true
		}
	}
	return false
}

// returns tells that the page was opened to change an answer, and leads back.
func (p FormPage) returns() bool { return p.Back != "" && p.Back != p.Form.ID }

// enter is what the Enter key in a text field means: go on; but nobody sends by accident.
func (p FormPage) enter() string {
	if p.sends() && !p.returns() {
		return "stay"
	}
	return "next"
}

func (p FormPage) stepText() string {
	return strings.ToLower(p.T("page.step", p.Form.Number, p.Form.Count))
}

func (p FormPage) steps() ui.Steps {
	s := ui.Steps{
		ID: "steps", Label: p.T("page.steps"), Number: p.Form.Number, Count: p.Form.Count,
		Title: p.T("page.step", p.Form.Number, p.Form.Count),
	}
	for _, one := range p.Form.Steps {
		s.Steps = append(s.Steps, p.step(one))
	}
	return s
}

func (p FormPage) stepBar() ui.StepBar {
	s := p.steps()
	s.ID, s.Title = "stepbar", s.Title+": "+p.Form.Title
	return ui.StepBar(s)
}

// step gives a step of the list. Those that have been done, or have something wrong, are links.
func (p FormPage) step(s form.Step) ui.Step {
	out := ui.Step{
		ID: s.ID, Title: s.Title, State: string(s.State), Current: s.ID == p.Form.ID,
	}
	switch s.State {
	case form.StepDone:
		out.Mark = p.T("page.step_done")
	case form.StepError:
		out.Mark = p.T("page.step_error")
	}
	if out.Mark != "" && !out.Current {
		out.URL = p.pageURL(s.ID)
	}
	if out.Current && len(p.Form.Issues) > 0 {
		out.State, out.Mark = string(form.StepError), p.T("page.step_error")
	}
	return out
}

// problems are the lines of the error summary, each a link to its control: on this page, or on
// the page that has it.
func (p FormPage) problems() []ui.Problem {
	return problems(p.Form, p.TaskURL, func(id string) string {
		return p.pageURL(id) + "?back=" + url.QueryEscape(p.Form.ID)
	})
}

// problems links each issue to its control on this page, else to the page that has it, whose
// address pageURL gives. What is in an entry of a subform is linked to there, below taskURL.
func problems(f form.Page, taskURL string, pageURL func(id string) string) []ui.Problem {
	here := field.IDs(f.Nodes)
	var out []ui.Problem
	for _, i := range f.Issues {
		to := "#" + field.ID(i.NodeID)
		switch {
		case i.Entry != nil:
			to = taskURL + "/" + i.Entry.Path() + "/" + url.PathEscape(i.Entry.SubPage)
			if i.Entry.NodeID != "" {
				to += "#" + field.ID(i.Entry.NodeID)
			}
		case i.NodeID != "" && here[i.NodeID]:
		case i.Page != "" && i.Page != f.ID:
			if to = pageURL(i.Page); i.NodeID != "" {
				to += "#" + field.ID(i.NodeID)
			}
		default:
			to = "#questions"
		}
		out = append(out, ui.Problem{URL: to, Text: i.Message})
	}
	return out
}

func (p FormPage) summary() ui.ErrorSummary {
	return errorSummary(p.Head, p.problems(), p.sends())
}

// errorSummary is the list of what must be put right before one can go on, or send.
func errorSummary(h layout.Head, problems []ui.Problem, sends bool) ui.ErrorSummary {
	key := "page.errors"
	if sends {
		key = "page.errors_send"
	}
	return ui.ErrorSummary{
		ID: "errors", Title: plural(h, key, len(problems)), Problems: problems,
	}
}

func (k Kept) text(h layout.Head) string {
	at, until := text.Time(h.Lang, k.At), text.Time(h.Lang, k.Until)
	if k.Beside {
		return h.T("signin.restored_beside", at, until)
	}
	return h.T("signin.restored", at, until)
}

func (p FormPage) questions() field.Questions {
	f := field.Field{Lang: p.Lang, Stay: p.action(), AllRequired: p.Form.AllRequired}
	if p.Form.Review {
		f.Back = p.Form.ID
	}
	return field.Questions{Field: f, Nodes: p.Form.Nodes}
}

func (p FormPage) saved() Saved {
	if p.Kept != nil {
		return Saved{Head: p.Head}
	}
	return Saved{Head: p.Head, At: p.Saved, Now: p.Now, Version: p.Form.Version}
}

// label gives what the layout calls a button, or our own word.
func (p FormPage) label(kind form.Kind, own string) string {
	if n, ok := find(p.Form.Nodes, kind); ok && n.Title != "" {
		return n.Title
	}
	return p.T(own)
}

func (p FormPage) backLabel() string {
	if n, ok := find(p.Form.Nodes, form.KindNav); ok && n.Display != "" {
		return n.Display
	}
	return p.T("page.back")
}

func (p FormPage) nextLabel() string {
	if p.Form.Ask != "" {
		return p.T("rules.go_on")
	}
	if p.returns() {
		return p.T("page.back_to_check")
	}
	if p.Entry != nil && p.Form.Next == "" {
		return p.T("subform.done")
	}
	return p.label(form.KindNav, "page.next")
}

// find gives the first node of a kind.
func find(nodes []form.Node, kind form.Kind) (form.Node, bool) {
	for _, n := range nodes {
		if n.Kind == kind {
			return n, true
		}
		if inner, ok := find(n.Children, kind); ok {
			return inner, true
		}
	}
	return form.Node{}, false
}

// sumsUp tells that the page is one to look over what has been answered, and to send it.
func (p FormPage) sumsUp() bool {
	_, ok := find(p.Form.Nodes, form.KindSummary)
	return ok && p.Form.Review
}

// introduces tells that the page begins with the app's own words about it.
func (p FormPage) introduces() bool {
	return len(p.Form.Nodes) > 0 && p.Form.Nodes[0].Kind == form.KindProse
}

// explains tells that the app itself says what happens when the form is sent in.
func (p FormPage) explains() bool {
	_, ok := find(p.Form.Nodes, form.KindAlert)
	return ok
}

// afterSending tells what happens when the button is pressed.
func (p FormPage) afterSending() string {
	if p.Recipient == "" {
		return p.T("page.send_text")
	}
	if p.Correctable {
		return p.T("retract.send_text", p.Recipient)
	}
	return p.T("page.send_text_to", p.Recipient)
}

// acts tells that the person fills in for somebody else.
func (p FormPage) acts() bool { return !p.Party.Self && p.Party.Name != "" }
