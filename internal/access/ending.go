package access

import (
	"time"

	"stafett/internal/core"
)

// NoticeDays is how many days before its end a role is told of: to the person who has it, and to
// those who can give it anew.
const NoticeDays = 30

// Ending gives the grants in force that end within NoticeDays, but for those that the same person
// has longer by another grant.
func Ending(grants []core.Grant, now time.Time) []core.Grant {
	limit := now.AddDate(0, 0, NoticeDays)
	var out []core.Grant
	for _, g := range grants {
		if g.InForce && g.To != nil && g.To.Before(limit) && !goesOn(grants, g) {
			out = append(out, g)
		}
	}
	return out
}

func goesOn(grants []core.Grant, g core.Grant) bool {
	for _, other := range grants {
		if other.Person == g.Person && other.Role == g.Role && other.WithdrawnAt == nil &&
			other.Limit.Covers(g.Limit) && !other.From.After(*g.To) &&
			(other.To == nil || other.To.After(*g.To)) {
			return true
		}
	}
	return false
}

// IsLast tells whether nobody else holds what a grant gives.
func IsLast(grants []GrantRow, g core.Grant) bool {
	for _, other := range grants {
		if other.ID != g.ID && other.Role == g.Role && other.InForce && other.Person != g.Person &&
			other.Limit.Covers(g.Limit) {
			return false
		}
	}
	return true
}
