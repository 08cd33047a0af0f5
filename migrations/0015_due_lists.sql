-- +goose Up
-- Lists by deadline need an order in which a case without one has its place: the last.
ALTER TABLE instance
    ADD COLUMN due_at timestamptz NOT NULL
    GENERATED ALWAYS AS (COALESCE(due, timestamptz '9999-12-31 00:00:00+00')) STORED;

CREATE INDEX instance_due
    ON instance (owner, org, app, task, due_at, id)
    WHERE ready AND ended IS NULL;
CREATE INDEX instance_due_assignee
    ON instance (owner, org, app, task, assignee, due_at, id)
    WHERE ready AND ended IS NULL;

COMMENT ON COLUMN instance.due_at IS
    'The time that lists by deadline are ordered by; a case without a deadline comes last.';
