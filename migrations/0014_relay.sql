-- +goose Up
ALTER TABLE instance
    ADD COLUMN thread       uuid,
    ADD COLUMN thread_owner bigint,
    ADD CONSTRAINT instance_thread_check CHECK ((thread IS NULL) = (thread_owner IS NULL));

UPDATE instance SET thread = source_id, thread_owner = source_owner WHERE source_id IS NOT NULL;

CREATE INDEX instance_of_thread ON instance (thread, created, id) WHERE thread IS NOT NULL;

COMMENT ON COLUMN instance.thread IS
    'The instance that the matter began with; NULL for that one itself.';

ALTER TABLE delivery
    ADD COLUMN kind  text    NOT NULL DEFAULT 'instance',
    ADD COLUMN round integer NOT NULL DEFAULT 0,
    DROP CONSTRAINT delivery_once_key,
    ADD CONSTRAINT delivery_once_key UNIQUE (source_id, handover, round),
    ADD CONSTRAINT delivery_kind_check CHECK (kind IN ('instance', 'data', 'report'));

COMMENT ON COLUMN delivery.round IS
    'The source''s version when it was planned: a handover may happen again, but not in one step.';
