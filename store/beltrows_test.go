package store_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

const (
	beltCase   = "0192f000-0000-7000-8000-000000000001"
	beltUpload = "0192f000-0000-7000-8000-000000000002"
	beltSent   = "0192f000-0000-7000-8000-000000000003"
)

// beltRows puts a row of Nordvik kommune's case, and of Kari's, in every table with a policy.
var beltRows = []string{
	`INSERT INTO instance (id, org, app, owner, app_version, status, task, ready, submitted, reference)
	VALUES ('` + beltCase + `', 'nordvik', 'stottesak', 51001, 'h', 'active', 'Task_1', true, now(), 'NK')`,
	`INSERT INTO instance (id, org, app, owner, app_version, status, task)
	VALUES ('` + beltSent + `', 'nordvik', 'arrangementsstotte', 50001, 'h', 'draft', 'Task_1')`,
	`INSERT INTO upload (id, taken_by, attached) VALUES ('` + beltUpload + `', 'person:50001', true)`,
	`INSERT INTO upload_chunk (upload, n, data) VALUES ('` + beltUpload + `', 0, 'x')`,
	`INSERT INTO element (id, instance, type, content_type, size, sha256, upload) VALUES
	(gen_random_uuid(), '` + beltCase + `', 'vedlegg', 'text/plain', 1, sha256('x'), '` + beltUpload + `')`,
	`INSERT INTO seen (instance, person) VALUES ('` + beltCase + `', 50004)`,
	`INSERT INTO delivery (id, source_org, source_app, source_owner, source_id, handover, to_org, to_app,
	owner, payload) VALUES ('` + beltCase + `', 'nordvik', 'stottesak', 51001, '` + beltCase + `', 'h',
	'nordvik', 'vedtak', 50001, '{}')`,
	`INSERT INTO delivery_attempt (delivery, number, outcome) VALUES ('` + beltCase + `', 1, 'failed')`,
	`INSERT INTO idempotency_key (org, key, content, instance_org, instance_app, instance_owner, instance_id)
	VALUES ('nordvik', 'k', 'x', 'nordvik', 'stottesak', 51001, '` + beltCase + `')`,
	`INSERT INTO audit_event (actor_kind, organisation_number, party, org, app, instance, act, outcome)
	VALUES ('org', '999999999', 51001, 'nordvik', 'stottesak', '` + beltCase + `', 'read', 'done')`,
	`INSERT INTO confirmation (instance, organisation) VALUES ('` + beltCase + `', 'nordvik')`,
	`INSERT INTO case_search (instance, owner, org, app, words) VALUES ('` + beltCase + `', 51001, 'nordvik',
	'stottesak', to_tsvector('simple', 'konsert 14827941388'))`,
	`INSERT INTO name_word (owner, word) VALUES (51001, 'konsert')`,
	`INSERT INTO case_value (instance, owner, field, written) VALUES ('` + beltCase + `', 51001, 'bydel', 'nord')`,
	`INSERT INTO case_view (id, owner, person, name, query, shared)
	VALUES (gen_random_uuid(), 51001, 50004, 'Haster', 'view=mine', true)`,
	`INSERT INTO case_list_choice (owner, person, columns) VALUES (51001, 50004, '{due}')`,
	`INSERT INTO case_pick (key, person, owner, cases) VALUES (decode(repeat('00', 16), 'hex'), 50004, 51001,
	ARRAY['` + beltCase + `'::uuid])`,
	`INSERT INTO correction (instance, number, body) VALUES ('` + beltCase + `', 1, '{}')`,
	`INSERT INTO case_version (instance, number, person, name, task, body)
	VALUES ('` + beltCase + `', 1, 50004, 'Ingrid Berg', 'Task_1', '{}')`,
	`INSERT INTO case_step (instance, version, person, task, action, letters, until, body)
	VALUES ('` + beltCase + `', 1, 50004, 'Task_1', '', 0, now(), '{}')`,
	`INSERT INTO message (instance, id, owner, org, app, sent, body, other_org, other_app, other_owner, other_id)
	VALUES ('` + beltCase + `', gen_random_uuid(), 51001, 'nordvik', 'stottesak', true, 'Hei', 'nordvik',
	'arrangementsstotte', 50001, '` + beltSent + `')`,
	`INSERT INTO notice (id, instance, kind) VALUES (gen_random_uuid(), '` + beltCase + `', 'letter')`,
	`INSERT INTO case_note (instance, id, owner, person, author, body)
	VALUES ('` + beltCase + `', '` + beltCase + `', 51001, 50005, 'Per Nilsen', 'Hei')`,
	`INSERT INTO case_mention (instance, note, person, owner)
	VALUES ('` + beltCase + `', '` + beltCase + `', 50004, 51001)`,
	`INSERT INTO case_hold (instance, note, owner, until)
	VALUES ('` + beltCase + `', '` + beltCase + `', 51001, now())`,
	`INSERT INTO case_snooze (owner, person, instance, until) VALUES (51001, 50004, '` + beltCase + `', now())`,
	`INSERT INTO case_presence (owner, instance, person, name)
	VALUES (51001, '` + beltCase + `', 50004, 'Ingrid Berg')`,
	`INSERT INTO case_tag (owner, instance, tag, person) VALUES (51001, '` + beltCase + `', 'haster', 50004)`,
	`INSERT INTO case_check (instance, owner, task, item, person, name)
	VALUES ('` + beltCase + `', 51001, 'Task_1', 'habilitet', 50005, 'Per Nilsen')`,
	`INSERT INTO case_duplicate (instance, original, owner, person)
	VALUES ('` + beltCase + `', '` + beltSent + `', 51001, 50005)`,
	`INSERT INTO tag_word (owner, tag) VALUES (51001, 'haster')`,
	`INSERT INTO bulk (id, owner, person, act, given) VALUES ('` + beltCase + `', 51001, 50004, 'take', true)`,
	`INSERT INTO bulk_row (bulk, n, instance) VALUES ('` + beltCase + `', 1, '` + beltCase + `')`,
	`INSERT INTO subscription (org, organisation_number, endpoint, secret)
	VALUES ('nordvik', '310246816', 'https://example.no/', sha256('x'))`,
	`INSERT INTO subscription_attempt (subscription, event, type, number, milliseconds)
	SELECT id, gen_random_uuid(), 'x', 1, 1 FROM subscription`,
	`INSERT INTO role_grant (person, party, role, source) VALUES (50004, 51001, 'nordvik-kultur', 'granted'),
	(50008, 51002, 'nordvik-kultur', 'granted')`,
	`INSERT INTO deleted_draft (instance, owner, org, app, content)
	VALUES (gen_random_uuid(), 51001, 'nordvik', 'stottesak', '{"elements": []}')`,
	`INSERT INTO kept_post (person, page, sealed) VALUES (50004, '/my', 'x')`,
	`INSERT INTO role_request (person, party, role, reason) VALUES (50001, 51001, 'nordvik-kultur', 'x')`,
}

// beltSetup gives a connection as the serving role beside rows that the owner has put there.
func beltSetup(t *testing.T) (serving, own *pgx.Conn) {
	t.Helper()
	_, url := setup(t)
	own = owner(t, url)
	for _, sql := range beltRows {
		exec(t, own, sql)
	}
	return connect(t, storetest.Serving(t, url)), own
}

// outsiders are all who do not stand where the rows are: Ola, a caseworker and the system of
// another service owner, a token of none, and a transaction that says nothing.
func outsiders() map[string]core.Actor {
	return map[string]core.Actor{
		"another person":                {Kind: core.ActorPerson, User: ola, Party: ola},
		"another's caseworker":          {Kind: core.ActorPerson, User: siri, Party: siri},
		"another service owner's token": {Kind: core.ActorOrg, Org: "sorvik", OrganisationNumber: "311357921"},
		"a token of no service owner":   {Kind: core.ActorOrg, OrganisationNumber: "312468034"},
		"nobody":                        {},
	}
}

func insiders() map[string]core.Actor {
	return map[string]core.Actor{
		"the caseworker": {Kind: core.ActorPerson, User: ingrid, Party: ingrid},
		"the token":      {Kind: core.ActorOrg, Org: "nordvik", OrganisationNumber: "310246816"},
		"the program":    system,
	}
}

// asked runs fn in a transaction that begins as the store's do; nil begins it without a word.
func asked(t *testing.T, conn *pgx.Conn, a *core.Actor, fn func(pgx.Tx)) {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	if a != nil {
		sql, args := store.Begin(*a)
		if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	fn(tx)
}

func denied(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "42501"
}

// countIn counts the rows of a query in a savepoint; a refusal is none.
func countIn(t *testing.T, tx pgx.Tx, from string) int {
	t.Helper()
	n := 0
	err := pgx.BeginFunc(t.Context(), tx, func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), "SELECT count(*) FROM "+from).Scan(&n)
	})
	if err != nil && !denied(err) {
		t.Fatalf("%s: %v", from, err)
	}
	return n
}
