package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/internal/fault"
)

// RoleRequestRow is a request with the names of those in it.
type RoleRequestRow struct {
	core.RoleRequest
	PersonName, PartyName, AnsweredByName string
}

const roleRequestColumns = `
q.id, q.person, q.party, q.role, q.reason, q.at, q.state, q.answer, q.answered, person.name,
party.name, COALESCE(answerer.name, '')
FROM role_request AS q
JOIN party AS person ON person.id = q.person
JOIN party AS party ON party.id = q.party
LEFT JOIN party AS answerer ON answerer.id = q.answered_by`

func scanRoleRequest(row pgx.CollectableRow) (RoleRequestRow, error) {
	var q RoleRequestRow
	err := row.Scan(&q.ID, &q.Person, &q.Party, &q.Role, &q.Reason, &q.At, &q.State, &q.Answer,
		&q.Answered, &q.PersonName, &q.PartyName, &q.AnsweredByName)
	return q, err
}

// The person's row is locked, so that requests that are sent at once are counted one by one.
const addRoleRequest = `
INSERT INTO role_request (person, party, role, reason)
SELECT $1, $2, $3, $4
WHERE $5 > (
    SELECT count(*) FROM role_request AS q
    WHERE q.person = $1 AND q.at > statement_timestamp() - interval '1 day'
)
ON CONFLICT (party, person, role) WHERE state = 'waiting' DO NOTHING
RETURNING id`

const waitsAlready = `
SELECT EXISTS (
    SELECT FROM role_request AS q
    WHERE q.party = $1 AND q.person = $2 AND q.role = $3 AND q.state = 'waiting'
)`

// AddRoleRequest keeps a request. The same one that waits already is fault.Conflict; more than
// daily in a day and a night are fault.TooMany.
func (tx *Tx) AddRoleRequest(ctx context.Context, q core.RoleRequest, daily int) (int64, error) {
	tx.queue("lock person", lockPerson, q.Person)
	ids, err := many(ctx, tx, pgx.RowTo[int64], "add role request", addRoleRequest,
		q.Person, q.Party, q.Role, q.Reason, daily)
	if err != nil {
		return 0, err
	}
	if len(ids) > 0 {
		return ids[0], nil
	}
	waits, err := one(ctx, tx, pgx.RowTo[bool], "waiting request", waitsAlready, q.Party, q.Person,
		q.Role)
	if err == nil && waits {
		err = fault.New(fault.Conflict, "fault.request_waits")
	} else if err == nil {
		err = fault.New(fault.TooMany, "fault.request_many", daily)
	}
	return 0, err
}

const roleRequestsOf = `
SELECT ` + roleRequestColumns + `
WHERE q.person = $1
ORDER BY q.id DESC
LIMIT 50`

// RoleRequestsOf gives the newest of what a person has asked for, with the answers.
func (tx *Tx) RoleRequestsOf(
	ctx context.Context, person core.PartyID,
) ([]RoleRequestRow, error) {
	return many(ctx, tx, scanRoleRequest, "role requests of person", roleRequestsOf, person)
}

const roleRequestsAt = `
SELECT ` + roleRequestColumns + `
WHERE q.party = $1 AND q.state = $2 AND q.id < $3
ORDER BY q.id DESC
LIMIT $4`

// RoleRequestsAt gives what has been asked of an organisation and is in the state, newest first,
// before an id.
func (tx *Tx) RoleRequestsAt(
	ctx context.Context, party core.PartyID, state core.RoleRequestState, before int64, n int,
) ([]RoleRequestRow, error) {
	return many(ctx, tx, scanRoleRequest, "role requests", roleRequestsAt, party, state, before,
		pageSize(n))
}

const countRoleRequests = `
SELECT q.state, count(*) FROM role_request AS q WHERE q.party = $1 GROUP BY q.state`

// CountRoleRequests counts what has been asked of an organisation, by state.
func (tx *Tx) CountRoleRequests(
	ctx context.Context, party core.PartyID,
) (map[core.RoleRequestState]int, error) {
	type counted struct {
		state core.RoleRequestState
		n     int
	}
	scan := func(row pgx.CollectableRow) (c counted, err error) { return c, row.Scan(&c.state, &c.n) }
	list, err := many(ctx, tx, scan, "count role requests", countRoleRequests, party)
	out := map[core.RoleRequestState]int{}
	for _, c := range list {
		out[c.state] = c.n
	}
	return out, err
}

const roleRequestByID = `
SELECT ` + roleRequestColumns + `
WHERE q.id = $1
FOR NO KEY UPDATE OF q`

// RoleRequest gives one request, locked until the transaction ends; ErrNoRow when there is none.
func (tx *Tx) RoleRequest(ctx context.Context, id int64) (RoleRequestRow, error) {
	return one(ctx, tx, scanRoleRequest, "role request", roleRequestByID, id)
}

const answerRoleRequest = `
WITH changed AS (
    UPDATE role_request AS q
    SET state = $2, answer = $3, answered_by = $4, answered = now()
    WHERE q.id = $1 AND q.state = 'waiting'
    RETURNING q.id
)
SELECT changed_one(count(*)) FROM changed`

// AnswerRoleRequest writes the answer to a request that waits; another is fault.Conflict.
func (tx *Tx) AnswerRoleRequest(
	_ context.Context, id int64, state core.RoleRequestState, answer string, by core.PartyID,
) error {
	tx.queue("answer role request", answerRoleRequest, id, state, answer, by)
	return nil
}
