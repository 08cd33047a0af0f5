package core

import "time"

// RoleRequestState is how far a request for a role has come.
type RoleRequestState string

// The states of a request.
const (
	RequestWaiting RoleRequestState = "waiting"
	RequestGranted RoleRequestState = "granted"
	RequestRefused RoleRequestState = "refused"
)

// RoleRequest is a person's wish for a role at an organisation. It names no case.
type RoleRequest struct {
	ID            int64
	Person, Party PartyID
	Role, Reason  string
	At            time.Time
	State         RoleRequestState
	// Answer is what whoever answered wrote; Answered is nil while it waits.
	Answer   string
	Answered *time.Time
}
