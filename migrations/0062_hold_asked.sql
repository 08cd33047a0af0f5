-- +goose Up
-- A case waits for its applicant from the step that asks them, which no note gives a reason for.
ALTER TABLE case_hold
    DROP CONSTRAINT case_hold_pkey,
    ALTER COLUMN note DROP NOT NULL,
    ADD COLUMN task text NOT NULL DEFAULT '',
    ADD PRIMARY KEY (instance, started),
    ADD CONSTRAINT case_hold_instance_fkey FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE,
    ADD CONSTRAINT case_hold_why_check CHECK ((note IS NULL) <> (task = ''));

COMMENT ON COLUMN case_hold.task IS 'Where the case waits for what the step there asked; empty for a wait by hand.';

ALTER TABLE instance ADD COLUMN answered timestamptz;

COMMENT ON COLUMN instance.answered IS
    'When the applicant answered what the case asks for where it stands; NULL until then.';
