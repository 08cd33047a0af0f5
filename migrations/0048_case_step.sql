-- +goose Up
-- The last step that somebody took a case on by, with what it changed, for as long as it can be taken
-- back: what the step hands over waits in the house until then.
CREATE TABLE case_step (
    instance uuid        NOT NULL,
    version  integer     NOT NULL,
    person   bigint      NOT NULL,
    task     text        NOT NULL,
    action   text        NOT NULL,
    letters  integer     NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    until    timestamptz NOT NULL,
    body     json        NOT NULL,
    CONSTRAINT case_step_pkey PRIMARY KEY (instance),
    CONSTRAINT case_step_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE
);

CREATE INDEX case_step_until ON case_step (until);

ALTER TABLE case_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_step USING (
    EXISTS (SELECT FROM instance AS i WHERE i.id = case_step.instance)
);

COMMENT ON TABLE case_step IS
    'The last step of a case, with what it changed, for as long as it can be taken back.';
COMMENT ON COLUMN case_step.version IS 'The case as the step left it: a later change makes the step final.';
COMMENT ON COLUMN case_step.task IS 'The task that was left.';
COMMENT ON COLUMN case_step.letters IS 'How many deliveries the step set off; all of them wait until then.';
