package page

import (
	"context"
	"io"
	"strconv"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// RequestForm asks an organisation for a role. It names no case.
type RequestForm struct {
	// Number and Organisation are whom is asked; without a number there is no form.
	Number, Organisation string
	Roles                []RoleChoice
	Role, Reason         string
	Problems             []GrantProblem
}

// MyRequests is what a person has asked for, with the answers.
type MyRequests struct {
	layout.Head
	Form     RequestForm
	Requests []RequestRow
}

// RoleRequests is what an organisation has been asked for.
type RoleRequests struct {
	layout.Head
	Waiting, Answered []RequestRow
	// WaitingCount and AnsweredCount are of all, also of those that are not shown.
	WaitingCount, AnsweredCount int
	PeopleURL, Earliest, Latest string
}

// RequestRow is one request for a role.
type RequestRow struct {
	ID                                       int64
	Person, Organisation, Role, Reason       string
	Answer, AnsweredBy, Until, Typed, Action string
	At                                       time.Time
	State                                    core.RoleRequestState
	Problems                                 []GrantProblem
}

// Render draws the page.
func (p MyRequests) Render(ctx context.Context, w io.Writer) error {
	return myRequests(p).Render(ctx, w)
}

// Render draws the page.
func (p RoleRequests) Render(ctx context.Context, w io.Writer) error {
	return roleRequests(p).Render(ctx, w)
}

func (f RequestForm) message(field string) string { return messageOf(f.Problems, field) }

// single is the only role there is to ask for; empty where there are several.
func (f RequestForm) single() string {
	if len(f.Roles) == 1 {
		return f.Roles[0].Code
	}
	return ""
}

func (f RequestForm) describedBy() string {
	if f.message("reason") != "" {
		return "request-reason-d reason-e"
	}
	return "request-reason-d"
}

func (p MyRequests) top() layout.Head {
	h := p.Head
	h.Errors = h.Errors || len(p.Form.Problems) > 0
	return h.Titled(p.T("request.mine")).Crumbed(crumbs(p.Head, "/my", "page.my_title", p.T("request.mine"))...)
}

func (p MyRequests) summary() ui.ErrorSummary { return problemSummary(p.Head, p.Form.Problems) }

func (p RoleRequests) top() layout.Head {
	h := p.Head
	h.Errors = h.Errors || len(p.problems()) > 0
	return h.Titled(p.T("request.title")).
		Crumbed(crumbs(p.Head, p.PeopleURL, "admin.people_title", p.T("request.title"))...)
}

func (p RoleRequests) problems() []GrantProblem {
	var out []GrantProblem
	for _, r := range p.Waiting {
		for _, problem := range r.Problems {
			problem.Field = r.id(problem.Field)
			out = append(out, problem)
		}
	}
	return out
}

func (p RoleRequests) summary() ui.ErrorSummary { return problemSummary(p.Head, p.problems()) }

// problemSummary lists problems, each with a link to its field.
func problemSummary(h layout.Head, problems []GrantProblem) ui.ErrorSummary {
	s := ui.ErrorSummary{ID: "errors", Title: plural(h, "page.errors", len(problems))}
	for _, problem := range problems {
		to := "#form"
		if problem.Field != "" {
			to = "#" + problem.Field
		}
		s.Problems = append(s.Problems, ui.Problem{URL: to, Text: problem.Message})
	}
	return s
}

func messageOf(problems []GrantProblem, field string) string {
	for _, problem := range problems {
		if problem.Field == field {
			return problem.Message
		}
	}
	return ""
}

func (r RequestRow) id(field string) string { return field + "-" + strconv.FormatInt(r.ID, 10) }

func (r RequestRow) message(field string) string { return messageOf(r.Problems, field) }

func (r RequestRow) describedBy(field string) string {
	ids := r.id(field) + "-d"
	if r.message(field) != "" {
		ids += " " + r.id(field) + "-e"
	}
	return ids
}

func (r RequestRow) tag(h layout.Head) ui.Tag {
	tones := map[core.RoleRequestState]ui.Tone{
		core.RequestWaiting: ui.ToneWaiting, core.RequestGranted: ui.ToneDone,
		core.RequestRefused: ui.ToneEnded,
	}
	return ui.Tag{Text: h.T("request.state_" + string(r.State)), Tone: tones[r.State]}
}

func (r RequestRow) entries(h layout.Head) []ui.Entry {
	out := []ui.Entry{
		{Term: h.T("request.why"), Text: r.Reason},
		{Term: h.T("request.at"), Text: text.Date(h.Lang, r.At)},
	}
	if r.State != core.RequestWaiting {
		out = append(out, ui.Entry{Term: h.T("request.answer", r.AnsweredBy), Text: r.Answer})
	}
	return out
}
