-- +goose Up
-- What a case held each time somebody moved it on, where a second person is to look over what the
-- first one did: they are shown what has changed since. It goes when the case ends.
CREATE TABLE case_version (
    instance uuid        NOT NULL,
    number   integer     NOT NULL,
    person   bigint      NOT NULL,
    name     text        NOT NULL,
    task     text        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    body     json        NOT NULL,
    CONSTRAINT case_version_pkey PRIMARY KEY (instance, number),
    CONSTRAINT case_version_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE
);

ALTER TABLE case_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_version USING (
    EXISTS (SELECT FROM instance AS i WHERE i.id = case_version.instance)
);

COMMENT ON TABLE case_version IS
    'What a case held each time somebody moved it on, for a second person; gone when the case ends.';
COMMENT ON COLUMN case_version.person IS 'Who moved it on; 0 for a system.';
COMMENT ON COLUMN case_version.task IS 'The task that was left.';
