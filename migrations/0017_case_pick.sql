-- +goose Up
CREATE TABLE case_pick (
    key    bytea       NOT NULL,
    person bigint      NOT NULL,
    owner  bigint      NOT NULL,
    cases  uuid[]      NOT NULL,
    made   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_pick_pkey PRIMARY KEY (key),
    CONSTRAINT case_pick_key_check CHECK (octet_length(key) = 16)
);

CREATE INDEX case_pick_made ON case_pick (made);

COMMENT ON TABLE case_pick IS
    'Cases found by a national identity number, under a key that says nothing, for 15 minutes.';
