-- +goose Up
-- A case waits for its applicant from the step that asks them, which no note gives a reason for.
ALTER TABLE case_hold
    DROP CONSTRAINT case_hold_pkey,
    ALTER COLUMN note DROP NOT NULL,
    ADD PRIMARY KEY (instance, started),
    ADD CONSTRAINT case_hold_instance_fkey FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE;
