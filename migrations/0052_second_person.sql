-- +goose Up
-- null where no second person is asked for. A case that stands with one when this comes is in nobody's
-- list for approval until it is saved or moved the next time; opening it decides as before.
ALTER TABLE instance ADD COLUMN prepared_by bigint[];

COMMENT ON COLUMN instance.prepared_by IS
    'Who prepared what a second person is to complete where the case stands; null where none is asked for.';
