-- +goose Up
-- A case that one person has put off to a day. It changes nothing of the case, and ends when
-- something comes to it.
CREATE TABLE case_snooze (
    owner    bigint      NOT NULL,
    person   bigint      NOT NULL,
    instance uuid        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    until    timestamptz NOT NULL,
    CONSTRAINT case_snooze_pkey PRIMARY KEY (owner, person, instance),
    CONSTRAINT case_snooze_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE
);

CREATE INDEX case_snooze_of_instance ON case_snooze (instance);

COMMENT ON TABLE case_snooze IS 'Cases that a person has put off, out of their own list, to a time.';

ALTER TABLE case_snooze ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_snooze USING (COALESCE(
    person = (SELECT asking_person()) OR (SELECT asking_system()), false
));
