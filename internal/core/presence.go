package core

import "github.com/google/uuid"

// Presence is a colleague who has a case open at the moment.
type Presence struct {
	Case   uuid.UUID
	Person PartyID
	Name   string
	// Writing tells that they have a form in it open.
	Writing bool
}
