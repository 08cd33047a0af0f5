-- +goose Up
CREATE TABLE instance (
    id              uuid        NOT NULL,
    org             text        NOT NULL,
    app             text        NOT NULL,
    owner           bigint      NOT NULL,
    app_version     text        NOT NULL,
    status          text        NOT NULL,
    version         integer     NOT NULL DEFAULT 1,
    ready           boolean     NOT NULL DEFAULT false,
    process_started timestamptz NOT NULL DEFAULT now(),
    task            text        NOT NULL DEFAULT '',
    task_type       text        NOT NULL DEFAULT '',
    task_since      timestamptz NOT NULL DEFAULT now(),
    end_event       text        NOT NULL DEFAULT '',
    ended           timestamptz,
    reference       text        NOT NULL DEFAULT '',
    title           text        NOT NULL DEFAULT '',
    applicant       text        NOT NULL DEFAULT '',
    source_org      text,
    source_app      text,
    source_owner    bigint,
    source_id       uuid,
    data_values     jsonb,
    substatus       jsonb,
    assignee        bigint      NOT NULL DEFAULT 0,
    created_by      bigint,
    language        text        NOT NULL DEFAULT '',
    due             timestamptz,
    created         timestamptz NOT NULL DEFAULT now(),
    changed         timestamptz NOT NULL DEFAULT now(),
    submitted       timestamptz,
    listed          timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(submitted, created)) STORED,
    CONSTRAINT instance_pkey PRIMARY KEY (id),
    CONSTRAINT instance_status_check CHECK (status IN ('draft', 'active', 'archived')),
    CONSTRAINT instance_version_check CHECK (version > 0),
    CONSTRAINT instance_ready_check CHECK (NOT ready OR submitted IS NOT NULL),
    CONSTRAINT instance_process_check CHECK (
        (task = '') = (ended IS NOT NULL) AND (end_event <> '') = (ended IS NOT NULL)
    ),
    CONSTRAINT instance_source_check CHECK (
        (source_id IS NULL) = (source_org IS NULL)
        AND (source_id IS NULL) = (source_app IS NULL)
        AND (source_id IS NULL) = (source_owner IS NULL)
    )
);

-- No foreign key to party, on purpose: each new case of an organisation would lock that
-- organisation's one row in share, which made sixteen clients up to a third slower. Parties are
-- never deleted, and the service has read the owner in the same transaction.

-- The indexes of lists hold plain columns only, so that a list's keys are read from the index
-- alone: hence 0 for nobody, and the generated column.

-- The owner's own lists, merged per app and status; counting drafts.
CREATE INDEX instance_of_owner
    ON instance (owner, org, app, status, listed DESC, id DESC);
-- The inbox, merged per app and task, and the same for one caseworker's (0: nobody's) cases.
CREATE INDEX instance_inbox
    ON instance (owner, org, app, task, submitted DESC, id DESC)
    WHERE ready AND ended IS NULL;
CREATE INDEX instance_inbox_assignee
    ON instance (owner, org, app, task, assignee, submitted DESC, id DESC)
    WHERE ready AND ended IS NULL;
-- Cases that have ended, merged per app and end event.
CREATE INDEX instance_ended
    ON instance (owner, org, app, end_event, submitted DESC, id DESC)
    WHERE ready AND ended IS NOT NULL;
CREATE INDEX instance_ended_assignee
    ON instance (owner, org, app, end_event, assignee, submitted DESC, id DESC)
    WHERE ready AND ended IS NOT NULL;
-- A reference is given once; what is handed over from there carries the same.
CREATE UNIQUE INDEX instance_reference_key
    ON instance (reference)
    WHERE source_id IS NULL AND reference <> '';
-- A case is found by its reference.
CREATE INDEX instance_by_reference ON instance (owner, reference) WHERE ready;

COMMENT ON TABLE instance IS
    'What lists show of an instance; its form data and attachments are in tables of their own.';
COMMENT ON COLUMN instance.version IS
    'Counts every change. A change names the version it was based on.';
COMMENT ON COLUMN instance.ready IS
    'A case that is whole: caseworkers'' lists show it. Never set for what a person fills in.';
COMMENT ON COLUMN instance.assignee IS
    'The caseworker who has taken the case; 0 when nobody has.';
COMMENT ON COLUMN instance.listed IS 'The time that the owner''s own lists are ordered by.';
COMMENT ON COLUMN instance.task_since IS
    'When the instance last changed hands; opened before that is unread.';

CREATE TABLE seen (
    instance uuid        NOT NULL,
    person   bigint      NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT seen_pkey PRIMARY KEY (instance, person),
    CONSTRAINT seen_instance_fkey FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE
);

COMMENT ON TABLE seen IS
    'When a person last opened an instance for the first time since it changed hands.';
