-- +goose Up
-- What an instance tells its source first goes into the answer of the call that made it, and into that
-- of every later call with the same key.
ALTER TABLE idempotency_key ADD COLUMN told jsonb;

COMMENT ON COLUMN idempotency_key.told IS
    'What the answer told of how it goes: the answer to the same request again does too. NULL where it told nothing.';
