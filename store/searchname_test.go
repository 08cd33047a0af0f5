package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// slips are all that one slip makes of a word, with one letter for every other one.
func slips(word string) []string {
	r := []rune(word)
	var out []string
	put := func(parts ...[]rune) { out = append(out, string(slices.Concat(parts...))) }
	for i := range r {
		put(r[:i], r[i+1:])
		put(r[:i], []rune{'q'}, r[i:])
		put(r[:i], []rune{'q'}, r[i+1:])
		if i > 0 && r[i] != r[i-1] {
			put(r[:i-1], []rune{r[i], r[i-1]}, r[i+1:])
		}
	}
	return append(out, word+"q")
}

// TestNearWords_UX65_ForgiveEverySlip is UX.md 9, point 65: a name is found with any one slip in it.
func TestNearWords_UX65_ForgiveEverySlip(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for _, title := range []string{"Solbakken", "Ødegård", "Hansen og Hanson", "Liaskogen"} {
		written(t, s, title, core.Document{"a": "b"})
	}
	checked := 0
	for _, name := range []string{"solbakken", "ødegård", "hansen", "kari"} {
		typed := slices.DeleteFunc(slips(name), func(w string) bool { return len([]rune(w)) < 4 })
		near := get(t, s, func(tx *store.Tx) ([]store.Near, error) {
			return tx.NearWords(t.Context(), nord, typed)
		})
		for _, w := range typed {
			if !casequery.OneSlip(w, name) {
				t.Errorf("%s is more than one slip from %s", w, name)
			}
			if !slices.Contains(near, store.Near{Typed: w, Word: name}) {
				t.Errorf("%s does not lead to %s", w, name)
			}
			checked++
		}
	}
	none := get(t, s, func(tx *store.Tx) ([]store.Near, error) {
		return tx.NearWords(t.Context(), sor, []string{"solbaken"})
	})
	if len(none) != 0 {
		t.Errorf("another organisation is led to %v", none)
	}
	t.Logf("checked %d slips", checked)
	if checked == 0 {
		t.Error("nothing was checked")
	}
}

// TestSearch_UX65_FindsInsideCompounds is UX.md 9, point 65.
func TestSearch_UX65_FindsInsideCompounds(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	spring := written(t, s, "Vårkonserten i parken", core.Document{"a": "b"})
	both := written(t, s, "Konsert", core.Document{"a": "b"})
	for word, want := range map[string][]uuid.UUID{
		"konsert": {both.ID, spring.ID}, "konsertene": {both.ID}, "onse": {both.ID, spring.ID},
		"ons": nil, "konsert|solbakken": {both.ID, spring.ID}, "og": {both.ID, spring.ID},
	} {
		got := found(t, s, nordScope(), store.Filter{}, store.Search{Words: []string{word, "kari"}})
		if !sameIDs(got, want) {
			t.Errorf("%s: got %v, want %v", word, got, want)
		}
	}
}

// TestSearch_UX65_FindsByOrganisationNumber is UX.md 9, point 65: the number of who sent a case stands in
// none of its documents.
func TestSearch_UX65_FindsByOrganisationNumber(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := caseOf(nord, time.Now())
	i.Reference, i.Source = "", &core.InstanceRef{AppRef: appA, Owner: sor, ID: uuid.New()}
	do(t, s, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &i) })
	written(t, s, "Lysfest", core.Document{"a": "b"})
	for number, want := range map[string][]uuid.UUID{"311357921": {i.ID}, "310246816": nil} {
		if got := found(t, s, nordScope(), store.Filter{}, store.Search{Words: []string{number}}); !sameIDs(got, want) {
			t.Errorf("%s: got %v, want %v", number, got, want)
		}
	}
}

func sameIDs(a, b []uuid.UUID) bool {
	order := func(list []uuid.UUID) []string {
		var out []string
		for _, id := range list {
			out = append(out, id.String())
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(order(a), order(b))
}

func TestNames_AreForgottenWithTheLastCase(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	one := written(t, s, "Lysfest", core.Document{"a": "b"})
	two := written(t, s, "Lysfest", core.Document{"a": "b"})
	has := func(word string) bool {
		return storetest.Exec(t, url, `UPDATE name_word SET word = word WHERE word = $1`, word) == 1
	}
	forget := func() {
		storetest.Exec(t, url, `UPDATE name_word SET lost = lost - interval '1 hour'`)
		if err := s.ForgetLostWords(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	do(t, s, func(tx *store.Tx) error { return tx.DeleteInstance(t.Context(), one.InstanceRef) })
	forget()
	if !has("lysfest") {
		t.Error("a name that a case still has is forgotten")
	}
	two.Title = "Kino i Parken"
	do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &two) })
	forget()
	if has("lysfest") || !has("parken") || !has("solbakken") {
		t.Error("the names do not follow the change")
	}
	do(t, s, func(tx *store.Tx) error { return tx.DeleteInstance(t.Context(), two.InstanceRef) })
	forget()
	if n := count(t, url, "name_word"); n != 0 {
		t.Errorf("%d words of nobody's are kept", n)
	}
}

// TestNames_AreWrittenSideBySide holds one case's transaction open, and writes another one with the same name.
func TestNames_AreWrittenSideBySide(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	one := written(t, s, "Lysfest", core.Document{"a": "b"})
	conn := owner(t, url)
	exec(t, conn, `BEGIN`)
	exec(t, conn, `SELECT index_cases(ARRAY['`+one.ID.String()+`'::uuid])`)
	written(t, s, "Lysfest", core.Document{"a": "b"})
	exec(t, conn, `ROLLBACK`)
}

func TestSearch_ComparesDataFields(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	ids := map[string]uuid.UUID{}
	for name, values := range map[string]map[string]string{
		"small": {"belop": "900", "bydel": "Nord"}, "big": {"belop": "12000.5", "bydel": "Nordvest"},
		"late": {"dag": "2026-06-17", "bydel": "Øst"}, "none": nil,
	} {
		i := caseOf(nord, time.Now())
		i.Reference, i.DataValues = "", values
		do(t, s, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &i) })
		ids[name] = i.ID
	}
	for _, c := range []struct {
		values []store.Value
		words  []string
		want   []string
	}{
		{[]store.Value{{"belop", ">", "10000"}}, nil, []string{"big"}},
		{[]store.Value{{"belop", "<", "10000"}}, nil, []string{"small"}},
		{[]store.Value{{"belop", ">=", "900"}}, nil, []string{"small", "big"}},
		{[]store.Value{{"belop", "=", "900"}}, nil, []string{"small"}},
		{[]store.Value{{"bydel", "=", "nord"}}, nil, []string{"small", "big"}},
		{[]store.Value{{"bydel", "=", "nord"}, {"belop", ">", "1000"}}, nil, []string{"big"}},
		{[]store.Value{{"bydel", "=", "øst"}}, nil, []string{"late"}},
		{[]store.Value{{"dag", ">=", "2026-06"}}, []string{"kari"}, []string{"late"}},
		{[]store.Value{{"dag", ">", "2027"}}, nil, nil},
		{[]store.Value{{"bydel' OR true --", "=", "x' OR 'a'='a"}}, nil, nil},
		{[]store.Value{{"belop", "> 0 OR", "1"}}, nil, nil},
	} {
		var want []uuid.UUID
		for _, name := range c.want {
			want = append(want, ids[name])
		}
		got := found(t, s, nordScope(), store.Filter{}, store.Search{Values: c.values, Words: c.words})
		if !sameIDs(got, want) {
			t.Errorf("%v and %v: got %v, want %v", c.values, c.words, got, c.want)
		}
	}
	i := caseOf(nord, time.Now())
	i.Reference, i.DataValues = "", map[string]string{"belop": "5"}
	do(t, s, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &i) })
	i.DataValues = map[string]string{"bydel": "Sør"}
	do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &i) })
	five := store.Search{Values: []store.Value{{"belop", "=", "5"}}}
	if got := found(t, s, nordScope(), store.Filter{}, five); len(got) != 0 {
		t.Error("a value that is gone is found")
	}
}

// TestSearch_FindsAValueAmongOpenOrAmongEndedCases follows cases to their end, and back.
func TestSearch_FindsAValueAmongOpenOrAmongEndedCases(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	fifty := store.Search{Values: []store.Value{{"belop", "=", "50"}, {"bydel", "=", "nord"}}}
	values := map[string]string{"belop": "50", "bydel": "Nord"}
	come, ended := caseOf(nord, time.Now()), caseOf(nord, time.Now())
	come.Reference, come.DataValues = "", values
	ended.Reference, ended.DataValues = "", values
	end := core.ProcessState{EndEvent: "End_1"}
	ended.Process, ended.Status = end, core.StatusArchived
	scope := nordScope()
	for _, i := range []*core.Instance{&come, &ended} {
		do(t, s, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), i) })
	}
	begun := come.Process
	for _, step := range []struct {
		process           core.ProcessState
		open, closed, all []uuid.UUID
	}{
		{begun, []uuid.UUID{come.ID}, []uuid.UUID{ended.ID}, []uuid.UUID{come.ID, ended.ID}},
		{end, nil, []uuid.UUID{come.ID, ended.ID}, []uuid.UUID{come.ID, ended.ID}},
		{begun, []uuid.UUID{come.ID}, []uuid.UUID{ended.ID}, []uuid.UUID{come.ID, ended.ID}},
	} {
		come.Process = step.process
		do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &come) })
		for status, want := range map[store.FilterStatus][]uuid.UUID{
			store.FilterOpen: step.open, store.FilterClosed: step.closed, "": step.all,
		} {
			if got := found(t, s, scope, store.Filter{Status: status}, fifty); !sameIDs(got, want) {
				t.Errorf("in %+v, %q: found %v, want %v", step.process, status, got, want)
			}
		}
	}
}

// TestSearch_NamesAndValuesAreReadFromTheirIndexes counts the scans of what the functions ask.
func TestSearch_NamesAndValuesAreReadFromTheirIndexes(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	conn := owner(t, url)
	exec(t, conn, `SET session_replication_role = replica`)
	exec(t, conn, `INSERT INTO name_word (owner, word)
		SELECT 51001, translate(md5(n::text), '0123456789', 'ghijklmnop') FROM generate_series(1, 6000) AS n`)
	exec(t, conn, `INSERT INTO case_value (instance, owner, field, written, number)
		SELECT gen_random_uuid(), 51001, 'belop', n::text, n FROM generate_series(1, 20000) AS n`)
	// What is still in the index's pending list makes it look dear.
	exec(t, conn, `VACUUM ANALYZE name_word, case_value`)
	for call, index := range map[string]string{
		"near_words(51001, '{solbaken}')": "name_word_keys",
		"words_around(51001, 'konsert')":  "name_word_keys",
		"cases_with_values(51001, NULL, '{belop}', '{>}', '{19990}', NULL, '{false,true}')":                                                "case_value_number",
		"cases_with_values(51001, NULL, '{belop}', '{=}', '{199x}', NULL, '{false}')":                                                      "case_value_written",
		"cases_with_values(51001, ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 2000)), '{belop}', '{>}', '{1}', NULL, '{true}')": "case_value_pkey",
	} {
		asked(t, conn, &system, func(tx pgx.Tx) {
			var scans, whole int
			if _, err := tx.Exec(t.Context(), "SELECT * FROM "+call); err != nil {
				t.Fatalf("%s: %v", call, err)
			}
			err := tx.QueryRow(t.Context(), `SELECT pg_stat_get_xact_numscans($1::text::regclass),
				pg_stat_get_xact_numscans('name_word'::regclass) + pg_stat_get_xact_numscans('case_value'::regclass)`, index).Scan(&scans, &whole)
			if err != nil || scans == 0 || whole > 0 {
				t.Errorf("%s: %d scans of %s, and %d of whole tables: %v", call, scans, index, whole, err)
			}
		})
	}
}
