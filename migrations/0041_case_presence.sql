-- +goose Up
-- Who is in a case at the moment, so that colleagues see it. It locks nothing, and is worth nothing
-- a minute later: a crash may empty it.
CREATE UNLOGGED TABLE case_presence (
    owner    bigint      NOT NULL,
    instance uuid        NOT NULL,
    person   bigint      NOT NULL,
    name     text        NOT NULL,
    seen     timestamptz NOT NULL DEFAULT now(),
    wrote    timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT case_presence_pkey PRIMARY KEY (instance, person),
    CONSTRAINT case_presence_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE
);

CREATE INDEX case_presence_at ON case_presence (owner, seen);

COMMENT ON TABLE case_presence IS 'Which colleagues have a case open, or write in it, at the moment.';
COMMENT ON COLUMN case_presence.seen IS 'When they were last known to have it open; they are told of for a minute.';
COMMENT ON COLUMN case_presence.wrote IS 'The same of a form in it.';

ALTER TABLE case_presence ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_presence USING (
    (SELECT asking_org()) IS NULL
    AND EXISTS (SELECT FROM instance AS i WHERE i.id = case_presence.instance)
);
