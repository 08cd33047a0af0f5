-- +goose Up
CREATE TABLE element (
    id           uuid        NOT NULL,
    instance     uuid        NOT NULL,
    type         text        NOT NULL,
    content_type text        NOT NULL,
    filename     text        NOT NULL DEFAULT '',
    size         bigint      NOT NULL,
    sha256       bytea,
    upload       uuid,
    body         json,
    locked       boolean     NOT NULL DEFAULT false,
    version      integer     NOT NULL DEFAULT 1,
    created      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT element_pkey PRIMARY KEY (id),
    CONSTRAINT element_instance_fkey
        FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE,
    CONSTRAINT element_upload_fkey FOREIGN KEY (upload) REFERENCES upload (id),
    CONSTRAINT element_upload_key UNIQUE (upload),
    CONSTRAINT element_size_check CHECK (size >= 0),
    CONSTRAINT element_sha256_check CHECK (octet_length(sha256) = 32),
    CONSTRAINT element_content_check CHECK (
        (upload IS NULL) = (body IS NOT NULL) AND (upload IS NULL) = (sha256 IS NULL)
    )
);

-- A form is saved many times: with room beside it, its row stays on its page.
ALTER TABLE element SET (fillfactor = 70);

CREATE INDEX element_of_instance ON element (instance);

COMMENT ON TABLE element IS
    'One piece of an instance''s data: form data (its body) or an attachment (its upload).';
COMMENT ON COLUMN element.body IS 'json, not jsonb: a number comes back just as it was typed.';
