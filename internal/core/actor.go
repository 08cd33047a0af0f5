package core

// ActorKind tells what kind of caller an actor is.
type ActorKind string

// The kinds of actor. Only a person can hold a session, and only an organisation token makes
// an ActorOrg: neither can turn into the other.
const (
	ActorAnonymous ActorKind = ""
	ActorPerson    ActorKind = "person"
	ActorOrg       ActorKind = "org"
	// ActorSystem is the program itself: a worker that delivers, a job that tidies.
	ActorSystem ActorKind = "system"
)

// Actor is who asks: a person with a session, or an organisation with a token. It is an
// explicit argument of every service method, never hidden in a context.
type Actor struct {
	Kind ActorKind
	// User is the person's own party; zero unless Kind is ActorPerson.
	User PartyID
	// Party is whom the person acts for: themselves, or an organisation they hold a role in.
	Party PartyID
	// Name is the person's name, for the page head and the history.
	Name string
	// Org and OrganisationNumber are set for an organisation token: the service owner's code
	// and number. Org is empty when the organisation is no service owner.
	Org                string
	OrganisationNumber string
	// Scopes are the token's scopes; nil for a person.
	Scopes []string
	// Level is the authentication level, 0 to 4 (urn:altinn:authlevel).
	Level int
	// Session is a short, irreversible mark of the session or token, for the audit lines.
	Session string
}

// OrgTokenLevel is the authentication level of an organisation's token (FORMAT.md 7.5).
const OrgTokenLevel = 3

// Anonymous tells whether nobody is signed in.
func (a Actor) Anonymous() bool { return a.Kind == ActorAnonymous }

// System is the actor of the program's own work.
func System() Actor { return Actor{Kind: ActorSystem, Name: "Stafett"} }

// Subject is the party that an audit line names as the actor: the person, or zero.
func (a Actor) Subject() PartyID { return a.User }
