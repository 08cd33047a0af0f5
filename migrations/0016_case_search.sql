-- +goose Up
-- What is written in a case, for the search in an inbox. Words are cut at each sign that is no
-- letter or digit, in what is stored and in what is asked for, so that both fit: the usual
-- parser takes an address or a file's name for one word. A database whose locale is C makes only
-- the letters of English small by itself.
-- +goose StatementBegin
CREATE FUNCTION case_text(written text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
    SELECT regexp_replace(
        translate(
            left(COALESCE(written, ''), 200000),
            'ÆØÅÁÀÂÄÃČÇĐÉÈÊËÍÌÎÏŊÑÓÒÔÖÕŠŦÚÙÛÜÝŽ', 'æøåáàâäãčçđéèêëíìîïŋñóòôöõšŧúùûüýž'
        ),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+', ' ', 'g'
    )
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION case_words(names text, content text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
    SELECT to_tsvector('simple', case_text(names))
        || to_tsvector('norwegian', case_text(names || ' ' || COALESCE(content, '')))
$$;
-- +goose StatementEnd

-- A word that says nothing in Norwegian (og, i) narrows nothing.
-- +goose StatementBegin
CREATE FUNCTION case_query(words text[], phrases text[], without text[]) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    word  text;
    part  tsquery;
    asked tsquery;
BEGIN
    FOREACH word IN ARRAY words LOOP
        word := replace(case_text(word), ' ', '');
        CONTINUE WHEN word = '' OR numnode(to_tsquery('norwegian', word)) = 0;
        part := to_tsquery('simple', word || ':*') || to_tsquery('norwegian', word || ':*');
        asked := COALESCE(asked && part, part);
    END LOOP;
    FOREACH word IN ARRAY phrases LOOP
        part := phraseto_tsquery('norwegian', case_text(word));
        CONTINUE WHEN numnode(part) = 0;
        asked := COALESCE(asked && part, part);
    END LOOP;
    FOREACH word IN ARRAY without LOOP
        part := phraseto_tsquery('norwegian', case_text(word));
        CONTINUE WHEN numnode(part) = 0;
        part := !!(part || phraseto_tsquery('simple', case_text(word)));
        asked := COALESCE(asked && part, part);
    END LOOP;
    RETURN asked;
END
$$;
-- +goose StatementEnd

CREATE TABLE case_search (
    instance  uuid     NOT NULL,
    owner     bigint   NOT NULL,
    org       text     NOT NULL,
    app       text     NOT NULL,
    applicant bigint   NOT NULL DEFAULT 0,
    words     tsvector NOT NULL,
    CONSTRAINT case_search_pkey PRIMARY KEY (instance),
    CONSTRAINT case_search_instance_fkey
        FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE
);

CREATE INDEX case_search_words ON case_search USING gin (words);
CREATE INDEX case_search_applicant ON case_search (owner, applicant) WHERE applicant <> 0;

-- +goose StatementBegin
CREATE FUNCTION index_case(case_id uuid) RETURNS void
    LANGUAGE sql AS
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
    )
    FROM instance AS i
    WHERE i.id = case_id AND i.ready
    ON CONFLICT (instance) DO UPDATE
    SET words = EXCLUDED.words, applicant = EXCLUDED.applicant
    WHERE s.words <> EXCLUDED.words OR s.applicant <> EXCLUDED.applicant
$$;
-- +goose StatementEnd

SELECT index_case(i.id) FROM instance AS i WHERE i.ready;

COMMENT ON FUNCTION case_text IS 'Text with a space for each run of signs that are in no word.';
COMMENT ON FUNCTION case_words IS
    'What a case is found by: names as they are written, everything by its Norwegian stem.';
COMMENT ON FUNCTION case_query IS
    'Words (each may be a beginning), exact phrases, and what must not be there; NULL for none.';
COMMENT ON FUNCTION index_case IS 'Writes what a case is found by; nothing for what is no case.';
COMMENT ON TABLE case_search IS
    'What is written in each case, in its documents and its attachments'' names, for the search.';
COMMENT ON COLUMN case_search.applicant IS 'The party that sent it; 0 when nobody here did.';
