-- +goose Up
-- What a person posted when their session had ended. It is sealed with a key that is not in the
-- database, and told to nobody but them.
CREATE TABLE kept_post (
    person bigint      NOT NULL,
    page   text        NOT NULL,
    sealed bytea       NOT NULL,
    at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT kept_post_pkey PRIMARY KEY (person, page),
    CONSTRAINT kept_post_size_check CHECK (octet_length(sealed) <= 2097152)
);

CREATE INDEX kept_post_at ON kept_post (at);

COMMENT ON TABLE kept_post IS
    'What was posted after a session had ended, sealed, until its person has signed in again.';
COMMENT ON COLUMN kept_post.page IS 'The path of the page that was posted.';

ALTER TABLE kept_post ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON kept_post USING (COALESCE(
    person = (SELECT asking_person()) OR (SELECT asking_system()), false
));
