package store

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// ahead is what a transaction has read before it was asked: whoever opens an instance asks for
// the owner, the roles and the content next, and all of it comes in one round trip. It lives no
// longer than the transaction, and but for the parties not past its first change: then the database is
// asked again.
type ahead struct {
	roles   map[holder][]core.Grant
	party   map[core.PartyID]core.Party
	content map[uuid.UUID][]heldRow
	parcel  map[uuid.UUID]parcel
}

// holder is a person at a party.
type holder struct{ person, party core.PartyID }

func (a *ahead) addParty(p core.Party) {
	if a.party == nil {
		a.party = map[core.PartyID]core.Party{}
	}
	a.party[p.ID] = p
}

// changing forgets what was read ahead, since it may be about to be wrong. Parties are changed by PutParty
// alone, which forgets them.
func (tx *Tx) changing() { tx.ahead = ahead{party: tx.ahead.party} }

// readRoles reads ahead which roles the person holds at the party; a system holds none.
func (tx *Tx) readRoles(person, party core.PartyID) {
	if person == 0 {
		return
	}
	tx.hold("roles", func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, scanGrant)
		tx.ahead.roles = map[holder][]core.Grant{{person, party}: list}
		return err
	}, rolesOf, person, party)
}

// readParties reads parties ahead, those that there are.
func (tx *Tx) readParties(sql string, by ...any) {
	tx.hold("party", func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, scanParty)
		for _, p := range list {
			tx.ahead.addParty(p)
		}
		return err
	}, sql, by...)
}

// readContent reads ahead what an instance holds. It is sent after a read of the instance by
// its whole address, and when that finds nothing this is not read.
func (tx *Tx) readContent(instance uuid.UUID) {
	tx.hold("content", func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, scanHeld)
		tx.ahead.content = map[uuid.UUID][]heldRow{instance: list}
		return err
	}, contentOf, instance)
}
