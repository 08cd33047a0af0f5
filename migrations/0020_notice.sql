-- +goose Up
CREATE TABLE notice (
    id       uuid        NOT NULL,
    instance uuid        NOT NULL,
    kind     text        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    delivery uuid,
    state    text        NOT NULL DEFAULT 'waiting',
    attempts integer     NOT NULL DEFAULT 0,
    ended    timestamptz,
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE,
    CONSTRAINT notice_kind_check
        CHECK (kind IN ('message', 'request', 'reminder', 'letter', 'unanswered')),
    CONSTRAINT notice_state_check CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
    CONSTRAINT notice_ended_check CHECK ((state = 'waiting') = (ended IS NULL))
);

CREATE INDEX notice_waiting ON notice (at) WHERE state = 'waiting';
CREATE INDEX notice_of_instance ON notice (instance);

COMMENT ON TABLE notice IS
    'What is to be told at a time, to a person outside or to a case. No content: who and why only.';
COMMENT ON COLUMN notice.delivery IS 'The request that a kind ''unanswered'' waits for the answer to.';
COMMENT ON COLUMN notice.attempts IS
    'The latest attempt''s number, and its fence: only who holds it may write an outcome.';
