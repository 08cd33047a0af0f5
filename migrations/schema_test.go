package migrations_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stafett/migrations"
	"stafett/store/storetest"
)

var update = flag.Bool("update", false, "write schema.sql anew")

const head = `-- What the migrations add up to, for readers; never run. Written by
-- go test ./migrations -update
-- The job engine's own tables (river_*) are left out: rivermigrate makes them.
`

// TestSchema_IsWhatTheMigrationsAddUpTo keeps schema.sql true.
func TestSchema_IsWhatTheMigrationsAddUpTo(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), storetest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	got := head + describe(t, conn)
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("schema.sql is not what the migrations add up to: %s", firstDifference(got,
			string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\nthe migrations: %s\nschema.sql:     %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines and %d", len(g), len(w))
}

// The parts of the description. Each query gives lines of text in the order of the file; $1 is
// the object that the lines are about, where there is one.
const (
	tablesSQL = `
SELECT c.oid::int8, 'CREATE ' || CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END
    || 'TABLE ' || c.relname || ' (', COALESCE(obj_description(c.oid, 'pg_class'), '')
FROM pg_class AS c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND c.relname NOT LIKE 'river\_%' AND c.relname <> 'goose_db_version'
ORDER BY c.oid`

	columnsSQL = `
SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
    || CASE
        WHEN a.attidentity = 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
        WHEN a.attgenerated = 's'
            THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
        WHEN d.oid IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
        ELSE ''
    END || CASE WHEN a.attstorage = 'e' AND y.typstorage = 'x' THEN ' STORAGE EXTERNAL' ELSE '' END,
    COALESCE(col_description(a.attrelid, a.attnum), '')
FROM pg_attribute AS a
JOIN pg_type AS y ON y.oid = a.atttypid
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = $1::int8::oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`

	constraintsSQL = `
SELECT 'CONSTRAINT ' || k.conname || ' ' || pg_get_constraintdef(k.oid), ''
FROM pg_constraint AS k
WHERE k.conrelid = $1::int8::oid AND k.contype <> 'n'
ORDER BY array_position(ARRAY['p', 'u', 'f', 'c'], k.contype::text), k.conname`

	indexesSQL = `
SELECT replace(pg_get_indexdef(i.indexrelid), ' public.', ' ') || ';', ''
FROM pg_index AS i
WHERE i.indrelid = $1::int8::oid
  AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
ORDER BY i.indexrelid`

	triggersSQL = `
SELECT replace(pg_get_triggerdef(g.oid), ' public.', ' ') || ';', ''
FROM pg_trigger AS g
WHERE g.tgrelid = $1::int8::oid AND NOT g.tgisinternal
ORDER BY g.tgname`

	policiesSQL = `
SELECT 'ALTER TABLE ' || c.relname || ' ENABLE ROW LEVEL SECURITY;', ''
FROM pg_class AS c
WHERE c.oid = $1::int8::oid AND c.relrowsecurity
UNION ALL (
    SELECT 'CREATE POLICY ' || p.polname || ' ON ' || p.polrelid::regclass
        || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
        || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' ELSE '' END
        || COALESCE(' USING ' || regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g'), '')
        || COALESCE(' WITH CHECK '
            || regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\s+', ' ', 'g'), '')
        || ';', ''
    FROM pg_policy AS p
    WHERE p.polrelid = $1::int8::oid
    ORDER BY p.polname
)`

	viewsSQL = `
SELECT c.oid::int8, 'CREATE VIEW ' || c.relname || ' AS' || E'\n'
    || pg_get_viewdef(c.oid, true), COALESCE(obj_description(c.oid, 'pg_class'), '')
FROM pg_class AS c
WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace
ORDER BY c.relname`

	functionsSQL = `
SELECT p.oid::int8, replace(pg_get_functiondef(p.oid), ' public.', ' '),
    COALESCE(obj_description(p.oid, 'pg_proc'), '')
FROM pg_proc AS p
WHERE p.pronamespace = 'public'::regnamespace AND p.proname NOT LIKE 'river\_%'
ORDER BY p.proname, pg_get_function_identity_arguments(p.oid)`

	sequencesSQL = `
SELECT c.oid::int8, 'CREATE SEQUENCE ' || c.relname || ' START WITH ' || s.seqstart,
    COALESCE(obj_description(c.oid, 'pg_class'), '')
FROM pg_sequence AS s
JOIN pg_class AS c ON c.oid = s.seqrelid
LEFT JOIN pg_depend AS o ON o.objid = c.oid AND o.deptype = 'i'
WHERE c.relnamespace = 'public'::regnamespace AND o.objid IS NULL
  AND c.relname NOT LIKE 'river\_%' AND c.relname NOT LIKE 'goose\_%'
ORDER BY c.relname`
)

func describe(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	var b strings.Builder
	tables := objects(t, conn, tablesSQL)
	for _, table := range tables {
		remark(&b, "\n", "", table.comment)
		b.WriteString(table.text + "\n")
		parts := append(lines(t, conn, columnsSQL, table.id), lines(t, conn, constraintsSQL,
			table.id)...)
		for i, part := range parts {
			remark(&b, "", "    ", part.comment)
			b.WriteString("    " + part.text)
			if i < len(parts)-1 {
				b.WriteString(",")
			}
			b.WriteString("\n")
		}
		b.WriteString(");\n")
		for _, sql := range []string{indexesSQL, triggersSQL, policiesSQL} {
			for _, line := range lines(t, conn, sql, table.id) {
				b.WriteString(line.text + "\n")
			}
		}
	}
	for _, view := range objects(t, conn, viewsSQL) {
		remark(&b, "\n", "", view.comment)
		b.WriteString(view.text + "\n")
		for _, line := range lines(t, conn, triggersSQL, view.id) {
			b.WriteString(line.text + "\n")
		}
	}
	for _, o := range objects(t, conn, sequencesSQL) {
		remark(&b, "\n", "", o.comment)
		b.WriteString(o.text + ";\n")
	}
	plain := plainer.Replace(b.String())
	b.Reset()
	// A function is told as it was written: what it casts, it casts for a reason.
	for _, o := range objects(t, conn, functionsSQL) {
		remark(&b, "\n", "", o.comment)
		b.WriteString(strings.TrimSpace(o.text) + ";\n")
	}
	t.Logf("described %d tables", len(tables))
	if len(tables) == 0 {
		t.Fatal("there are no tables")
	}
	return plain + b.String()
}

// plainer takes out what the catalogue says and nobody needs to read.
var plainer = strings.NewReplacer(
	"::text", "", " USING btree", "", "timestamp with time zone", "timestamptz",
)

func remark(b *strings.Builder, before, indent, comment string) {
	b.WriteString(before)
	if comment != "" {
		b.WriteString(indent + "-- " + comment + "\n")
	}
}

type described struct {
	id            int64
	text, comment string
}

func objects(t *testing.T, conn *pgx.Conn, sql string) []described {
	t.Helper()
	return collect(t, conn, func(row pgx.CollectableRow) (described, error) {
		var d described
		err := row.Scan(&d.id, &d.text, &d.comment)
		return d, err
	}, sql)
}

func lines(t *testing.T, conn *pgx.Conn, sql string, id int64) []described {
	t.Helper()
	return collect(t, conn, func(row pgx.CollectableRow) (described, error) {
		var d described
		err := row.Scan(&d.text, &d.comment)
		return d, err
	}, sql, id)
}

func collect(
	t *testing.T, conn *pgx.Conn, scan pgx.RowToFunc[described], sql string, args ...any,
) []described {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, scan)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFiles_AreForwardOnlyAndInOrder holds the house rules for migrations.
func TestFiles_AreForwardOnlyAndInOrder(t *testing.T) {
	t.Parallel()
	files, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	numbered := regexp.MustCompile(`^([0-9]{4})_[a-z_]+\.sql$`)
	for i, f := range files {
		number := numbered.FindStringSubmatch(f.Name())
		if want := fmt.Sprintf("%04d", i+1); number == nil || number[1] != want {
			t.Errorf("%s: want a name that begins with %s", f.Name(), want)
		}
		content, err := migrations.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(content), "-- +goose Up\n") ||
			strings.Contains(string(content), "+goose Down") {
			t.Errorf("%s: a migration goes up, and only up", f.Name())
		}
	}
	t.Logf("checked %d migrations", len(files))
	if len(files) == 0 {
		t.Error("there are no migrations")
	}
}
