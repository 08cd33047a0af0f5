-- +goose Up
CREATE TABLE session (
    hash      bytea       NOT NULL,
    data      jsonb       NOT NULL,
    person    bigint,
    sid       text        NOT NULL DEFAULT '',
    created   timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT session_pkey PRIMARY KEY (hash),
    CONSTRAINT session_hash_check CHECK (octet_length(hash) = 32)
);

CREATE INDEX session_of_provider ON session (sid) WHERE sid <> '';

COMMENT ON TABLE session IS
    'Signed-in browsers. The cookie holds a random token, the row its SHA-256 only.';
COMMENT ON COLUMN session.sid IS
    'The identity provider''s session, for its front-channel logout; empty before sign-in.';
