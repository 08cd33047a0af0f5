-- +goose Up
-- A case is found by the number of the organisation that sent it, too: it stands in no document where
-- the form asks the register for it.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_case(case_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    INSERT INTO case_search AS s (instance, owner, org, app, applicant, words)
    SELECT i.id, i.owner, i.org, i.app, COALESCE(i.source_owner, 0), case_words(
        concat_ws(' ', i.title, i.applicant, i.reference, (
            SELECT p.organisation_number
            FROM party AS p
            WHERE p.id = i.source_owner
        ), (
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
    WHERE i.id = case_id
    ON CONFLICT (instance) DO UPDATE
    SET words = EXCLUDED.words, applicant = EXCLUDED.applicant
    WHERE s.words <> EXCLUDED.words OR s.applicant <> EXCLUDED.applicant;
END
$$;
-- +goose StatementEnd

-- What begins as the stem of a word has what begins as the word: asked for twice, it is read twice, and
-- twice as many cases are expected.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION case_query(words text[], phrases text[], without text[]) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    word  text;
    part  tsquery;
    stem  tsquery;
    asked tsquery;
BEGIN
    FOREACH word IN ARRAY words LOOP
        word := replace(case_text(word), ' ', '');
        CONTINUE WHEN word = '' OR numnode(to_tsquery('norwegian', word)) = 0;
        part := to_tsquery('simple', word || ':*');
        stem := to_tsquery('norwegian', word || ':*');
        IF starts_with(part::text, regexp_replace(stem::text, ''':[*]$', '')) THEN
            part := stem;
        ELSE
            part := part || stem;
        END IF;
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

-- Words that nearly all cases have are looked for in the newest cases: what is left is read in the index of
-- words, and needs no plan of its own for each search.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION cases_fitting(
    of_owner bigint, words text[], phrases text[], without text[], tags text[], most int
) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_bitmapscan = on SET enable_seqscan = off AS
$$
DECLARE
    asked tsquery := cases_asked(of_owner, words, phrases, without, tags);
BEGIN
    RETURN QUERY
    SELECT s.instance FROM case_search AS s WHERE s.owner = of_owner AND s.words @@ asked LIMIT most;
END
$$;
-- +goose StatementEnd

SELECT index_case(s.instance)
FROM case_search AS s
JOIN party AS p ON p.id = s.applicant AND p.organisation_number IS NOT NULL;
