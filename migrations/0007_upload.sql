-- +goose Up
CREATE TABLE upload (
    id       uuid        NOT NULL,
    taken_by text        NOT NULL,
    attached boolean     NOT NULL DEFAULT false,
    created  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT upload_pkey PRIMARY KEY (id)
);

-- What belongs to nothing after an hour is thrown away.
CREATE INDEX upload_unattached ON upload (created) WHERE NOT attached;

COMMENT ON TABLE upload IS
    'One file''s content; attached when a data element or a delivery holds it.';
COMMENT ON COLUMN upload.taken_by IS 'Who sent it: person:<party>, org:<number> or system.';

CREATE TABLE upload_chunk (
    upload uuid    NOT NULL,
    n      integer NOT NULL,
    data   bytea   NOT NULL,
    CONSTRAINT upload_chunk_pkey PRIMARY KEY (upload, n),
    CONSTRAINT upload_chunk_upload_fkey
        FOREIGN KEY (upload) REFERENCES upload (id) ON DELETE CASCADE,
    CONSTRAINT upload_chunk_n_check CHECK (n >= 0),
    CONSTRAINT upload_chunk_size_check CHECK (octet_length(data) BETWEEN 1 AND 262144)
);

-- PDF and JPEG do not get smaller; trying costs more than writing them.
ALTER TABLE upload_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

COMMENT ON TABLE upload_chunk IS
    'A file in pieces of 256 KiB, so that neither side ever holds a whole one in memory.';
