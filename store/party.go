package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const partyColumns = `
p.id, p.kind, p.name, COALESCE(p.person_number, ''), COALESCE(p.organisation_number, ''),
p.language, p.email, p.phone, COALESCE(p.org, '')`

func scanParty(row pgx.CollectableRow) (core.Party, error) {
	var p core.Party
	err := row.Scan(&p.ID, &p.Kind, &p.Name, &p.PersonNumber, &p.OrganisationNumber,
		&p.Language, &p.Email, &p.Phone, &p.Org)
	return p, err
}

const partyByID = `SELECT ` + partyColumns + ` FROM party AS p WHERE p.id = $1`

// Party gives a party; ErrNoRow when there is none.
func (tx *Tx) Party(ctx context.Context, id core.PartyID) (core.Party, error) {
	if p, ok := tx.ahead.party[id]; ok {
		return p, nil
	}
	return tx.party(ctx, "party", partyByID, id)
}

// party reads a party and remembers it.
func (tx *Tx) party(ctx context.Context, doing, sql string, by any) (core.Party, error) {
	p, err := one(ctx, tx, scanParty, doing, sql, by)
	if err == nil {
		tx.ahead.addParty(p)
	}
	return p, err
}

const partyByPersonNumber = `SELECT ` + partyColumns + ` FROM party AS p WHERE p.person_number = $1`

// PartyByPersonNumber finds a person; ErrNoRow when the number is not known here.
func (tx *Tx) PartyByPersonNumber(ctx context.Context, n core.PersonNumber) (core.Party, error) {
	return tx.party(ctx, "party by person number", partyByPersonNumber, n.Reveal())
}

const partyByOrganisationNumber = `
SELECT ` + partyColumns + ` FROM party AS p WHERE p.organisation_number = $1`

// PartyByOrganisationNumber finds an organisation; ErrNoRow when the number is not known here.
func (tx *Tx) PartyByOrganisationNumber(ctx context.Context, n string) (core.Party, error) {
	for _, p := range tx.ahead.party {
		if p.OrganisationNumber == n && n != "" {
			return p, nil
		}
	}
	return tx.party(ctx, "party by organisation number", partyByOrganisationNumber, n)
}

// The two are often one row: a case is owned by its service owner.
const ownerAndServiceOwner = `
SELECT ` + partyColumns + ` FROM party AS p WHERE p.id = $1
UNION
SELECT ` + partyColumns + ` FROM party AS p WHERE p.org = $2`

const partyByOrg = `SELECT ` + partyColumns + ` FROM party AS p WHERE p.org = $1`

// PartyByOrg finds a service owner by its code; ErrNoRow when there is none.
func (tx *Tx) PartyByOrg(ctx context.Context, org string) (core.Party, error) {
	for _, p := range tx.ahead.party {
		if p.Org == org && org != "" {
			return p, nil
		}
	}
	return tx.party(ctx, "party by org", partyByOrg, org)
}

const partiesByID = `
SELECT ` + partyColumns + `
FROM party AS p
WHERE p.id = ANY($1::bigint[])
ORDER BY p.id`

// Parties gives the parties with these ids, by id; ids that name nothing are left out.
func (tx *Tx) Parties(ctx context.Context, ids ...core.PartyID) ([]core.Party, error) {
	return many(ctx, tx, scanParty, "parties", partiesByID, partyNumbers(ids))
}

func partyNumbers(ids []core.PartyID) []int64 {
	list := make([]int64, len(ids))
	for i, id := range ids {
		list[i] = int64(id)
	}
	return list
}

const putParty = `
INSERT INTO party (id, kind, name, person_number, organisation_number, language, email, phone, org)
VALUES ($1, $2, $3, NULLIF($4, ''), NULLIF($5, ''), $6, $7, $8, NULLIF($9, ''))
ON CONFLICT (id) DO UPDATE
SET kind = EXCLUDED.kind, name = EXCLUDED.name, person_number = EXCLUDED.person_number,
    organisation_number = EXCLUDED.organisation_number, language = EXCLUDED.language,
    email = EXCLUDED.email, phone = EXCLUDED.phone, org = EXCLUDED.org`

// PutParty writes a party as a register has it, new or known. A number that another party has
// is fault.Conflict when the transaction ends.
func (tx *Tx) PutParty(_ context.Context, p core.Party) error {
	tx.ahead.party = nil
	tx.queue("put party", putParty, p.ID, p.Kind, p.Name, p.PersonNumber.Reveal(),
		p.OrganisationNumber, p.Language, p.Email, p.Phone, p.Org)
	return nil
}

// Two sign-ins of one new person at once meet in the unique number; the second gets the first
// one's row, which the update leaves as it is.
const newParty = `
INSERT INTO party (id, kind, name, person_number, organisation_number, language, email, phone)
VALUES (nextval('party_id_seq'), $1, $2, NULLIF($3, ''), NULLIF($4, ''), $5, $6, $7)
ON CONFLICT (person_number) DO UPDATE
SET kind = party.kind
RETURNING id`

// NewParty makes a party that no register has given a number, and gives its id. A person who
// has been made meanwhile keeps that row, and its id is given.
func (tx *Tx) NewParty(ctx context.Context, p core.Party) (core.PartyID, error) {
	return one(ctx, tx, pgx.RowTo[core.PartyID], "new party", newParty, p.Kind, p.Name,
		p.PersonNumber.Reveal(), p.OrganisationNumber, p.Language, p.Email, p.Phone)
}
