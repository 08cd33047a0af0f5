-- +goose Up
-- What ended in a time, and how long it had taken: the numbers of an inbox are read from the index
-- alone.
CREATE INDEX instance_ended_at
    ON instance (owner, org, app, end_event, ended) INCLUDE (submitted)
    WHERE ready AND ended IS NOT NULL;
