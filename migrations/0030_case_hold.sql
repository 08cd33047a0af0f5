-- +goose Up
-- A case that waits for its applicant: until when, in the list's own row, and each hold with what
-- it did to the deadline. Why is in the note.
ALTER TABLE instance ADD COLUMN hold_until timestamptz;

CREATE INDEX instance_held
    ON instance (owner, org, app, task, hold_until, id)
    WHERE ready AND ended IS NULL AND hold_until IS NOT NULL;

CREATE TABLE case_hold (
    instance   uuid        NOT NULL,
    note       uuid        NOT NULL,
    owner      bigint      NOT NULL,
    started    timestamptz NOT NULL DEFAULT now(),
    until      timestamptz NOT NULL,
    ended      timestamptz,
    due_before timestamptz,
    due_after  timestamptz,
    CONSTRAINT case_hold_pkey PRIMARY KEY (instance, note),
    CONSTRAINT case_hold_note_fkey FOREIGN KEY (instance, note)
        REFERENCES case_note (instance, id) ON DELETE CASCADE,
    CONSTRAINT case_hold_due_check CHECK ((due_before IS NULL) = (due_after IS NULL))
);

CREATE UNIQUE INDEX case_hold_one_key ON case_hold (instance) WHERE ended IS NULL;

ALTER TABLE notice
    DROP CONSTRAINT notice_kind_check,
    ADD CONSTRAINT notice_kind_check CHECK (
        kind IN ('message', 'request', 'reminder', 'letter', 'unanswered', 'held'));

COMMENT ON COLUMN instance.hold_until IS 'Until when the case waits for its applicant; NULL when it does not.';
COMMENT ON TABLE case_hold IS 'Each time that a case has waited for its applicant, and what that did to its deadline.';

ALTER TABLE case_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_hold USING (
    EXISTS (SELECT FROM instance AS i WHERE i.id = case_hold.instance)
);
