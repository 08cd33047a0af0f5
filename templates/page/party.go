package page

import (
	"context"
	"io"
	"strconv"

	"stafett/templates/layout"
)

// ChooseParty asks whom the person acts for. The choices are the head's Parties, narrowed by
// Query where there are many.
type ChooseParty struct {
	layout.Head
	// Return is where the choice leads on to: a local address.
	Return string
	// Query is what was searched for; Total is how many parties there are without it.
	Query string
	Total int
}

// Render draws the page.
func (p ChooseParty) Render(ctx context.Context, w io.Writer) error {
	return chooseParty(p).Render(ctx, w)
}

// searchFrom is how many parties it takes before a search is of help.
const searchFrom = 10

func (p ChooseParty) searches() bool { return p.Total > searchFrom || p.Query != "" }

func choiceID(i int) string { return "choice-" + strconv.Itoa(i) }

// chosen tells which radio is set: the current party, else the first, so that the form cannot
// be sent without an answer.
func (p ChooseParty) chosen(i int) bool {
	for at, c := range p.Parties {
		if c.Current {
			return at == i
		}
	}
	return i == 0
}
