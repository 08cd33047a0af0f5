-- +goose Up
ALTER TABLE instance
    ADD COLUMN corrects   uuid,
    ADD COLUMN withdrawal jsonb;

-- A correction has the reference of what it corrects.
DROP INDEX instance_reference_key;
CREATE UNIQUE INDEX instance_reference_key ON instance (reference)
    WHERE source_id IS NULL AND corrects IS NULL AND reference <> '';

CREATE INDEX instance_of_corrects ON instance (corrects) WHERE corrects IS NOT NULL;
CREATE UNIQUE INDEX instance_correction_draft_key ON instance (corrects)
    WHERE corrects IS NOT NULL AND status = 'draft';

COMMENT ON COLUMN instance.corrects IS
    'The instance that this one is a later version of; NULL for the first version.';
COMMENT ON COLUMN instance.withdrawal IS
    'When the applicant took back what they sent, and their words about it; NULL until then.';

ALTER TABLE delivery
    ADD COLUMN after uuid REFERENCES delivery (id),
    DROP CONSTRAINT delivery_kind_check,
    ADD CONSTRAINT delivery_kind_check
        CHECK (kind IN ('instance', 'data', 'report', 'correction', 'withdrawal'));

CREATE INDEX delivery_of_after ON delivery (after) WHERE after IS NOT NULL;

COMMENT ON COLUMN delivery.after IS
    'The delivery that must have come through before this one is tried; NULL for none.';

CREATE TABLE correction (
    instance uuid        NOT NULL,
    number   integer     NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    body     json        NOT NULL,
    CONSTRAINT correction_pkey PRIMARY KEY (instance, number),
    CONSTRAINT correction_instance_fkey
        FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE
);

COMMENT ON TABLE correction IS
    'What each new version from the applicant changed in an instance, and what it did not.';
COMMENT ON COLUMN correction.number IS 'From 1 in each instance.';
