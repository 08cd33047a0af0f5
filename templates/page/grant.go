package page

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Grant is the form in which an administrator gives a person a role.
type Grant struct {
	layout.Head
	Roles []RoleChoice
	// What was typed; Until is the last day, as an ISO date.
	Number, LastName, Role, Reason, Until string
	// Problems are what must be put right, in page order.
	Problems []GrantProblem
	// Action is where the form posts; PeopleURL leads back.
	Action, PeopleURL string
	// Earliest and Latest are the ISO dates between which Until must be; empty for no limit.
	Earliest, Latest string
}

// RoleChoice is a role that can be given: its name and what it lets the person do, in plain
// words. Services are the forms whose cases it opens.
type RoleChoice struct {
	Code, Name, Description string
	Services                []string
}

// GrantProblem is what is wrong with one of the form's fields.
type GrantProblem struct {
	// Field is number, lastName, role, reason or until; empty for the form as a whole.
	Field, Message string
}

// Render draws the page.
func (p Grant) Render(ctx context.Context, w io.Writer) error { return grant(p).Render(ctx, w) }

// grantFields tells which field a fault is about.
var grantFields = map[string]string{
	"fault.admin_person_number":  "number",
	"fault.admin_person_unknown": "number",
	"fault.admin_self":           "number",
	"fault.admin_role":           "role",
	"fault.admin_reason":         "reason",
	"fault.admin_reason_long":    "reason",
	"fault.admin_end_past":       "until",
	"fault.admin_end_far":        "until",
}

// GrantField gives the field that a fault's text key is about; empty for the form as a whole.
func GrantField(key string) string { return grantFields[key] }

func (p Grant) top() layout.Head {
	h := p.Head
	h.Errors = h.Errors || len(p.Problems) > 0
	return h.Titled(p.T("admin.grant")).
		Crumbed(crumbs(p.Head, p.PeopleURL, "admin.people_title", p.T("admin.grant"))...)
}

// message is what is wrong with a field; empty when nothing is.
func (p Grant) message(field string) string {
	for _, problem := range p.Problems {
		if problem.Field == field {
			return problem.Message
		}
	}
	return ""
}

func (p Grant) summary() ui.ErrorSummary {
	s := ui.ErrorSummary{ID: "errors", Title: plural(p.Head, "page.errors", len(p.Problems))}
	for _, problem := range p.Problems {
		to := "#form"
		if problem.Field != "" {
			to = "#" + problem.Field
		}
		s.Problems = append(s.Problems, ui.Problem{URL: to, Text: problem.Message})
	}
	return s
}

func (p Grant) class(base, field string) string {
	if p.message(field) != "" {
		return base + " has-error"
	}
	return base
}

func (p Grant) describedBy(field string, description bool) string {
	var ids []string
	if description {
		ids = append(ids, field+"-d")
	}
	if p.message(field) != "" {
		ids = append(ids, field+"-e")
	}
	return strings.Join(ids, " ")
}

func roleID(i int) string {
	if i == 0 {
		return "role"
	}
	return "role-" + strconv.Itoa(i)
}

// effect says what the person will be able to do, and until when.
func (p Grant) effect() string {
	until := p.Until
	if t, err := time.ParseInLocation(time.DateOnly, p.Until, text.Oslo()); err == nil {
		until = text.Date(p.Lang, t)
	}
	for _, r := range p.Roles {
		if r.Code == p.Role && until != "" {
			return p.T("admin.effect_role", r.Description, until)
		}
	}
	return p.T("admin.effect")
}

// detail is what a role lets one do, and in which services.
func (p Grant) detail(r RoleChoice) string {
	if len(r.Services) == 0 {
		return r.Description
	}
	return strings.TrimSpace(r.Description + " " + p.T("admin.role_services",
		strings.Join(r.Services, ", ")))
}
