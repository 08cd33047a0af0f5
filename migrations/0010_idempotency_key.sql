-- +goose Up
CREATE TABLE idempotency_key (
    org            text        NOT NULL,
    key            text        NOT NULL,
    content        bytea       NOT NULL,
    instance_org   text        NOT NULL,
    instance_app   text        NOT NULL,
    instance_owner bigint      NOT NULL,
    instance_id    uuid        NOT NULL,
    created        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (org, key)
);

COMMENT ON TABLE idempotency_key IS
    'Which instance a system''s request made, so that the same request again makes no second one.';
COMMENT ON COLUMN idempotency_key.content IS
    'A hash of all that was sent: other content under the same key is refused.';
