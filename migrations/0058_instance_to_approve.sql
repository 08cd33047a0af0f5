-- +goose Up
-- Which cases wait for somebody's yes was found out by looking at each that stands in a task in which one
-- may say it, however many of them nobody had prepared.
CREATE INDEX instance_to_approve ON instance (owner, org, app, task, submitted DESC, id DESC)
    INCLUDE (prepared_by)
    WHERE ready AND ended IS NULL
      AND (prepared_by IS NOT NULL OR task_type IN ('confirmation', 'signing'));
CREATE INDEX instance_to_approve_due ON instance (owner, org, app, task, due_at, id)
    INCLUDE (prepared_by)
    WHERE ready AND ended IS NULL
      AND (prepared_by IS NOT NULL OR task_type IN ('confirmation', 'signing'));
