-- +goose Up
-- A grant may be limited to one app, and to values of a data field of the cases.
ALTER TABLE role_grant
    ADD COLUMN limit_org    text   NOT NULL DEFAULT '',
    ADD COLUMN limit_app    text   NOT NULL DEFAULT '',
    ADD COLUMN limit_field  text   NOT NULL DEFAULT '',
    ADD COLUMN limit_values text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT role_grant_limit_check CHECK (
        (limit_org = '') = (limit_app = '') AND (limit_field = '') = (cardinality(limit_values) = 0)
    );

COMMENT ON COLUMN role_grant.limit_app IS 'The only app in which the grant counts; empty is all.';
COMMENT ON COLUMN role_grant.limit_field IS
    'The data field whose values (limit_values) a case must have for the grant to count; empty is none.';

-- The field by which access to the instance may be limited, and its value: too long a one is as
-- none. It is a column of the row that the lists are ordered by, so that each list by it is one
-- scan of an index.
ALTER TABLE instance
    ADD COLUMN limit_field text NOT NULL DEFAULT '',
    ADD COLUMN limit_key   text NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN limit_field = '' THEN ''
            WHEN length(data_values ->> limit_field) <= 200
                THEN limit_field || '=' || (data_values ->> limit_field)
            ELSE limit_field || '='
        END
    ) STORED;

CREATE INDEX instance_inbox_limited
    ON instance (owner, org, app, task, limit_key, submitted DESC, id DESC)
    WHERE ready AND ended IS NULL AND limit_field <> '';
CREATE INDEX instance_ended_limited
    ON instance (owner, org, app, end_event, limit_key, submitted DESC, id DESC)
    WHERE ready AND ended IS NOT NULL AND limit_field <> '';
CREATE INDEX instance_due_limited
    ON instance (owner, org, app, task, limit_key, due_at, id)
    WHERE ready AND ended IS NULL AND limit_field <> '';
-- The same for one caseworker's, and nobody's, cases.
CREATE INDEX instance_inbox_limited_assignee
    ON instance (owner, org, app, task, limit_key, assignee, submitted DESC, id DESC)
    WHERE ready AND ended IS NULL AND limit_field <> '';
CREATE INDEX instance_ended_limited_assignee
    ON instance (owner, org, app, end_event, limit_key, assignee, submitted DESC, id DESC)
    WHERE ready AND ended IS NOT NULL AND limit_field <> '';
CREATE INDEX instance_due_limited_assignee
    ON instance (owner, org, app, task, limit_key, assignee, due_at, id)
    WHERE ready AND ended IS NULL AND limit_field <> '';

COMMENT ON COLUMN instance.limit_field IS
    'The id of the data field that the app''s policy names; empty for none.';
COMMENT ON COLUMN instance.limit_key IS 'What a scope that is limited by the field compares.';
