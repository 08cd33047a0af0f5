-- +goose Up
-- Words that an organisation marks its cases with. They are found by the search's own index.
CREATE TABLE case_tag (
    owner    bigint      NOT NULL,
    instance uuid        NOT NULL,
    tag      text        NOT NULL,
    person   bigint      NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_tag_pkey PRIMARY KEY (instance, tag),
    CONSTRAINT case_tag_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE,
    CONSTRAINT case_tag_check CHECK (char_length(tag) BETWEEN 1 AND 40)
);

-- The words that an organisation has used, to choose from.
CREATE TABLE tag_word (
    owner bigint      NOT NULL,
    tag   text        NOT NULL,
    used  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tag_word_pkey PRIMARY KEY (owner, tag)
);

CREATE INDEX tag_word_used ON tag_word (owner, used DESC);

-- A tag is a lexeme that no word can be: letters and digits alone are words.
-- +goose StatementBegin
CREATE FUNCTION case_query(words text[], phrases text[], without text[], tags text[]) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    tag   text;
    asked tsquery := case_query(words, phrases, without);
BEGIN
    FOREACH tag IN ARRAY tags LOOP
        tag := quote_literal('#' || tag);
        asked := COALESCE(asked && tag::tsquery, tag::tsquery);
    END LOOP;
    RETURN asked;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_case(case_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    INSERT INTO case_search AS s (instance, owner, org, app, applicant, words)
    SELECT i.id, i.owner, i.org, i.app, COALESCE(i.source_owner, 0), case_words(
        concat_ws(' ', i.title, i.applicant, i.reference, (
            SELECT string_agg(e.filename, ' ')
            FROM element AS e
            WHERE e.instance = i.id AND e.upload IS NOT NULL
        )),
        (
            -- A document with the sign that jsonb cannot hold is left out of the search.
            SELECT string_agg(v.value #>> '{}', ' ')
            FROM element AS e
            CROSS JOIN LATERAL jsonb_path_query(
                CASE WHEN strpos(e.body::text, '\u0000') = 0 THEN e.body::jsonb END,
                'strict $.**'
            ) AS v (value)
            WHERE e.instance = i.id AND e.body IS NOT NULL
              AND jsonb_typeof(v.value) IN ('string', 'number')
        )
    ) || array_to_tsvector(ARRAY(
        SELECT '#' || t.tag
        FROM case_tag AS t
        WHERE t.instance = i.id
    ))
    FROM instance AS i
    WHERE i.id = case_id AND i.ready
    ON CONFLICT (instance) DO UPDATE
    SET words = EXCLUDED.words, applicant = EXCLUDED.applicant
    WHERE s.words <> EXCLUDED.words OR s.applicant <> EXCLUDED.applicant
$$;
-- +goose StatementEnd

-- +goose StatementBegin
DROP FUNCTION cases_with(bigint, text[], text[], text[]);
CREATE FUNCTION cases_with(
    of_owner bigint, words text[], phrases text[], without text[], tags text[]
)
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    asked tsquery := case_query(words, phrases, without, tags);
BEGIN
    IF stands(of_owner, NULL, NULL) THEN
        RETURN QUERY
        SELECT s.instance FROM case_search AS s WHERE s.owner = of_owner AND s.words @@ asked;
    END IF;
END
$$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION cases_with FROM PUBLIC;

ALTER TABLE case_tag ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_tag USING (
    EXISTS (SELECT FROM instance AS i WHERE i.id = case_tag.instance)
);

-- The words are the organisation's, and offered to whoever works there.
ALTER TABLE tag_word ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON tag_word USING (COALESCE(
    owner = ANY ((SELECT asking_parties())::bigint[])
    OR (SELECT asking_system())
    OR owner IN (SELECT p.id FROM party AS p WHERE p.org = (SELECT asking_open_org())), false
));

COMMENT ON FUNCTION cases_with IS
    'The owner''s cases in which the words are written and that have the tags; none for who does not stand there.';
COMMENT ON FUNCTION case_query(text[], text[], text[], text[]) IS
    'As the other one, with the tags that a case must have.';
COMMENT ON TABLE case_tag IS 'Words that an organisation marks its cases with.';
COMMENT ON TABLE tag_word IS 'The words that an organisation has marked cases with, to choose from.';
