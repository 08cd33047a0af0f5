-- +goose Up
-- A unit's cases that nobody has, or that one caseworker has, are read in their order without the others
-- of the unit between them. The index of all of a unit's cases does not tell who has them any more: it
-- would be taken for the one to read.
CREATE INDEX instance_unit_assignee
    ON instance (owner, org, app, task, unit, assignee, submitted DESC, id DESC)
    INCLUDE (due, hold_until)
    WHERE ready AND ended IS NULL AND unit <> '';
DROP INDEX instance_unit;
CREATE INDEX instance_unit ON instance (owner, org, app, task, unit, submitted DESC, id DESC)
    INCLUDE (due, hold_until)
    WHERE ready AND ended IS NULL AND unit <> '';
