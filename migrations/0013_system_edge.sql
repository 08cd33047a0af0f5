-- +goose Up
-- What a service owner's system is given in pages: its own apps' instances, newest change first,
-- merged per place in the process, so that what access lets see is a walk of the index alone.
CREATE INDEX instance_of_system
    ON instance (org, app, task, end_event, changed DESC, id DESC);

CREATE TABLE confirmation (
    instance     uuid        NOT NULL,
    organisation text        NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT confirmation_pkey PRIMARY KEY (instance, organisation),
    CONSTRAINT confirmation_instance_fkey
        FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE
);

COMMENT ON TABLE confirmation IS
    'Which organisation''s system has said that it is done with an instance, and when first.';
COMMENT ON COLUMN confirmation.organisation IS 'The code of the service owner.';

ALTER TABLE element ADD COLUMN tags text[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN element.tags IS 'Words that a service owner''s system marks an element with.';
