package core

import (
	"slices"
	"time"
)

// PartyID is the number of a party: a person or an organisation that can own instances.
// It is what stands in addresses, logs and audit lines where Altinn puts
// instanceOwnerPartyId. Zero is no party. A negative one is a party of another installation, which
// only that one knows: it is never looked up here, and is nobody's who is.
type PartyID int64

// Elsewhere tells whether the party is another installation's.
func (id PartyID) Elsewhere() bool { return id < 0 }

// PartyKind tells what a party is.
type PartyKind string

// The kinds of party that this program knows.
const (
	PartyPerson       PartyKind = "person"
	PartyOrganisation PartyKind = "organisation"
)

// Party is a person or an organisation.
type Party struct {
	ID   PartyID
	Kind PartyKind
	// Name is the full name of a person or the registered name of an organisation.
	Name string
	// PersonNumber is set for persons: 11 digits. It prints masked.
	PersonNumber PersonNumber
	// OrganisationNumber is set for organisations: nine digits.
	OrganisationNumber string
	// Language is the party's preferred language (nb, nn or en); empty when not known.
	Language string
	// Email and Phone are the contact addresses from the register; empty when not known.
	Email, Phone string
	// Org is the service owner code when this organisation is a service owner, else empty.
	Org string
}

// RoleSource tells who vouches for a role.
type RoleSource string

// A role comes from an official register or was granted here by an administrator.
const (
	RoleFromRegister RoleSource = "register"
	RoleGranted      RoleSource = "granted"
)

// RolePrivate is held by every person for themselves (Altinn's PRIV).
const RolePrivate = "PRIV"

// RoleMainAdministrator lets a person administer the roles of an organisation (Altinn's HADM).
// It gives no access to cases.
const RoleMainAdministrator = "HADM"

// Grant says that a person holds a role for a party, from one time to another.
type Grant struct {
	ID     int64
	Person PartyID
	Party  PartyID
	// Role is a role code, compared exactly (urn:altinn:rolecode).
	Role   string
	Source RoleSource
	// Reason is what the administrator wrote; empty for roles from a register.
	Reason    string
	GrantedBy PartyID
	From      time.Time
	// To is the first moment at which the role no longer holds; nil is without end.
	To *time.Time
	// WithdrawnAt is set when the role was taken back before its end.
	WithdrawnAt *time.Time
	WithdrawnBy PartyID
	// InForce tells whether the role held when the row was read, by the database's clock.
	InForce bool
	Limit   Limit
}

// Limit is what a grant is limited to; the zero one is everything that the role opens.
type Limit struct {
	// App is the only app in which the grant counts.
	App AppRef
	// Field is a data field, and Values those of which a case must have one there.
	Field  string
	Values []string
}

// None tells that the grant is not limited.
func (l Limit) None() bool { return l.App == (AppRef{}) && l.Field == "" }

// Covers tells whether whoever holds the role within the limit has all that another limit lets in.
func (l Limit) Covers(other Limit) bool {
	if l.App != (AppRef{}) && l.App != other.App {
		return false
	}
	if l.Field == "" {
		return true
	}
	return l.Field == other.Field && !slices.ContainsFunc(other.Values, func(v string) bool {
		return !slices.Contains(l.Values, v)
	})
}

// MaxLimitValue is how many characters of a data field's value can be compared; a longer one is
// as none.
const MaxLimitValue = 200
