package page

import (
	"context"
	"io"
	"slices"
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
	Number, LastName, Role, Reason, From, Until string
	// NoEnd tells that the role is to have no end date.
	NoEnd bool
	// Apps and Fields are what the role can be limited to; Limit says in words what was chosen.
	Apps   []LimitChoice
	Fields []LimitField
	Limit  string
	// Person is who gets the role, when the effect has been asked for.
	Person string
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

// LimitChoice is one of the things that a role can be limited to.
type LimitChoice struct {
	Value, Text string
	Chosen      bool
}

// LimitField is a question whose answers a role can be limited to. Without Values any text may be
// one, and Typed is what was typed, a line each.
type LimitField struct {
	ID, Title, Typed string
	Services         []string
	Values           []LimitChoice
}

// GrantProblem is what is wrong with one of the form's fields.
type GrantProblem struct {
	// Field is the id of the field; empty for the form as a whole.
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
	"fault.request_reason":       "reason",
	"fault.request_answer":       "reason",
	"fault.admin_reason":         "reason",
	"fault.admin_reason_long":    "reason",
	"fault.admin_end_past":       "until",
	"fault.admin_end_far":        "until",
	"fault.admin_end_first":      "until",
	"fault.admin_start":          "from",
	"fault.admin_limit_app":      "app",
	"fault.admin_limit_field":    "limit",
	"fault.admin_limit_values":   "limit",
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
func (p Grant) message(field string) string { return messageOf(p.Problems, field) }

func (p Grant) summary() ui.ErrorSummary { return problemSummary(p.Head, p.Problems) }

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
	i := slices.IndexFunc(p.Roles, func(r RoleChoice) bool { return r.Code == p.Role })
	if i < 0 || p.Until == "" && !p.NoEnd {
		return p.T("admin.effect")
	}
	said := strings.TrimSpace(p.Roles[i].Description + " " + p.Limit)
	if p.From == "" && !p.NoEnd {
		return p.T("admin.effect_role", said, p.day(p.Until))
	}
	from, until := p.T("admin.preview_now"), p.T("access.no_end")
	if p.From != "" {
		from = p.T("admin.preview_from", p.day(p.From))
	}
	if !p.NoEnd {
		until = p.T("access.until", p.day(p.Until))
	}
	return said + " " + p.T("admin.preview_when", from, until)
}

// day is a typed day in words, or as it was typed.
func (p Grant) day(typed string) string {
	if t, err := time.ParseInLocation(time.DateOnly, typed, text.Oslo()); err == nil {
		return text.Date(p.Lang, t)
	}
	return typed
}

// effectAlert is the effect, and after it was asked for, whose it is.
func (p Grant) effectAlert() ui.Alert {
	if p.Person == "" {
		return ui.Alert{Tone: ui.ToneNew, Text: p.effect()}
	}
	return ui.Alert{
		Tone: ui.ToneWaiting, Title: p.T("admin.preview_title", p.Person),
		Text: p.effect() + " " + p.T("admin.preview_not_saved"),
	}
}

// limited tells whether anything about a limit was chosen, or is to be mended.
func (p Grant) limited() bool {
	chosen := func(c LimitChoice) bool { return c.Chosen }
	return p.Limit != "" || p.message("app") != "" || p.message("limit") != "" ||
		slices.ContainsFunc(p.Apps, chosen)
}

func (f LimitField) id(i int) string { return "limit-" + f.ID + "-" + strconv.Itoa(i) }

// detail is what a role lets one do, and in which services.
func (p Grant) detail(r RoleChoice) string {
	if len(r.Services) == 0 {
		return r.Description
	}
	return strings.TrimSpace(r.Description + " " + p.T("admin.role_services",
		strings.Join(r.Services, ", ")))
}
