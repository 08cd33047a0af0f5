package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Session is a signed-in browser.
type Session struct {
	// Hash is the SHA-256 of the cookie's token.
	Hash []byte
	// Data is JSON.
	Data   []byte
	Person core.PartyID
	// SID is the identity provider's session.
	SID               string
	Created, LastSeen time.Time
	// Self is the person, and Places the parties that they hold a role at now: what the head of
	// every page is made from. They are read, never saved.
	Self   core.Party
	Places []PartyRoles
	// Unread are the messages that wait for them.
	Unread []core.UnreadMessages
	// Kept are the pages that they posted after an earlier session had ended, newest first.
	Kept []KeptPage
}

const saveSession = `
INSERT INTO session (hash, data, person, sid, created, last_seen)
VALUES ($1, $2, NULLIF($3::bigint, 0), $4, COALESCE($5, now()), now())
ON CONFLICT (hash) DO UPDATE
SET data = EXCLUDED.data, person = EXCLUDED.person, sid = EXCLUDED.sid, last_seen = now()`

// SaveSession writes a session, new or known. Created is kept for a known one; for a new one it
// is now, unless it is given: a session that is only rotated must not live longer by it.
func (s *Store) SaveSession(ctx context.Context, row Session) error {
	var created any
	if !row.Created.IsZero() {
		created = row.Created
	}
	return s.exec(ctx, "save session", saveSession,
		row.Hash, row.Data, row.Person, row.SID, created)
}

const sessionByHash = `
SELECT s.hash, s.data, COALESCE(s.person, 0), s.sid, s.created, s.last_seen
FROM session AS s
WHERE s.hash = $1
  AND s.last_seen > now() - make_interval(secs => $2)
  AND s.created > now() - make_interval(secs => $3)`

const selfOfSession = `
SELECT ` + partyColumns + `
FROM session AS s
JOIN party AS p ON p.id = s.person
WHERE s.hash = $1`

const placesOfSession = `
SELECT ` + partyColumns + `, g.role, g.valid_from, g.valid_to, ` + limitColumns + `
FROM session AS s
JOIN role_grant AS g ON g.person = s.person
JOIN party AS p ON p.id = g.party
WHERE s.hash = $1 AND g.party <> g.person AND ` + inForce + `
ORDER BY p.name, p.id, g.role, g.id`

// The messages are counted within the belt of the session's person.
const askerOfSession = `
SELECT set_config('stafett.actor', 'person:' || s.person, true),
    set_config('stafett.parties', (ARRAY[s.person] || ARRAY(
        SELECT DISTINCT g.party FROM role_grant AS g WHERE g.person = s.person AND ` + inForce + `
    ))::text, true),
    set_config('stafett.apps', '{*}', true)
FROM session AS s
WHERE s.hash = $1 AND s.person IS NOT NULL`

// Only of what came to applicants: a case has no unread messages.
const unreadOfSession = `
SELECT m.owner, m.org, m.app, count(*)
FROM session AS s
CROSS JOIN LATERAL (
    SELECT s.person AS party
    UNION
    SELECT g.party FROM role_grant AS g WHERE g.person = s.person AND ` + inForce + `
) AS p
JOIN message AS m ON m.owner = p.party AND m.unread
WHERE s.hash = $1
GROUP BY m.owner, m.org, m.app`

func scanUnread(row pgx.CollectableRow) (core.UnreadMessages, error) {
	var u core.UnreadMessages
	err := row.Scan(&u.Owner, &u.App.Org, &u.App.App, &u.Count)
	return u, err
}

// Session gives the session with the hash, when it has been used within idle and was begun
// within absolute, in one round trip with the person and their places.
func (s *Store) Session(
	ctx context.Context, hash []byte, idle, absolute time.Duration,
) (Session, bool, error) {
	conn, err := s.acquire(ctx)
	if err != nil {
		return Session{}, false, err
	}
	defer conn.Release()
	batch := &pgx.Batch{}
	batch.Queue(sessionByHash, hash, idle.Seconds(), absolute.Seconds())
	batch.Queue(selfOfSession, hash)
	batch.Queue(placesOfSession, hash)
	batch.Queue(askerOfSession, hash)
	batch.Queue(unreadOfSession, hash)
	batch.Queue(keptOfSession, hash)
	results := conn.SendBatch(ctx, batch)
	row, err := readSession(results)
	if closed := results.Close(); err == nil {
		err = closed
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return Session{}, false, nil
	}
	if err != nil {
		return Session{}, false, explain("session", err)
	}
	return row, true, nil
}

func readSession(results pgx.BatchResults) (Session, error) {
	var row Session
	err := results.QueryRow().Scan(
		&row.Hash, &row.Data, &row.Person, &row.SID, &row.Created, &row.LastSeen)
	if err != nil {
		return row, err
	}
	rows, err := results.Query()
	if err != nil {
		return row, err
	}
	var self []core.Party
	if err := every(scanParty, &self)(rows); err != nil {
		return row, err
	}
	if len(self) > 0 {
		row.Self = self[0]
	}
	if rows, err = results.Query(); err != nil {
		return row, err
	}
	var places []PartyRoles
	if err := every(scanPartyRole, &places)(rows); err != nil {
		return row, err
	}
	if _, err = results.Exec(); err != nil {
		return row, err
	}
	row.Places = byParty(places)
	if rows, err = results.Query(); err != nil {
		return row, err
	}
	if err = every(scanUnread, &row.Unread)(rows); err != nil {
		return row, err
	}
	if rows, err = results.Query(); err != nil {
		return row, err
	}
	return row, every(scanKept, &row.Kept)(rows)
}

const touchSession = `UPDATE session AS s SET last_seen = now() WHERE s.hash = $1`

// TouchSession starts the idle time anew.
func (s *Store) TouchSession(ctx context.Context, hash []byte) error {
	return s.exec(ctx, "touch session", touchSession, hash)
}

// sessionGone signals, by the mark that audit lines have, that a session has ended: what it holds
// open ends too.
const sessionGone = `
SELECT pg_notify('stafett_session',
    translate(encode(substring(sha256(g.hash) FROM 1 FOR 9), 'base64'), '+/', '-_'))
FROM gone AS g`

const deleteSession = `
WITH gone AS (DELETE FROM session AS s WHERE s.hash = $1 RETURNING s.hash)` + sessionGone

// DeleteSession ends a session.
func (s *Store) DeleteSession(ctx context.Context, hash []byte) error {
	return s.exec(ctx, "delete session", deleteSession, hash)
}

// The index is on sessions that have a sid; ” would end everybody's.
const deleteSessionsBySID = `
WITH gone AS (DELETE FROM session AS s WHERE s.sid = $1 AND s.sid <> '' RETURNING s.hash)` + sessionGone

// DeleteSessionsBySID ends the sessions that a session at the identity provider began.
func (s *Store) DeleteSessionsBySID(ctx context.Context, sid string) error {
	return s.exec(ctx, "delete sessions", deleteSessionsBySID, sid)
}

const cleanSessions = `
DELETE FROM session AS s
WHERE s.last_seen <= now() - make_interval(secs => $1)
   OR s.created <= now() - make_interval(secs => $2)`

// CleanSessions removes the sessions that Session would not give any more.
func (s *Store) CleanSessions(ctx context.Context, idle, absolute time.Duration) error {
	return s.exec(ctx, "clean sessions", cleanSessions, idle.Seconds(), absolute.Seconds())
}
