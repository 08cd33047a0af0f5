package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ServingRole is the usual name of the database role that servers work as. It owns nothing and
// changes no schema, row-level security holds for it, and to the audit log it can only append.
const ServingRole = "stafett_serve"

const roleIsThere = `SELECT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = $1)`

const ownerIsSuper = `SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user`

// makeRole makes the serving role unless it is there. It has no password: an operator sets one,
// or makes the role beforehand.
func makeRole(ctx context.Context, pool *pgxpool.Pool, role string) error {
	var there, super bool
	if err := pool.QueryRow(ctx, roleIsThere, role).Scan(&there); err != nil || there {
		return err
	}
	name := pgx.Identifier{role}.Sanitize()
	_, err := pool.Exec(ctx, "CREATE ROLE "+name+" LOGIN")
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == codeDuplicate ||
		e.Code == codeUniqueViolation) {
		// Roles are the whole cluster's: another database's migration has made it just now.
		return nil
	}
	if err != nil {
		return fmt.Errorf("make role %s (or have an administrator make it): %w", role, err)
	}
	if err := pool.QueryRow(ctx, ownerIsSuper).Scan(&super); err != nil || super {
		return err
	}
	// So that development can take the role on; a superuser may always.
	_, err = pool.Exec(ctx, "GRANT "+name+" TO CURRENT_USER")
	return err
}

// The rights of the serving role. They are given anew at each migration, so that a new table has
// them; what may only be appended to, or read, is taken out again.
const grants = `
GRANT USAGE ON SCHEMA public TO serving;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM serving;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO serving;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO serving;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO serving;
REVOKE UPDATE, DELETE ON audit_event, audit_seal, app_version, case_note FROM serving;
REVOKE DELETE ON audit_check, party, role_grant FROM serving;
REVOKE INSERT, UPDATE, DELETE ON goose_db_version, river_migration, instance_event FROM serving;
REVOKE ALL ON case_search, name_word, case_value FROM serving`

// The job engine rebuilds its indexes now and then; before PostgreSQL 17 only an owner can.
const grantMaintain = `GRANT MAINTAIN ON river_job TO serving`

const canMaintain = `SELECT current_setting('server_version_num')::int >= 170000`

// grant gives the serving role its rights, all at once.
func grant(ctx context.Context, pool *pgxpool.Pool, role string) error {
	if err := makeRole(ctx, pool, role); err != nil {
		return err
	}
	sql := grants
	var maintain bool
	if err := pool.QueryRow(ctx, canMaintain).Scan(&maintain); err != nil {
		return err
	}
	if maintain {
		sql += ";\n" + grantMaintain
	}
	sql = strings.ReplaceAll(sql, " serving", " "+pgx.Identifier{role}.Sanitize())
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		// A process that was killed lets go of the lock on migrations at once, and what it had asked
		// for last may still be running: two who grant at the same time would fail.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(grantLock)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sql)
		return err
	})
}

const held = `
SELECT current_user, COALESCE(row_security_active(to_regclass('public.instance')), false)`

// checkHeld refuses a role that row-level security does not hold for: it would see everybody's
// rows whatever a transaction says.
func (s *Store) checkHeld(ctx context.Context) error {
	var role string
	var active bool
	if err := s.pool.QueryRow(ctx, held).Scan(&role, &active); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if !active {
		return fmt.Errorf("the database role %s sees every row (it owns the tables or passes by their"+
			" row security), or the database is not migrated: run `stafett migrate` as the owner, and"+
			" serve as the role that it makes (see docs/operations.md)", role)
	}
	return nil
}
