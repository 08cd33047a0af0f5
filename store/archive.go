package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/core"
)

// Archive copies whole matters as the owner of the tables, whom row-level security does not hold
// for: only a database of made-up people may be filled so.
type Archive struct {
	pool *pgxpool.Pool
	// columns are those of each table that are written.
	columns map[string][]string
}

// ArchiveRow is one row of a matter: each column's value as PostgreSQL writes it, nil for none.
type ArchiveRow struct {
	Table   string
	Columns []string
	Values  []*string
}

// Value gives what a column holds; "" where it is NULL, or where the table has none such.
func (r ArchiveRow) Value(column string) string {
	if i := slices.Index(r.Columns, column); i >= 0 && r.Values[i] != nil {
		return *r.Values[i]
	}
	return ""
}

// With gives the row with another value in a column.
func (r ArchiveRow) With(column, value string) ArchiveRow {
	r.Values = slices.Clone(r.Values)
	r.Values[slices.Index(r.Columns, column)] = &value
	return r
}

var copyEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// Line is the row in the text format of COPY.
func (r ArchiveRow) Line() string {
	fields := make([]string, len(r.Values))
	for i, v := range r.Values {
		if fields[i] = `\N`; v != nil {
			fields[i] = copyEscapes.Replace(*v)
		}
	}
	return strings.Join(fields, "\t") + "\n"
}

// archiveTables are the tables that a matter has rows in, in an order in which they can be filled.
var archiveTables = []string{
	"instance", "upload", "upload_chunk", "element", "delivery", "delivery_attempt",
	"idempotency_key", "correction", "message", "notice", "seen", "confirmation", "audit_event",
	"case_note", "case_mention", "case_hold", "case_tag", "case_check", "case_version",
}

// ofMatter says which rows of a table belong to a matter with the instances $1, the uploads $2 and
// the deliveries $3.
var ofMatter = map[string]string{
	"instance":         `t.id = ANY ($1)`,
	"upload":           `t.id = ANY ($2)`,
	"upload_chunk":     `t.upload = ANY ($2)`,
	"element":          `t.instance = ANY ($1)`,
	"delivery":         `t.id = ANY ($3)`,
	"delivery_attempt": `t.delivery = ANY ($3)`,
	"idempotency_key":  `t.instance_id = ANY ($1)`,
	"correction":       `t.instance = ANY ($1)`,
	"message":          `t.instance = ANY ($1)`,
	"notice":           `t.instance = ANY ($1)`,
	"seen":             `t.instance = ANY ($1)`,
	"confirmation":     `t.instance = ANY ($1)`,
	"audit_event":      `t.instance = ANY ($1)`,
	"case_note":        `t.instance = ANY ($1)`,
	"case_mention":     `t.instance = ANY ($1)`,
	"case_hold":        `t.instance = ANY ($1)`,
	"case_tag":         `t.instance = ANY ($1)`,
	"case_check":       `t.instance = ANY ($1)`,
	"case_version":     `t.instance = ANY ($1)`,
}

// What the database makes itself is left to it: generated columns, a line's number and its
// transaction.
const writtenColumns = `
SELECT c.table_name::text, array_agg(c.column_name::text ORDER BY c.ordinal_position)
FROM information_schema.columns AS c
WHERE c.table_schema = current_schema() AND c.table_name = ANY ($1) AND c.is_generated = 'NEVER'
  AND c.is_identity = 'NO' AND c.column_name <> 'xact'
GROUP BY c.table_name`

// OpenArchive connects to the database at url as the owner of its tables. A crash of the database
// may lose the newest cases, and always whole ones: what is there already is as safe as before.
func OpenArchive(ctx context.Context, url string) (*Archive, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	params := config.ConnConfig.RuntimeParams
	params["application_name"], params["timezone"] = "stafett archive", "UTC"
	params["synchronous_commit"] = "off"
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		registerUUID(conn.TypeMap())
		return nil
	}
	a := &Archive{columns: map[string][]string{}}
	if a.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	rows, err := a.pool.Query(ctx, writtenColumns, archiveTables)
	if err == nil {
		var table string
		var columns []string
		_, err = pgx.ForEachRow(rows, []any{&table, &columns}, func() error {
			a.columns[table] = columns
			return nil
		})
	}
	if err != nil {
		a.Close()
		return nil, explain("columns of the archive", err)
	}
	return a, nil
}

// Close ends the connections.
func (a *Archive) Close() { a.pool.Close() }

const archivedCases = `
SELECT count(*)
FROM instance AS i
JOIN party AS p ON p.id = i.owner AND p.org IS NOT NULL
WHERE i.ready`

// Cases tells how many cases the service owners have, whoever made them.
func (a *Archive) Cases(ctx context.Context) (n int, err error) {
	if err = a.pool.QueryRow(ctx, archivedCases).Scan(&n); err != nil {
		return 0, explain("count the archive", err)
	}
	return n, nil
}

const matterParts = `
WITH part AS (
    SELECT i.id FROM instance AS i WHERE i.id = $1
    UNION ALL
    SELECT i.id FROM instance AS i WHERE i.thread = $1
), handed AS (
    SELECT d.id, d.pdf_upload FROM part AS m JOIN delivery AS d ON d.source_id = m.id
)
SELECT ARRAY(SELECT m.id FROM part AS m),
    ARRAY(
        SELECT e.upload FROM part AS m JOIN element AS e ON e.instance = m.id
        WHERE e.upload IS NOT NULL
        UNION
        SELECT h.pdf_upload FROM handed AS h WHERE h.pdf_upload IS NOT NULL
    ),
    ARRAY(SELECT h.id FROM handed AS h)`

// Matter gives every row of the matter that the instance began, table by table.
func (a *Archive) Matter(ctx context.Context, began uuid.UUID) ([]ArchiveRow, error) {
	var instances, uploads, deliveries []uuid.UUID
	err := a.pool.QueryRow(ctx, matterParts, began).Scan(&instances, &uploads, &deliveries)
	if err != nil {
		return nil, explain("matter", err)
	}
	var out []ArchiveRow
	for _, table := range archiveTables {
		columns := a.columns[table]
		// A parameter that the table does not ask for must still have a type.
		rows, err := a.pool.Query(ctx, `
SELECT ARRAY[t.`+strings.Join(quoted(columns), "::text, t.")+`::text]
FROM `+table+` AS t
WHERE ($1::uuid[], $2::uuid[], $3::uuid[]) IS NOT NULL AND `+ofMatter[table]+`
ORDER BY t.ctid`, instances, uploads, deliveries)
		if err != nil {
			return nil, explain("matter: "+table, err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[[]*string])
		if err != nil {
			return nil, explain("matter: "+table, err)
		}
		for _, values := range list {
			out = append(out, ArchiveRow{table, columns, values})
		}
	}
	return out, nil
}

func quoted(names []string) (out []string) {
	for _, name := range names {
		out = append(out, pgx.Identifier{name}.Sanitize())
	}
	return out
}

// Add writes the rows of whole matters, each table's as lines of COPY, and what their cases are
// found by: all or none.
func (a *Archive) Add(
	ctx context.Context, lines map[string]*bytes.Buffer, instances []uuid.UUID,
) error {
	return pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		for _, table := range archiveTables {
			if lines[table] == nil {
				continue
			}
			_, err := tx.Conn().PgConn().CopyFrom(ctx, lines[table], fmt.Sprintf(
				"COPY %s (%s) FROM STDIN", table, strings.Join(quoted(a.columns[table]), ", ")))
			if err != nil {
				return explain("archive: "+table, err)
			}
		}
		if _, err := tx.Exec(ctx, indexCases, instances); err != nil {
			return explain("index the archive", err)
		}
		return nil
	})
}

// settledMatters are those that a person sent and in which nothing is under way: no delivery and
// no notice waits, and none has been corrected, which would make two of it.
const settledMatters = `
SELECT ` + instanceColumns + `
FROM instance AS i
JOIN party AS p ON p.id = i.owner AND p.kind = 'person'
CROSS JOIN LATERAL (
    SELECT bool_or(m.ready) AS cases, bool_or(
        m.corrects IS NOT NULL
        OR EXISTS (SELECT FROM delivery AS d WHERE d.source_id = m.id AND d.state <> 'delivered')
        OR EXISTS (SELECT FROM notice AS n WHERE n.instance = m.id AND n.state = 'waiting')
    ) AS busy
    FROM (
        SELECT i.id, false AS ready, i.corrects
        UNION ALL
        SELECT c.id, c.ready, c.corrects FROM instance AS c WHERE c.thread = i.id
    ) AS m
) AS k
WHERE i.id IN (
    SELECT n.id
    FROM instance AS n
    WHERE n.thread IS NULL AND n.source_id IS NULL AND n.corrects IS NULL AND n.status <> 'draft'
    ORDER BY n.id
    LIMIT 200
) AND k.cases AND NOT k.busy
ORDER BY i.id
LIMIT 40`

// SettledMatters gives the beginnings of matters in which nothing is under way, those that were
// made first before others (ids follow the time at which they are made), 40 at most.
func (tx *Tx) SettledMatters(ctx context.Context) ([]core.Instance, error) {
	return many(ctx, tx, scanInstance, "settled matters", settledMatters)
}
