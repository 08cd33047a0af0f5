-- +goose Up
CREATE TABLE app_version (
    org     text        NOT NULL,
    app     text        NOT NULL,
    hash    text        NOT NULL,
    archive bytea       NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT app_version_pkey PRIMARY KEY (org, app, hash)
);

COMMENT ON TABLE app_version IS
    'Each version of an app that was ever in force: an instance is shown as it was made.';
