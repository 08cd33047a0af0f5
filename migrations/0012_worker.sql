-- +goose Up
-- Unlogged: a beat every few seconds is worth no flush to disk, and after a crash of the
-- database every living worker writes its row again at its next beat.
CREATE UNLOGGED TABLE worker (
    id   text        NOT NULL,
    seen timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT worker_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE worker IS
    'Server processes that work jobs. The jobs of one that is silent are taken over.';
