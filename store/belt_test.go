package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// unbelted are the tables that need no row-level security, and why.
var unbelted = map[string]string{
	"app_version":      "definitions of apps: published, nobody's data",
	"audit_check":      "when the seals were recomputed: no case and no person",
	"audit_seal":       "digests of audit lines: no case and no person",
	"breaker":          "which targets fail: apps and codes, no case and no person",
	"goose_db_version": "which migrations have run",
	"party":            "who there is: asked for before anybody stands anywhere, and no case in it",
	"role_grant":       "what standing is made from; access asks before it shows a grant",
	"session":          "found by the digest of a secret, before anybody is known",
	"worker":           "which server processes live",
}

// searchTables are read by functions only.
var searchTables = []string{"case_search", "name_word", "case_value"}

// jobs is how the job engine's tables begin: they hold ids only.
const jobs = "river_"

const whatToDo = `%s holds rows and has no policy. If it holds anything of a case or a person, add to its
migration ENABLE ROW LEVEL SECURITY and a policy, as in the migration row_security: by owner, org
and app, or by EXISTS on the instance that it belongs to; and a row to beltRows. If not, add a
line to unbelted that says why`

// TestBelt_EveryTableHasAPolicyOrAReason asks the catalogue, so that a new table is met.
func TestBelt_EveryTableHasAPolicyOrAReason(t *testing.T) {
	t.Parallel()
	conn := owner(t, storetest.Database(t))
	checked, known := 0, map[string]bool{}
	for _, c := range tables(t, conn) {
		known[c.name] = true
		reason, free := unbelted[c.name]
		switch {
		case strings.HasPrefix(c.name, jobs):
			continue
		case !c.secured && !free:
			t.Errorf(whatToDo, c.name)
		case c.secured && free:
			t.Errorf("%s has row-level security, and a line that says that it needs none: %s", c.name,
				reason)
		case c.forced:
			t.Errorf("%s: its owner must pass by, for foreign keys and the functions", c.name)
		}
		checked++
	}
	for name := range unbelted {
		if !known[name] {
			t.Errorf("%s: there is no such table", name)
		}
	}
	t.Logf("checked %d tables", checked)
	if checked == 0 {
		t.Error("there are no tables")
	}
}

type tableInfo struct {
	name            string
	secured, forced bool
}

func tables(t *testing.T, conn *pgx.Conn) []tableInfo {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
SELECT i.table_name, c.relrowsecurity, c.relforcerowsecurity
FROM information_schema.tables AS i
JOIN pg_class AS c ON c.oid = ('public.' || quote_ident(i.table_name))::regclass
WHERE i.table_schema = 'public' AND i.table_type = 'BASE TABLE'
ORDER BY i.table_name`)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c tableInfo, err error) {
		return c, row.Scan(&c.name, &c.secured, &c.forced)
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func owner(t *testing.T, url string) *pgx.Conn { return connect(t, url) }

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

// TestBelt_RawSQLFindsNothingOfOthers is SECURITY.md's P16: a query that has forgotten every
// condition, as the serving role.
func TestBelt_RawSQLFindsNothingOfOthers(t *testing.T) {
	t.Parallel()
	serving, own := beltSetup(t)
	var names []string
	for _, c := range tables(t, own) {
		if c.secured {
			names = append(names, c.name)
		}
	}
	checked := 0
	empty := func(who string, a *core.Actor) {
		asked(t, serving, a, func(tx pgx.Tx) {
			for _, name := range names {
				if n := countIn(t, tx, name); n != 0 {
					t.Errorf("%s finds %d rows in %s", who, n, name)
				}
				checked++
			}
		})
	}
	for who, a := range outsiders() {
		empty(who, &a)
	}
	empty("a transaction that tells nothing", nil)
	for _, name := range names {
		seen := 0
		for _, a := range insiders() {
			asked(t, serving, &a, func(tx pgx.Tx) { seen += countIn(t, tx, name) })
		}
		// The search is read by functions only.
		if seen == 0 && !slices.Contains(searchTables, name) {
			t.Errorf("nobody finds anything in %s: add a row to beltRows, and a policy that gives it", name)
		}
	}
	t.Logf("checked %d tables, %d look-ups", len(names), checked)
	if checked == 0 {
		t.Error("nothing was looked up")
	}
}

// TestBelt_OthersChangeAndAddNothing tries to write past the policies.
func TestBelt_OthersChangeAndAddNothing(t *testing.T) {
	t.Parallel()
	serving, _ := beltSetup(t)
	none := []string{
		"UPDATE instance SET title = 'x'", "DELETE FROM instance", "UPDATE element SET locked = true",
		"DELETE FROM upload", "UPDATE delivery SET state = 'parked'", "UPDATE message SET unread = false",
		"DELETE FROM case_pick", "UPDATE notice SET attempts = 9", "DELETE FROM correction",
		"DELETE FROM case_version", "DELETE FROM case_step",
		"UPDATE case_mention SET seen = true", "UPDATE case_hold SET ended = now()",
		"DELETE FROM case_presence", "DELETE FROM case_snooze", "DELETE FROM case_tag", "DELETE FROM tag_word",
		"UPDATE bulk SET ran = now()", "DELETE FROM bulk", "UPDATE bulk_row SET outcome = 'done'",
		"DELETE FROM subscription", "UPDATE subscription SET endpoint = 'https://example.org/'",
		"DELETE FROM subscription_attempt",
	}
	added := []string{
		strings.ReplaceAll(beltRows[0], beltCase, beltUpload),
		strings.ReplaceAll(beltRows[4], "'"+beltUpload+"'", "NULL"),
		"INSERT INTO seen (instance, person) VALUES ('" + beltCase + "', 50001)",
		"INSERT INTO upload (id, taken_by) VALUES (gen_random_uuid(), 'person:50001')",
		"INSERT INTO upload_chunk (upload, n, data) VALUES ('" + beltUpload + "', 1, 'x')",
		"INSERT INTO notice (id, instance, kind) VALUES (gen_random_uuid(), '" + beltCase + "', 'letter')",
		"INSERT INTO correction (instance, number, body) VALUES ('" + beltCase + "', 2, '{}')",
		"INSERT INTO case_version (instance, number, person, name, task, body) VALUES ('" + beltCase +
			"', 2, 50001, 'Kari', 'Task_1', '{}')",
		"INSERT INTO case_note (instance, id, owner, person, author, body) VALUES ('" + beltCase +
			"', gen_random_uuid(), 51001, 50001, 'Kari', 'Hei')",
		"INSERT INTO case_mention (instance, note, person, owner) VALUES ('" + beltCase + "', '" + beltCase +
			"', 50001, 51001)",
		"INSERT INTO case_hold (instance, note, owner, until, ended) VALUES ('" + beltCase + "', '" +
			beltCase + "', 51001, now(), now())",
		"INSERT INTO case_presence (owner, instance, person, name) VALUES (51001, '" + beltCase +
			"', 50001, 'x')",
		"INSERT INTO case_snooze (owner, person, instance, until) VALUES (51001, 50004, '" + beltCase +
			"', now())",
		"INSERT INTO case_tag (owner, instance, tag, person) VALUES (51001, '" + beltCase + "', 'x', 50001)",
		"INSERT INTO tag_word (owner, tag) VALUES (51001, 'x')",
		"INSERT INTO bulk (id, owner, person, act, given) VALUES (gen_random_uuid(), 51001, 50004, 'take', true)",
		"INSERT INTO bulk_row (bulk, n, instance) VALUES ('" + beltCase + "', 2, '" + beltCase + "')",
		"INSERT INTO subscription (org, organisation_number, endpoint, secret) " +
			"VALUES ('nordvik', '310246816', 'https://example.org/', sha256('x'))",
	}
	checked := 0
	for who, a := range outsiders() {
		asked(t, serving, &a, func(tx pgx.Tx) {
			for _, sql := range none {
				tag, err := tx.Exec(t.Context(), sql)
				if err != nil || tag.RowsAffected() != 0 {
					t.Errorf("%s: %s: %d rows, %v", who, sql, tag.RowsAffected(), err)
				}
				checked++
			}
			for _, sql := range added {
				err := pgx.BeginFunc(t.Context(), tx, func(tx pgx.Tx) error {
					_, err := tx.Exec(t.Context(), sql)
					return err
				})
				if !denied(err) {
					t.Errorf("%s: %s: got %v, want a refusal", who, sql, err)
				}
				checked++
			}
		})
	}
	t.Logf("checked %d statements", checked)
}

// TestBelt_FunctionsOfTheOwnerAskToo meets every function that runs as its owner.
func TestBelt_FunctionsOfTheOwnerAskToo(t *testing.T) {
	t.Parallel()
	serving, own := beltSetup(t)
	calls := map[string]string{
		"cases_valued_among": "cases_valued_among(51001, ARRAY['" + beltCase +
			"'::uuid], '{bydel}', '{=}', '{nord}', 1)",
		"cases_with_values": "cases_with_values(51001, ARRAY['" + beltCase +
			"'::uuid], '{bydel}', '{=}', '{nord}', 1, '{false,true}')",
		"near_words":      "near_words(51001, '{konsrt}')",
		"cases_of_number": "cases_of_number(51001, '14827941388')",
		"cases_with":      "cases_with(51001, '{konsert}', '{}', '{}', '{}')",
		"cases_fitting":   "cases_fitting(51001, '{konsert}', '{}', '{}', '{}', NULL)",
		"cases_asked":     "cases_asked(51001, '{konsert}', '{}', '{}', '{}') AS q WHERE q IS NOT NULL",
		"cases_among":     "cases_among(51001, ARRAY['" + beltCase + "'::uuid], '{konsert}', '{}', '{}', '{}')",
		"cases_expected":  "cases_expected(51001, '{konsert}', '{}', '{}', '{}') AS e WHERE e.altogether > 0",
		"delivery_times":  "delivery_times('" + beltCase + "')",
		"matter_of":       "matter_of('" + beltCase + "')",
		"openings_of":     "openings_of('" + beltCase + "', '" + beltCase + "', 51001)",
		"versions_of":     "versions_of('" + beltCase + "')",
		// It gives which app a known id is of, for the line of a refusal.
		"app_of_case": "",
		// It writes what a case holds, whoever asks, and gives nothing.
		"index_case": "", "index_cases": "",
		// It removes words that no case has, and gives how many.
		"forget_lost_words": "",
		// It takes marks of what was read away, and gives nothing.
		"unsee": "",
		// They follow a change that is made, and are called by nothing else.
		"close_values": "", "lose_words": "", "wake_case": "", "tell_beside": "", "tell_instance": "", "tell_saved": "",
	}
	rows, err := own.Query(t.Context(), `
SELECT p.proname FROM pg_proc AS p
WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
  AND 'search_path=public, pg_temp' = ANY (p.proconfig)
  AND NOT has_function_privilege('public', p.oid, 'EXECUTE')`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	var want []string
	for name := range calls {
		want = append(want, name)
	}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("got the functions %v, want %v: each new one asks stands(), is set a search_path, is "+
			"revoked from PUBLIC, and gets a call here", names, want)
	}
	for name, call := range calls {
		if call == "" {
			continue
		}
		for who, a := range outsiders() {
			asked(t, serving, &a, func(tx pgx.Tx) {
				if n := countIn(t, tx, call); n != 0 {
					t.Errorf("%s: %s gives %d rows", who, name, n)
				}
			})
		}
		asked(t, serving, &system, func(tx pgx.Tx) {
			if n := countIn(t, tx, call); n == 0 {
				t.Errorf("%s gives the program nothing", name)
			}
		})
	}
	t.Logf("checked %d functions", len(calls))
}

// TestBelt_NotesAreForColleagues meets the token of the case's own service owner, and who is unread
// for whom.
func TestBelt_NotesAreForColleagues(t *testing.T) {
	t.Parallel()
	serving, own := beltSetup(t)
	for who, a := range insiders() {
		want := 1
		if a.Kind == core.ActorOrg {
			want = 0
		}
		asked(t, serving, &a, func(tx pgx.Tx) {
			for _, name := range []string{"case_note", "case_mention", "case_presence"} {
				if n := countIn(t, tx, name); n != want {
					t.Errorf("%s finds %d rows in %s, want %d", who, n, name, want)
				}
			}
		})
	}
	exec(t, own, `INSERT INTO seen (instance, person) VALUES ('`+beltCase+`', 50005)`)
	unsee := func(a core.Actor) (left int) {
		asked(t, serving, &a, func(tx pgx.Tx) {
			if _, err := tx.Exec(t.Context(), `SELECT unsee($1, '{50005}')`, beltCase); err != nil {
				t.Fatal(err)
			}
			sql, args := store.Begin(system)
			if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
				t.Fatal(err)
			}
			left = countIn(t, tx, "seen")
		})
		return left
	}
	for who, a := range outsiders() {
		if n := unsee(a); n != 2 {
			t.Errorf("%s: %d marks are left, want 2", who, n)
		}
	}
	if n := unsee(insiders()["the caseworker"]); n != 1 {
		t.Errorf("the caseworker: %d marks are left, want 1", n)
	}
}

// TestBelt_AListStaysWithinItsScope forgets the list's own conditions, in the scope that access gave.
func TestBelt_AListStaysWithinItsScope(t *testing.T) {
	t.Parallel()
	serving, own := beltSetup(t)
	exec(t, own, `INSERT INTO role_grant (person, party, role, source) VALUES (50004, 50001, 'x', 'granted')`)
	a := core.Actor{Kind: core.ActorPerson, User: ingrid, Party: ingrid}
	for scope, want := range map[string]struct {
		owner core.PartyID
		apps  []string
		rows  int
	}{
		"all of it":       {0, []string{"*"}, 2},
		"one app":         {nord, []string{"stottesak"}, 1},
		"another app":     {nord, []string{"parkeringssak"}, 0},
		"another's":       {kari, []string{"stottesak"}, 0},
		"no app":          {nord, nil, 0},
		"whoever's":       {0, []string{"arrangementsstotte"}, 1},
		"one's own, none": {ingrid, []string{"stottesak"}, 0},
	} {
		asked(t, serving, &a, func(tx pgx.Tx) {
			sql, args := store.Narrow(want.owner, want.apps)
			if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
				t.Fatal(err)
			}
			if n := countIn(t, tx, "instance"); n != want.rows {
				t.Errorf("%s: %d instances, want %d", scope, n, want.rows)
			}
			if _, err := tx.Exec(t.Context(), store.SQLWiden); err != nil {
				t.Fatal(err)
			}
			if n := countIn(t, tx, "instance"); n != 2 {
				t.Errorf("after %s: %d instances, want 2", scope, n)
			}
		})
	}
}

// TestBelt_AnOpenAppAndFollowedDeliveriesAreToldByAccess lets a person without a role see one app's
// instances, and one service owner's deliveries, and nothing beside them.
func TestBelt_AnOpenAppAndFollowedDeliveriesAreToldByAccess(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for _, sql := range beltRows {
		storetest.Exec(t, url, sql)
	}
	a := core.Actor{Kind: core.ActorPerson, User: ola, Party: ola}
	sees := func(tell func(*store.Tx)) (thread, deliveries int) {
		err := s.InTx(t.Context(), a, func(tx *store.Tx) error {
			tell(tx)
			for _, id := range []string{beltCase, beltSent} {
				list, err := tx.Thread(t.Context(), uuid.MustParse(id))
				if err != nil {
					return err
				}
				thread += len(list)
			}
			list, _, err := tx.Deliveries(t.Context(), "nordvik", "", nil, 10)
			deliveries = len(list)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return thread, deliveries
	}
	for what, c := range map[string]struct {
		tell             func(*store.Tx)
		instances, lines int
	}{
		"nothing":     {func(*store.Tx) {}, 0, 0},
		"an app":      {func(tx *store.Tx) { tx.OpenApp(appB) }, 1, 0},
		"deliveries":  {func(tx *store.Tx) { tx.FollowDeliveries("nordvik") }, 0, 1},
		"another's":   {func(tx *store.Tx) { tx.FollowDeliveries("sorvik") }, 0, 0},
		"another app": {func(tx *store.Tx) { tx.OpenApp(core.AppRef{Org: "sorvik", App: "stottesak"}) }, 0, 0},
	} {
		if i, d := sees(c.tell); i != c.instances || d != c.lines {
			t.Errorf("%s: %d instances and %d deliveries, want %d and %d", what, i, d, c.instances, c.lines)
		}
	}
}

// TestServingRole_OwnsNothingAndOnlyAppendsToTheLog tries what the role must not do.
func TestServingRole_OwnsNothingAndOnlyAppendsToTheLog(t *testing.T) {
	t.Parallel()
	serving, own := beltSetup(t)
	refused := []string{
		"CREATE TABLE mine (x int)", "ALTER TABLE instance DISABLE ROW LEVEL SECURITY",
		"DROP POLICY asked ON instance", "DROP TABLE instance", "DROP VIEW upload_door", "CREATE INDEX ON instance (title)",
		"ALTER TABLE audit_event DISABLE TRIGGER ALL", "UPDATE audit_event SET act = 'x'",
		"DELETE FROM audit_event", "TRUNCATE audit_event", "UPDATE audit_seal SET lines = 1",
		"UPDATE instance_event SET type = 'x'", "DELETE FROM instance_event", "SELECT tell('x', NULL)",
		"INSERT INTO instance_event (type, org, app, owner, instance, task, end_event) " +
			"VALUES ('x', 'nordvik', 'stottesak', 51001, gen_random_uuid(), 'Task_1', '')",
		"DELETE FROM audit_seal", "DELETE FROM audit_check", "TRUNCATE instance CASCADE",
		"UPDATE case_note SET body = 'x'", "DELETE FROM case_note",
		"SELECT FROM case_search", "DELETE FROM role_grant", "DELETE FROM party",
		"UPDATE app_version SET archive = ''", "DELETE FROM goose_db_version", "SET ROLE postgres",
		"CREATE FUNCTION stands(bigint) RETURNS boolean LANGUAGE sql RETURN true",
	}
	for _, sql := range refused {
		if _, err := serving.Exec(t.Context(), sql); !denied(err) {
			t.Errorf("%s: got %v, want a refusal", sql, err)
		}
	}
	var owned int
	var super, bypass bool
	err := own.QueryRow(t.Context(), `
SELECT (SELECT count(*) FROM pg_class AS c WHERE c.relowner = r.oid)
    + (SELECT count(*) FROM pg_proc AS p WHERE p.proowner = r.oid), r.rolsuper, r.rolbypassrls
FROM pg_roles AS r WHERE r.rolname = $1`, store.ServingRole).Scan(&owned, &super, &bypass)
	if err != nil || owned != 0 || super || bypass {
		t.Errorf("the role owns %d things, superuser %t, bypasses %t, %v", owned, super, bypass, err)
	}
	if _, err := serving.Exec(t.Context(), fmt.Sprintf(
		"INSERT INTO audit_event (actor_kind, act, outcome) VALUES ('', 'read', '%s')",
		core.OutcomeRefused)); err != nil {
		t.Errorf("append: %v", err)
	}
	t.Logf("checked %d statements", len(refused))
}
