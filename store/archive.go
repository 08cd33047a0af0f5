package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// ArchiveRow is one row of a matter, as JSON with the table's columns.
type ArchiveRow struct {
	Table string
	Line  string
}

// archiveTables are the tables that a matter has rows in, in an order in which they can be filled.
var archiveTables = []string{
	"instance", "upload", "upload_chunk", "element", "delivery", "delivery_attempt",
	"idempotency_key", "correction", "message", "notice", "seen", "confirmation", "audit_event",
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
    ORDER BY n.created DESC, n.id DESC
    LIMIT 200
) AND k.cases AND NOT k.busy
ORDER BY i.created DESC, i.id DESC
LIMIT 40`

// SettledMatters gives the beginnings of matters in which nothing is under way, the newest first,
// 40 at most.
func (tx *Tx) SettledMatters(ctx context.Context) ([]core.Instance, error) {
	return many(ctx, tx, scanInstance, "settled matters", settledMatters)
}

// MatterRows gives every row of the matter that the instance began, table by table.
func (tx *Tx) MatterRows(ctx context.Context, began uuid.UUID) ([]ArchiveRow, error) {
	type parts struct{ Instances, Uploads, Deliveries []uuid.UUID }
	p, err := one(ctx, tx, pgx.RowToStructByPos[parts], "matter", matterParts, began)
	if err != nil {
		return nil, err
	}
	var out []ArchiveRow
	for _, table := range archiveTables {
		// A parameter that the table does not ask for must still have a type.
		lines, err := many(ctx, tx, pgx.RowTo[string], "matter: "+table, `
SELECT row_to_json(t)::text
FROM `+table+` AS t
WHERE ($1::uuid[], $2::uuid[], $3::uuid[]) IS NOT NULL AND `+ofMatter[table],
			p.Instances, p.Uploads, p.Deliveries)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			out = append(out, ArchiveRow{table, line})
		}
	}
	return out, nil
}

// What the database makes itself is left to it: generated columns, a line's number and its
// transaction.
const writtenColumns = `
SELECT quote_ident(c.column_name)
FROM information_schema.columns AS c
WHERE c.table_schema = current_schema() AND c.table_name = $1 AND c.is_generated = 'NEVER'
  AND c.is_identity = 'NO' AND c.column_name <> 'xact'
ORDER BY c.ordinal_position`

// AddArchive writes rows of whole matters, and what their cases are found by. It asks nobody: only
// a database of made-up people may be filled so.
func (tx *Tx) AddArchive(ctx context.Context, rows []ArchiveRow, instances []uuid.UUID) error {
	lines := map[string][]string{}
	for _, r := range rows {
		lines[r.Table] = append(lines[r.Table], r.Line)
	}
	for _, table := range archiveTables {
		if len(lines[table]) == 0 {
			continue
		}
		names, err := many(ctx, tx, pgx.RowTo[string], "columns", writtenColumns, table)
		if err != nil {
			return err
		}
		tx.queue("archive: "+table, fmt.Sprintf(`
INSERT INTO %[1]s (%[2]s)
SELECT r.%[3]s
FROM unnest($1::text[]) AS l (line)
CROSS JOIN LATERAL json_populate_record(NULL::%[1]s, l.line::json) AS r`,
			table, strings.Join(names, ", "), strings.Join(names, ", r.")), lines[table])
	}
	for _, id := range instances {
		tx.reindex(id)
	}
	return nil
}
