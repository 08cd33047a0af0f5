package store_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stafett/store"
	"stafett/store/storetest"
)

// searchPlans are the statements of searches, as those of lists are in plans.
func searchPlans() map[string]plan {
	const (
		scope  = "bigint, text[], text[], text[], text[], text[], text[], text[], text[]"
		limits = scope + ", timestamptz, uuid, " +
			"int, bigint, bigint, timestamptz, timestamptz, timestamptz, boolean, uuid[], text"
		words = limits + ", text[], text[], text[], text[], int"
		none  = ", NULL, NULL, NULL, NULL, false, NULL, ''"
		due   = limits + ", int, timestamptz, timestamptz"
		days  = ", 10000, '-infinity', now()"
	)
	from := strings.Join([]string{"51001", openItems, endItems, beginning, "26, 50004"}, ", ")
	wanted := from + none + ", '{sommerkonsert}', '{}', '{}', '{}'"
	return map[string]plan{
		"searched within limits":           {store.SQLSearchLimits, limits, from + none},
		"searched within limits, nobody's": {store.SQLSearchNobodys, limits, from + ", 0, NULL, now(), NULL, false, NULL, ''"},
		"searched by deadline":             {store.SQLSearchDue, due, from + none + days},
		"searched by deadline, nobody's":   {store.SQLNobodysDue, due, from + ", 0, NULL, now(), NULL, false, NULL, ''" + days},
		"rows of a search": {
			store.SQLSearchRows, scope + ", uuid[], bigint, int",
			strings.Join([]string{"51001", openItems, endItems, "'{}', 50004, 26"}, ", "),
		},
		"searched by words": {store.SQLSearchWords, words, wanted + ", NULL"},
		"searched in the newest": {
			store.SQLSearchNewest, words, wanted + ", 1000",
		},
		"counted among some": {store.SQLSearchSome, words, wanted + ", 1000"},
		"searched by a value": {
			store.SQLSearchValues, limits + ", text[], text[], text[], int",
			from + none + ", '{bydel}', '{=}', '{b1}', NULL",
		},
		"searched in the newest by a value": {
			store.SQLNewestValues, limits + ", text[], text[], text[], int",
			from + none + ", '{bydel}', '{=}', '{b1}', 1000",
		},
	}
}

// readFrom are the indexes that each statement's list is read from; what begins alike is read alike. A
// count reads any index that begins with what is counted.
var readFrom = []struct{ name, indexes string }{
	{"inbox, one caseworker's, counted", `instance_(inbox|due)_assignee instance_ended_assignee`},
	{"inbox, one caseworker's", "instance_inbox_assignee instance_ended_assignee"},
	{"inbox, nobody's", "instance_inbox_assignee instance_ended_assignee"},
	{"inbox, counted", `instance_(inbox|due)\w* instance_ended\w*`},
	{"inbox by due, counted", `instance_due\w*`},
	{"inbox, held, counted", "instance_held"},
	{"a system's", "instance_of_system"},
	{"inbox by due, nobody's", "instance_due_assignee"},
	{"inbox by due", "instance_due"},
	{"inbox, held", "instance_held"},
	{"inbox, open", "instance_inbox"},
	{"inbox, ", "instance_inbox instance_ended"},
	{"limited, one caseworker's, counted", `instance_(inbox|due)_limited_assignee instance_ended_limited_assignee`},
	{"limited, one caseworker's", "instance_inbox_limited_assignee instance_ended_limited_assignee"},
	{"limited, by due, nobody's", "instance_due_limited_assignee"},
	{"limited, by due", "instance_due_limited"},
	{"limited, counted", `instance_(inbox|due)_limited\w* instance_ended_limited\w*`},
	{"limited, ", "instance_inbox_limited instance_ended_limited"},
	{"for approval, by due", "instance_to_approve_due"},
	{"for approval", `instance_to_approve\w*`},
	{"an applicant's cases", "instance_of_applicant"},
	{"a unit's cases that nobody has", "instance_unit_assignee"},
	{"a unit's cases", "instance_unit"},
	{"a person's own cases", "case_mention_of_person"},
	{"by reference", "instance_by_reference"},
	{"an owner's instances", "instance_of_owner"},
	{"an org's deliveries to a target", "delivery_at_target"},
	{"an org's deliveries", "delivery_of_org"},
	{"on its way, counted", "delivery_open"},
	// Five parties share all lines here, so that reading them backwards does as well.
	{"a party's lines", ""},
	{"messages that came", "message_of_owner"},
	{"a person's roles", ""},
	{"searched by deadline, nobody's", `instance_due\w*`},
	{"searched by deadline", "instance_due"},
	{"searched by ", "instance_pkey"},
	{"searched within limits, nobody's", "instance_inbox_assignee instance_ended_assignee"},
	{"rows of a search", "instance_pkey"},
	{"searched in the newest", "instance_inbox instance_ended"},
	{"searched within limits", "instance_inbox instance_ended"},
	{"counted among some", "instance_pkey"},
}

// TestLists_AreReadFromTheirIndexes looks at the plan that the program's own sessions have, with no
// way of reading a table shut to it that is open to them.
func TestLists_AreReadFromTheirIndexes(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	storetest.Exec(t, url, `ALTER TABLE instance DISABLE TRIGGER tell`)
	generate(t, url, 20_000)
	conn, err := pgx.Connect(t.Context(), storetest.Serving(t, url))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec(t, conn, ingridAsks)
	exec(t, conn, "SET plan_cache_mode = force_generic_plan")
	exec(t, conn, "SET enable_bitmapscan = off")
	whole := regexp.MustCompile(`Seq Scan on (instance|delivery|audit_event|message|element|case_search)`)
	all := plans()
	maps.Copy(all, searchPlans())
	n := 0
	for name, one := range all {
		n++
		exec(t, conn, fmt.Sprintf("PREPARE list_%d (%s) AS %s", n, one.types, one.sql))
		plan := explained(t, conn, fmt.Sprintf("EXECUTE list_%d (%s)", n, one.args))
		if found := whole.FindString(plan); found != "" {
			t.Errorf("%s: %s:\n%s", name, found, plan)
		}
		at := slices.IndexFunc(readFrom, func(r struct{ name, indexes string }) bool {
			return strings.HasPrefix(name, r.name)
		})
		if at < 0 {
			t.Errorf("%s: no index is named", name)
			continue
		}
		for index := range strings.FieldsSeq(readFrom[at].indexes) {
			if !regexp.MustCompile(`Scan (Backward )?using ` + index + ` `).MatchString(plan) {
				t.Errorf("%s is not read from %s:\n%s", name, index, plan)
			}
		}
	}
	t.Logf("checked %d plans", n)
}

// TestDelivery_IsFoundByItsKey plans what is done with one delivery on a day on which all have come through,
// and on one on which none has: the indexes of the others are empty, and must not be what one is looked for in
// when a target is down, or answers again.
func TestDelivery_IsFoundByItsKey(t *testing.T) {
	t.Parallel()
	for name, day := range map[string]string{
		"all have come through": `UPDATE delivery SET state = 'delivered', delivered = now(),
			target_owner = source_owner, target_id = source_id, next_try = NULL`,
		"none has come through": `UPDATE delivery SET next_try = now()`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := setup(t)
			addDelivery(t, s, draft(kari).InstanceRef)
			storetest.Exec(t, url, day)
			storetest.Exec(t, url, `INSERT INTO delivery SELECT (jsonb_populate_record(d, jsonb_build_object('id',
				gen_random_uuid(), 'source_id', gen_random_uuid()))).* FROM delivery AS d, generate_series(1, 2000)`)
			storetest.Exec(t, url, "ANALYZE delivery")
			conn := likeTheProgram(t, url)
			exec(t, conn, ingridAsks)
			exec(t, conn, "SET enable_seqscan = on")
			byKey := regexp.MustCompile(`(?:Index Scan using|Index Only Scan using) (delivery_\w+)`)
			checked := 0
			for name, sql := range store.SQLOfDelivery {
				plan := planned(t, conn, sql)
				for _, index := range byKey.FindAllStringSubmatch(plan, -1) {
					if checked++; index[1] != "delivery_pkey" && index[1] != "delivery_of_after" {
						t.Errorf("%s is read from %s:\n%s", name, index[1], plan)
					}
				}
			}
			if t.Logf("checked %d looks at a delivery", checked); checked < len(store.SQLOfDelivery) {
				t.Error("some statement looks at none by an index")
			}
		})
	}
}

// planned gives the plan that a statement has whatever its arguments are.
func planned(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	parameters := map[string]bool{}
	for _, p := range regexp.MustCompile(`\$\d+`).FindAllString(sql, -1) {
		parameters[p] = true
	}
	exec(t, conn, "PREPARE planned AS "+sql)
	defer exec(t, conn, "DEALLOCATE planned")
	return explained(t, conn, "EXECUTE planned("+strings.TrimSuffix(strings.Repeat("NULL,", len(parameters)), ",")+")")
}

// explained gives the plan of a statement.
func explained(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	rows, err := conn.Query(t.Context(), "EXPLAIN "+sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
