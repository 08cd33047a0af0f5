-- +goose Up
-- Ids are given before a transaction commits, and some never come: only the transaction's own
-- number tells which lines are final.
ALTER TABLE audit_event ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE UNIQUE INDEX audit_event_sealing ON audit_event (xact, id);
CREATE INDEX audit_event_by_actor ON audit_event (party, actor, id DESC);

CREATE TABLE audit_seal (
    number    bigint      NOT NULL,
    from_xact xid8        NOT NULL,
    from_id   bigint      NOT NULL,
    to_xact   xid8        NOT NULL,
    to_id     bigint      NOT NULL,
    lines     integer     NOT NULL,
    list      bytea       NOT NULL,
    head      bytea       NOT NULL,
    at        timestamptz NOT NULL,
    CONSTRAINT audit_seal_pkey PRIMARY KEY (number),
    CONSTRAINT audit_seal_number_check CHECK (number > 0),
    CONSTRAINT audit_seal_lines_check CHECK (lines > 0),
    CONSTRAINT audit_seal_list_check CHECK (octet_length(list) = 16 * lines),
    CONSTRAINT audit_seal_head_check CHECK (octet_length(head) = 32)
);

CREATE TABLE audit_check (
    id     bigint      GENERATED ALWAYS AS IDENTITY,
    begun  timestamptz NOT NULL DEFAULT now(),
    ended  timestamptz,
    seals  bigint      NOT NULL DEFAULT 0,
    lines  bigint      NOT NULL DEFAULT 0,
    faults bigint      NOT NULL DEFAULT 0,
    first  text        NOT NULL DEFAULT '',
    CONSTRAINT audit_check_pkey PRIMARY KEY (id)
);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION audit_event_is_append_only() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER audit_seal_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

COMMENT ON COLUMN audit_event.xact IS
    'The transaction that wrote the line; lines are sealed in the order of (xact, id).';
COMMENT ON TABLE audit_seal IS
    'Seals over the audit log, each made of the one before it and of the lines it holds.';
COMMENT ON COLUMN audit_seal.list IS
    'For each line its id and the first 8 bytes of its digest: tells which line was tampered with.';
COMMENT ON TABLE audit_check IS 'When the seals were recomputed, and what was found.';
