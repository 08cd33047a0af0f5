-- +goose Up
-- What a caseworker sends waits a while in the house, and can be stopped until it leaves.
ALTER TABLE delivery ADD COLUMN not_before timestamptz;
ALTER TABLE message
    ADD COLUMN stopped timestamptz,
    ADD CONSTRAINT message_stopped_check CHECK (sent OR stopped IS NULL);

COMMENT ON COLUMN delivery.not_before IS
    'It is not tried before this, and can be stopped until then; NULL where it goes at once.';
COMMENT ON COLUMN message.stopped IS 'When it was stopped: it has never left.';
