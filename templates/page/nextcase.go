package page

// Next is the way to the next case of a list.
type Next struct {
	// Action is where it posts, List the list's own query.
	Action, List string
	// From is the case that the reader comes from; empty in a list.
	From string
	// Key tells one press of the button from another.
	Key string
	// Text is what the button says, and Back what the one to the case before says; empty in a list.
	Text, Back string
}

// NextBack is the name of the button that leads to the case before.
const NextBack = "back"
