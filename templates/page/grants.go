package page

import (
	"strconv"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// GrantState is how a grant stands at this moment.
type GrantState string

// The states of a grant.
const (
	GrantInForce   GrantState = "in_force"
	GrantUpcoming  GrantState = "upcoming"
	GrantExpired   GrantState = "expired"
	GrantWithdrawn GrantState = "withdrawn"
)

// GrantRow is one role that one person has, had or will have.
type GrantRow struct {
	ID int64
	// Person is the name; PersonURL leads to all of the person's roles, empty for no page.
	Person, PersonURL string
	// Number is the person's number as it may be shown: masked.
	Number string
	// Role is the role's plain name, Description what it lets the person do.
	Role, Description string
	// Limit says what the role is limited to; empty for nothing.
	Limit  string
	Source core.RoleSource
	// Reason is what the administrator wrote; GrantedBy and WithdrawnBy are names.
	Reason, GrantedBy, WithdrawnBy string
	From                           time.Time
	// To is the first moment at which the role no longer holds; nil is without end.
	To, Withdrawn *time.Time
	State         GrantState
	// WithdrawURL leads to the question whether to withdraw it; empty when it cannot be.
	WithdrawURL string
}

// StateOf tells how a grant stands. InForce is the database's word: it decides, not our clock.
func StateOf(g core.Grant, now time.Time) GrantState {
	switch {
	case g.WithdrawnAt != nil:
		return GrantWithdrawn
	case g.InForce:
		return GrantInForce
	case g.From.After(now):
		return GrantUpcoming
	}
	return GrantExpired
}

func (g GrantRow) tag(h layout.Head) ui.Tag {
	tones := map[GrantState]ui.Tone{
		GrantInForce: ui.ToneDone, GrantUpcoming: ui.ToneNew,
		GrantExpired: ui.ToneEnded, GrantWithdrawn: ui.ToneEnded,
	}
	return ui.Tag{Text: h.T("admin.state_" + string(g.State)), Tone: tones[g.State]}
}

func (g GrantRow) source(h layout.Head) string {
	if g.Source == core.RoleFromRegister {
		return h.T("admin.source_register")
	}
	if g.GrantedBy == "" {
		return h.T("admin.source_granted")
	}
	return h.T("admin.source_granted_by", g.GrantedBy)
}

// until is the last day on which the role holds.
func (g GrantRow) until(h layout.Head) string {
	switch {
	case g.Withdrawn != nil:
		return text.ShortDate(h.Lang, *g.Withdrawn)
	case g.To == nil:
		return h.T("admin.no_end")
	}
	return text.ShortDate(h.Lang, lastDay(*g.To))
}

// limit is what the role is limited to, in a list of facts.
func (g GrantRow) limit(h layout.Head) string {
	if g.Limit == "" {
		return h.T("admin.limit_none")
	}
	return g.Limit
}

// lastDay turns the first moment at which something no longer holds into its last day.
func lastDay(to time.Time) time.Time { return to.Add(-time.Second) }

func (g GrantRow) id() string { return strconv.FormatInt(g.ID, 10) }

// live tells whether the role holds or will.
func (g GrantRow) live() bool { return g.State == GrantInForce || g.State == GrantUpcoming }

// split parts the grants that hold or will hold from those that are over.
func split(grants []GrantRow) (live, over []GrantRow) {
	for _, g := range grants {
		if g.live() {
			live = append(live, g)
		} else {
			over = append(over, g)
		}
	}
	return live, over
}

// grantTable lists grants. Rows of one person only leave the person out.
func grantTable(h layout.Head, caption string, grants []GrantRow, persons bool) ui.Table {
	t := ui.Table{Caption: caption, Header: persons}
	if persons {
		t.Columns = append(t.Columns, ui.Column{Title: h.T("admin.person")})
	}
	t.Columns = append(t.Columns,
		ui.Column{Title: h.T("admin.role")}, ui.Column{Title: h.T("admin.until")},
		ui.Column{Title: h.T("admin.source")}, ui.Column{Title: h.T("admin.state")},
		ui.Column{Title: h.T("admin.choices"), Hidden: true},
	)
	for _, g := range grants {
		t.Rows = append(t.Rows, grantRow(h, g, persons))
	}
	return t
}

func grantRow(h layout.Head, g GrantRow, persons bool) ui.Row {
	row := ui.Row{ID: "grant-" + g.id()}
	if persons {
		row.Cells = append(row.Cells, ui.Cell{Content: grantPerson(g)})
	}
	row.Cells = append(row.Cells,
		ui.Cell{Content: grantRole(g)},
		ui.Cell{Text: g.until(h), Class: "num nowrap"},
		ui.Cell{Content: grantSource(h, g), Class: "small"},
		ui.Cell{Content: g.tag(h)},
	)
	if g.WithdrawURL == "" {
		return ui.Row{ID: row.ID, Cells: append(row.Cells, ui.Cell{})}
	}
	row.Cells = append(row.Cells, ui.Cell{Content: ui.LinkButton{
		ID: "withdraw-" + g.id(), URL: g.WithdrawURL, Text: h.T("admin.withdraw"),
		After: h.T("admin.withdraw_from", g.Role, g.Person), Variant: ui.Tertiary, Size: "sm",
	}})
	return row
}

// lapseDays is how long before a role's end it is told that nobody will be left with it.
const lapseDays = 40

// lapses gives the grants that end soon and leave nobody with the role.
func lapses(grants []GrantRow, now time.Time) []GrantRow {
	holders := map[string][]GrantRow{}
	for _, g := range grants {
		if g.live() {
			holders[g.Role] = append(holders[g.Role], g)
		}
	}
	limit := now.AddDate(0, 0, lapseDays)
	var out []GrantRow
	for _, g := range grants {
		if g.live() && len(holders[g.Role]) == 1 && g.To != nil && g.To.Before(limit) {
			out = append(out, g)
		}
	}
	return out
}
