package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/internal/fault"
)

// inForce is the one place that says when a grant holds. statement_timestamp, not now: a
// transaction that has waited for a lock must not see a role that ended meanwhile.
const inForce = `(
    g.withdrawn_at IS NULL
    AND g.valid_from <= statement_timestamp()
    AND (g.valid_to IS NULL OR g.valid_to > statement_timestamp())
)`

const grantColumns = `
g.id, g.person, g.party, g.role, g.source, g.reason, COALESCE(g.granted_by, 0),
g.valid_from, g.valid_to, g.withdrawn_at, COALESCE(g.withdrawn_by, 0), ` + inForce + `,
` + limitColumns

const limitColumns = `g.limit_org, g.limit_app, g.limit_field, g.limit_values`

func limitFields(l *core.Limit) []any {
	return []any{&l.App.Org, &l.App.App, &l.Field, &l.Values}
}

func grantFields(g *core.Grant) []any {
	return append([]any{&g.ID, &g.Person, &g.Party, &g.Role, &g.Source, &g.Reason, &g.GrantedBy,
		&g.From, &g.To, &g.WithdrawnAt, &g.WithdrawnBy, &g.InForce}, limitFields(&g.Limit)...)
}

func scanGrant(row pgx.CollectableRow) (core.Grant, error) {
	var g core.Grant
	err := row.Scan(grantFields(&g)...)
	return g, err
}

const rolesOf = `
SELECT ` + grantColumns + `
FROM role_grant AS g
WHERE g.person = $1 AND g.party = $2 AND ` + inForce + `
ORDER BY g.role, g.id`

// RolesOf gives the roles that the person holds at the party now. PRIV is no row: whoever
// decides adds it.
func (tx *Tx) RolesOf(ctx context.Context, person, party core.PartyID) ([]core.Grant, error) {
	if list, ok := tx.ahead.roles[holder{person, party}]; ok {
		return list, nil
	}
	return many(ctx, tx, scanGrant, "roles", rolesOf, person, party)
}

const rolesAtOrganisation = `
SELECT ` + grantColumns + `
FROM role_grant AS g
JOIN party AS p ON p.id = g.party
WHERE g.person = $1 AND p.organisation_number = $2 AND ` + inForce + `
ORDER BY g.role, g.id`

// Organisation finds an organisation, and reads ahead which roles the actor holds there; ErrNoRow
// when the number is not known here.
func (tx *Tx) Organisation(ctx context.Context, number string) (core.Party, error) {
	var p core.Party
	var roles []core.Grant
	tx.hold("organisation", exactly(scanParty, &p), partyByOrganisationNumber, number)
	tx.hold("roles", every(scanGrant, &roles), rolesAtOrganisation, tx.actor.User, number)
	if err := tx.flush(ctx); err != nil {
		return p, err
	}
	tx.ahead.addParty(p)
	tx.ahead.roles = map[holder][]core.Grant{{tx.actor.User, p.ID}: roles}
	return p, nil
}

// PartyRoles is a party that a person may act for, and what lets them: of each grant in force the
// role, its time and what it is limited to.
type PartyRoles struct {
	Party  core.Party
	Grants []core.Grant
}

// scanPartyRole reads a party with one of its grants.
func scanPartyRole(row pgx.CollectableRow) (PartyRoles, error) {
	r := PartyRoles{Grants: make([]core.Grant, 1)}
	p, g := &r.Party, &r.Grants[0]
	g.InForce = true
	err := row.Scan(append([]any{&p.ID, &p.Kind, &p.Name, &p.PersonNumber, &p.OrganisationNumber,
		&p.Language, &p.Email, &p.Phone, &p.Org, &g.Role, &g.From, &g.To}, limitFields(&g.Limit)...)...)
	return r, err
}

// byParty puts the grants of one party together, which come after each other.
func byParty(rows []PartyRoles) []PartyRoles {
	var out []PartyRoles
	for _, r := range rows {
		last := len(out) - 1
		if last >= 0 && out[last].Party.ID == r.Party.ID {
			out[last].Grants = append(out[last].Grants, r.Grants...)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// GrantRow is a grant with the names of those in it; a name is empty where nobody is named.
type GrantRow struct {
	core.Grant
	PersonName, GrantedByName, WithdrawnByName string
}

func scanGrantRow(row pgx.CollectableRow) (GrantRow, error) {
	var g GrantRow
	err := row.Scan(append(grantFields(&g.Grant),
		&g.PersonName, &g.GrantedByName, &g.WithdrawnByName)...)
	return g, err
}

const grantsAt = `
SELECT ` + grantColumns + `, person.name, COALESCE(granter.name, ''), COALESCE(withdrawer.name, '')
FROM role_grant AS g
JOIN party AS person ON person.id = g.person
LEFT JOIN party AS granter ON granter.id = g.granted_by
LEFT JOIN party AS withdrawer ON withdrawer.id = g.withdrawn_by
WHERE g.party = $1
ORDER BY g.id DESC`

// GrantsAt gives every grant that was ever made at the party, newest first.
func (tx *Tx) GrantsAt(ctx context.Context, party core.PartyID) ([]GrantRow, error) {
	return many(ctx, tx, scanGrantRow, "grants at party", grantsAt, party)
}

const grantByID = `SELECT ` + grantColumns + ` FROM role_grant AS g WHERE g.id = $1`

// Grant gives one grant; ErrNoRow when there is none.
func (tx *Tx) Grant(ctx context.Context, id int64) (core.Grant, error) {
	return one(ctx, tx, scanGrant, "grant", grantByID, id)
}

const holdersOf = `
SELECT ` + partyColumns + `
FROM party AS p
WHERE p.id IN (
    SELECT g.person FROM role_grant AS g WHERE g.party = $1 AND g.role = $2 AND ` + inForce + `
)
ORDER BY p.name, p.id`

// HoldersOf gives the persons who hold the role at the party now, by name.
func (tx *Tx) HoldersOf(
	ctx context.Context, party core.PartyID, role string,
) ([]core.Party, error) {
	return many(ctx, tx, scanParty, "holders of role", holdersOf, party, role)
}

// Two administrators who grant the same at once queue up at the person's row, and the second
// sees the first one's grant. A statement of its own, so that the next has a later snapshot.
const lockPerson = `SELECT p.id FROM party AS p WHERE p.id = $1 FOR NO KEY UPDATE`

const addGrant = `
INSERT INTO role_grant (
    person, party, role, source, reason, granted_by, valid_from, valid_to, limit_org, limit_app,
    limit_field, limit_values
)
SELECT $1, $2, $3, $4, $5, NULLIF($6::bigint, 0), COALESCE($7, now()), $8, $9, $10, $11, $12
WHERE NOT EXISTS (
    SELECT FROM role_grant AS g
    WHERE g.person = $1 AND g.party = $2 AND g.role = $3 AND g.source = $4 AND ` + inForce + `
      AND (
          g.limit_app = '' AND g.limit_field = ''
          OR (g.limit_org, g.limit_app, g.limit_field, g.limit_values) = ($9, $10, $11, $12::text[])
      )
)
RETURNING id`

// AddGrant gives a role to a person from g.From (zero: now) until g.To, and gives the grant's
// id. A role that they hold already from the same source, unlimited or within the same limit, is
// fault.Conflict, so that one withdrawal always takes away what was given.
func (tx *Tx) AddGrant(ctx context.Context, g core.Grant) (int64, error) {
	tx.queue("lock person", lockPerson, g.Person)
	ids, err := many(ctx, tx, pgx.RowTo[int64], "add grant", addGrant,
		append(grantArgs(g), g.Limit.App.Org, g.Limit.App.App, g.Limit.Field, texts(g.Limit.Values))...)
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, fault.New(fault.Conflict, "fault.already_granted")
	}
	return ids[0], nil
}

func grantArgs(g core.Grant) []any {
	var from any
	if !g.From.IsZero() {
		from = g.From
	}
	return []any{g.Person, g.Party, g.Role, g.Source, g.Reason, g.GrantedBy, from, g.To}
}

const withdrawGrant = `
UPDATE role_grant AS g
SET withdrawn_at = statement_timestamp(), withdrawn_by = NULLIF($2::bigint, 0)
WHERE g.id = $1 AND g.withdrawn_at IS NULL
RETURNING g.id`

// WithdrawGrant takes a grant back, from this moment. One that is withdrawn already is
// fault.Conflict.
func (tx *Tx) WithdrawGrant(ctx context.Context, id int64, by core.PartyID) error {
	ids, err := many(ctx, tx, pgx.RowTo[int64], "withdraw grant", withdrawGrant, id, by)
	if err == nil && len(ids) == 0 {
		err = fault.New(fault.Conflict, keyChanged)
	}
	return err
}

const putRole = `
INSERT INTO role_grant (person, party, role, source, reason, granted_by, valid_from, valid_to)
SELECT $1, $2, $3, $4, $5, NULLIF($6::bigint, 0), COALESCE($7, now()), $8
WHERE NOT EXISTS (
    SELECT FROM role_grant AS g
    WHERE g.person = $1 AND g.party = $2 AND g.role = $3 AND g.source = $4
)`

// PutRegisterRoles writes roles as a register, or a first set of grants, has them. A role that
// the person has had from the same source is left alone: running it again changes nothing, and
// what an administrator has withdrawn stays withdrawn.
func (tx *Tx) PutRegisterRoles(_ context.Context, roles []core.Grant) error {
	for _, g := range roles {
		if g.Source == "" {
			g.Source = core.RoleFromRegister
		}
		tx.queue("lock person", lockPerson, g.Person)
		tx.queue("put role", putRole, grantArgs(g)...)
	}
	return nil
}
