-- +goose Up
CREATE TABLE delivery (
    id            uuid        NOT NULL,
    source_org    text        NOT NULL,
    source_app    text        NOT NULL,
    source_owner  bigint      NOT NULL,
    source_id     uuid        NOT NULL,
    handover      text        NOT NULL,
    to_org        text        NOT NULL,
    to_app        text        NOT NULL,
    owner         bigint      NOT NULL,
    owner_number  text        NOT NULL DEFAULT '',
    reference     text        NOT NULL DEFAULT '',
    state         text        NOT NULL DEFAULT 'waiting',
    attempts      integer     NOT NULL DEFAULT 0,
    error_code    text        NOT NULL DEFAULT '',
    error_detail  text        NOT NULL DEFAULT '',
    target_owner  bigint,
    target_id     uuid,
    created       timestamptz NOT NULL DEFAULT now(),
    next_try      timestamptz,
    delivered     timestamptz,
    without_pdf   boolean     NOT NULL DEFAULT false,
    payload       json        NOT NULL,
    pdf           json,
    pdf_upload    uuid,
    CONSTRAINT delivery_pkey PRIMARY KEY (id),
    CONSTRAINT delivery_once_key UNIQUE (source_id, handover),
    CONSTRAINT delivery_pdf_upload_fkey FOREIGN KEY (pdf_upload) REFERENCES upload (id),
    CONSTRAINT delivery_pdf_check CHECK ((pdf IS NULL) = (pdf_upload IS NULL)),
    CONSTRAINT delivery_state_check CHECK (state IN ('waiting', 'delivered', 'parked')),
    CONSTRAINT delivery_target_check CHECK (
        (state = 'delivered') = (target_id IS NOT NULL)
        AND (state = 'delivered') = (target_owner IS NOT NULL)
        AND (state = 'delivered') = (delivered IS NOT NULL)
    )
);

-- The monitor's list, merged per state; and, by the state alone, all that still waits.
CREATE INDEX delivery_of_org ON delivery (state, source_org, created DESC, id DESC);

COMMENT ON TABLE delivery IS
    'One handover of one instance, made in the submit''s own transaction: what people see of it.';
COMMENT ON COLUMN delivery.attempts IS
    'The latest attempt''s number, and its fence: only who holds it may write an outcome.';
COMMENT ON COLUMN delivery.payload IS 'What is handed over, frozen at submit.';
COMMENT ON COLUMN delivery.pdf IS
    'The submission''s PDF, made once and kept: what pdf_upload holds.';

CREATE TABLE delivery_attempt (
    delivery     uuid        NOT NULL,
    number       integer     NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    outcome      text        NOT NULL,
    code         text        NOT NULL DEFAULT '',
    detail       text        NOT NULL DEFAULT '',
    milliseconds bigint      NOT NULL DEFAULT 0,
    CONSTRAINT delivery_attempt_pkey PRIMARY KEY (delivery, number),
    CONSTRAINT delivery_attempt_delivery_fkey FOREIGN KEY (delivery) REFERENCES delivery (id),
    CONSTRAINT delivery_attempt_outcome_check CHECK (outcome IN ('delivered', 'failed', 'parked'))
);

COMMENT ON TABLE delivery_attempt IS
    'Attempts that came to an outcome. A missing number is of a worker that died on the way.';
