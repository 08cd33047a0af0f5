// Package migrations holds the database's schema as goose migrations: SQL files, forward only,
// one thing each. schema.sql describes the result for readers and is never run. How they are
// run is store.Migrate's business; this package only carries the files.
package migrations

import "embed"

// Files are the migrations, NNNN_name.sql, in the order in which they run. Only names that
// begin with a digit are migrations, so schema.sql is not among them.
//
//go:embed [0-9]*.sql
var Files embed.FS
