-- +goose Up
-- What colleagues write about a case among themselves. Nothing outside the case's own page reads
-- it. A note is never changed: what was wrong is put right by a new one.
CREATE TABLE case_note (
    instance uuid        NOT NULL,
    id       uuid        NOT NULL,
    owner    bigint      NOT NULL,
    kind     text        NOT NULL DEFAULT 'note',
    person   bigint      NOT NULL,
    author   text        NOT NULL,
    body     text        NOT NULL,
    day      timestamptz,
    at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_note_pkey PRIMARY KEY (instance, id),
    CONSTRAINT case_note_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE,
    CONSTRAINT case_note_kind_check CHECK (kind IN ('note', 'hold', 'due')),
    CONSTRAINT case_note_body_check CHECK (char_length(body) BETWEEN 1 AND 4000),
    CONSTRAINT case_note_day_check CHECK ((kind = 'note') = (day IS NULL))
);

CREATE INDEX case_note_of_instance ON case_note (instance, at DESC, id DESC);

-- +goose StatementBegin
CREATE FUNCTION case_note_is_never_changed() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'a note on a case is never changed';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER case_note_never_changed
    BEFORE UPDATE ON case_note
    FOR EACH STATEMENT EXECUTE FUNCTION case_note_is_never_changed();

CREATE TABLE case_mention (
    instance uuid        NOT NULL,
    note     uuid        NOT NULL,
    person   bigint      NOT NULL,
    owner    bigint      NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    seen     boolean     NOT NULL DEFAULT false,
    CONSTRAINT case_mention_pkey PRIMARY KEY (instance, note, person),
    CONSTRAINT case_mention_note_fkey FOREIGN KEY (instance, note)
        REFERENCES case_note (instance, id) ON DELETE CASCADE
);

CREATE INDEX case_mention_of_person ON case_mention (owner, person, at DESC);

COMMENT ON TABLE case_note IS
    'What colleagues write about a case among themselves. Never changed, and never for the applicant.';
COMMENT ON COLUMN case_note.owner IS 'The case''s owner, which never changes.';
COMMENT ON COLUMN case_note.day IS 'What a hold lasts to, or the new deadline; NULL for a plain note.';
COMMENT ON TABLE case_mention IS 'Who is named in a note, and whether they have opened the case since.';

-- They are for those who work with the case, and never for a system.
ALTER TABLE case_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_note USING (
    (SELECT asking_org()) IS NULL
    AND EXISTS (SELECT FROM instance AS i WHERE i.id = case_note.instance)
);

ALTER TABLE case_mention ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_mention USING (
    (SELECT asking_org()) IS NULL
    AND EXISTS (SELECT FROM instance AS i WHERE i.id = case_mention.instance)
);

-- What a person has seen is their own; whoever gives them a case, or names them, makes it unread.
-- +goose StatementBegin
CREATE FUNCTION unsee(of_instance uuid, persons bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i WHERE i.id = of_instance AND stands(i.owner, i.org, i.app)
    ) THEN
        DELETE FROM seen AS s WHERE s.instance = of_instance AND s.person = ANY (persons);
    END IF;
END
$$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION unsee FROM PUBLIC;

COMMENT ON FUNCTION unsee IS 'Makes an instance unread for persons, for who stands there.';
