-- +goose Up
CREATE TABLE audit_event (
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    at                  timestamptz NOT NULL DEFAULT now(),
    actor               bigint,
    actor_kind          text        NOT NULL,
    actor_name          text        NOT NULL DEFAULT '',
    organisation_number text        NOT NULL DEFAULT '',
    party               bigint,
    org                 text        NOT NULL DEFAULT '',
    app                 text        NOT NULL DEFAULT '',
    instance            uuid,
    task                text        NOT NULL DEFAULT '',
    act                 text        NOT NULL,
    outcome             text        NOT NULL,
    purpose             text        NOT NULL DEFAULT '',
    detail              jsonb,
    request             text        NOT NULL DEFAULT '',
    session             text        NOT NULL DEFAULT '',
    CONSTRAINT audit_event_pkey PRIMARY KEY (id),
    CONSTRAINT audit_event_actor_kind_check CHECK (actor_kind IN ('', 'person', 'org', 'system')),
    CONSTRAINT audit_event_act_check CHECK (act <> ''),
    CONSTRAINT audit_event_outcome_check CHECK (outcome IN ('done', 'refused'))
);

CREATE INDEX audit_event_of_instance ON audit_event (instance, id DESC) WHERE instance IS NOT NULL;
CREATE INDEX audit_event_of_party ON audit_event (party, id DESC);

-- +goose StatementBegin
CREATE FUNCTION audit_event_is_append_only() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'audit_event is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd

-- For each statement, so that one which finds no row is refused as well.
CREATE TRIGGER audit_event_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

COMMENT ON TABLE audit_event IS
    'Who did or asked for what, for whom, and how it ended. Append-only; no content of a case.';
COMMENT ON COLUMN audit_event.party IS 'Whose data or roles the act was about.';
