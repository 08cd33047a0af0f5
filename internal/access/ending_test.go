package access

import (
	"testing"
	"time"

	"stafett/internal/core"
)

func within(field string, values ...string) core.Limit {
	return core.Limit{Field: field, Values: values}
}

func TestEnding_IsToldUnlessTheRoleGoesOn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	day := func(n int) *time.Time { at := now.AddDate(0, 0, n); return &at }
	grant := func(person core.PartyID, to *time.Time, l core.Limit) core.Grant {
		return core.Grant{Person: person, Role: "r", To: to, InForce: true, From: *day(-9), Limit: l}
	}
	upcoming := grant(6, nil, core.Limit{})
	upcoming.InForce, upcoming.From = false, *day(5)
	late := upcoming
	late.Person, late.From = 7, *day(11)
	over := grant(8, day(10), core.Limit{})
	over.InForce = false
	got := Ending([]core.Grant{
		grant(1, day(10), core.Limit{}), grant(2, day(NoticeDays+1), core.Limit{}), grant(3, nil, core.Limit{}),
		grant(4, day(10), core.Limit{}), grant(4, day(400), core.Limit{}),
		grant(5, day(10), core.Limit{}), grant(5, nil, within("bydel", "vika")),
		grant(6, day(10), core.Limit{}), upcoming, grant(7, day(10), core.Limit{}), late, over,
		grant(9, day(10), within("bydel", "vika")), grant(9, nil, within("bydel", "vika", "sentrum")),
	}, now)
	var who []core.PartyID
	for _, g := range got {
		who = append(who, g.Person)
	}
	if len(who) != 3 || who[0] != 1 || who[1] != 5 || who[2] != 7 {
		t.Errorf("told of %v, want 1, 5 and 7", who)
	}
}

func TestIsLast_LooksAtWhatTheOthersMaySee(t *testing.T) {
	t.Parallel()
	row := func(id int64, l core.Limit) GrantRow {
		return GrantRow{Grant: core.Grant{ID: id, Person: core.PartyID(id), Role: "r", InForce: true, Limit: l}}
	}
	app := core.Limit{App: core.AppRef{Org: "nordvik", App: "stottesak"}}
	checked := 0
	for name, c := range map[string]struct {
		others []GrantRow
		limit  core.Limit
		want   bool
	}{
		"nobody else":            {nil, core.Limit{}, true},
		"another":                {[]GrantRow{row(2, core.Limit{})}, core.Limit{}, false},
		"another for some cases": {[]GrantRow{row(2, within("bydel", "vika"))}, core.Limit{}, true},
		"another for the same":   {[]GrantRow{row(2, within("bydel", "vika", "sentrum"))}, within("bydel", "vika"), false},
		"another for other ones": {[]GrantRow{row(2, within("bydel", "sentrum"))}, within("bydel", "vika"), true},
		"another in one service": {[]GrantRow{row(2, app)}, core.Limit{}, true},
		"in that service":        {[]GrantRow{row(2, app)}, app, false},
	} {
		checked++
		g := row(1, c.limit)
		if got := IsLast(append(c.others, g), g.Grant); got != c.want {
			t.Errorf("%s: last %v", name, got)
		}
	}
	t.Logf("checked %d", checked)
}
