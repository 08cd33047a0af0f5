-- +goose Up
-- What cases are found by is written for all that a transaction has changed, in one statement: the
-- words that are new in one order, so that no two transactions wait for each other's words.
-- +goose StatementBegin
CREATE FUNCTION index_cases(cases uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    cases := ARRAY(
        SELECT i.id
        FROM instance AS i
        JOIN party AS p ON p.id = i.owner AND p.org IS NOT NULL
        WHERE i.id = ANY (cases) AND i.ready
    );
    IF cases = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO name_word AS n (owner, word)
    SELECT DISTINCT i.owner, w
    FROM instance AS i
    CROSS JOIN LATERAL unnest(name_words(concat_ws(' ', i.title, i.applicant))) AS w
    WHERE i.id = ANY (cases) AND NOT EXISTS (
        SELECT FROM name_word AS k
        WHERE k.owner = i.owner AND k.word = w AND k.lost IS NULL
    )
    ORDER BY i.owner, w
    ON CONFLICT (owner, word) DO UPDATE SET lost = NULL WHERE n.lost IS NOT NULL;

    PERFORM index_case(c) FROM unnest(cases) AS c;

    DELETE FROM case_value AS v
    USING instance AS i
    WHERE v.instance = ANY (cases) AND i.id = v.instance
      AND NOT COALESCE(i.data_values ? v.field, false);

    INSERT INTO case_value AS v (instance, owner, field, written, number)
    SELECT i.id, i.owner, d.key, lower(case_text(left(d.value, 200))),
        CASE WHEN d.value ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$' THEN d.value::numeric END
    FROM instance AS i
    CROSS JOIN LATERAL jsonb_each_text(i.data_values) AS d
    WHERE i.id = ANY (cases) AND d.value IS NOT NULL
      -- What a delivery brings along is no answer.
      AND d.key NOT IN ('deliveryId', 'reference', 'sourceInstance', 'thread')
    ON CONFLICT (instance, field) DO UPDATE
    SET written = EXCLUDED.written, number = EXCLUDED.number
    WHERE v.written <> EXCLUDED.written OR v.number IS DISTINCT FROM EXCLUDED.number;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_case(case_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
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
    WHERE i.id = case_id
    ON CONFLICT (instance) DO UPDATE
    SET words = EXCLUDED.words, applicant = EXCLUDED.applicant
    WHERE s.words <> EXCLUDED.words OR s.applicant <> EXCLUDED.applicant;
END
$$;
-- +goose StatementEnd

-- A word that very many cases have is not looked up case by case: how many is asked of the planner, who
-- knows it from what it has sampled, and the newest cases are then looked through for it.
-- +goose StatementBegin
CREATE FUNCTION cases_asked(
    of_owner bigint, words text[], phrases text[], without text[], tags text[]
) RETURNS tsquery
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    asked tsquery := case_query('{}', phrases, without, tags);
    word  text;
    one   text;
    part  tsquery;
BEGIN
    IF NOT stands(of_owner, NULL, NULL) THEN
        RETURN NULL;
    END IF;
    FOREACH word IN ARRAY words LOOP
        part := NULL;
        FOREACH one IN ARRAY string_to_array(word, '|') LOOP
            part := COALESCE(part || case_query(ARRAY[one], '{}', '{}'), part,
                case_query(ARRAY[one], '{}', '{}'));
        END LOOP;
        -- A word that says nothing narrows nothing, whatever it stands inside of.
        CONTINUE WHEN part IS NULL;
        part := COALESCE(part || words_around(of_owner, word), part);
        asked := COALESCE(asked && part, part);
    END LOOP;
    RETURN asked;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION cases_fitting(
    of_owner bigint, words text[], phrases text[], without text[], tags text[], most int
) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    asked tsquery := cases_asked(of_owner, words, phrases, without, tags);
BEGIN
    IF asked IS NULL THEN
        RETURN;
    END IF;
    -- Planned anew with the words known: some of those that nearly all cases have are found by reading a
    -- few, and not in the index.
    RETURN QUERY EXECUTE format(
        'SELECT s.instance FROM case_search AS s WHERE s.owner = $1 AND s.words @@ %L::tsquery LIMIT %s',
        asked, COALESCE(most::text, 'ALL')
    ) USING of_owner;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION cases_among(
    of_owner bigint, among uuid[], words text[], phrases text[], without text[], tags text[]
) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    -- The cases are read one by one by their ids, never all that have the words.
    SET enable_bitmapscan = off SET enable_seqscan = off AS
$$
DECLARE
    asked tsquery := cases_asked(of_owner, words, phrases, without, tags);
BEGIN
    RETURN QUERY
    SELECT s.instance
    FROM case_search AS s
    WHERE s.instance = ANY (among) AND s.owner = of_owner AND s.words @@ asked;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION cases_expected(
    of_owner bigint, words text[], phrases text[], without text[], tags text[],
    OUT fitting float, OUT altogether float
)    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    asked tsquery := cases_asked(of_owner, words, phrases, without, tags);
    plan  json;
BEGIN
    IF asked IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM case_search AS s WHERE s.owner = %s AND s.words @@ %L',
        of_owner, asked) INTO plan;
    fitting := plan #>> '{0,Plan,Plan Rows}';
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM case_search AS s WHERE s.owner = %s', of_owner)
    INTO plan;
    altogether := plan #>> '{0,Plan,Plan Rows}';
END
$$;
-- +goose StatementEnd

-- The program's own statements are never read by a bitmap: a list is read in its order, and a guess that
-- few rows fit is no reason to read them all. An index of words can be read in no other way.
ALTER FUNCTION cases_fitting SET enable_bitmapscan = on;
ALTER FUNCTION cases_with SET enable_bitmapscan = on;
ALTER FUNCTION cases_of_number SET enable_bitmapscan = on;
ALTER FUNCTION near_words SET enable_bitmapscan = on;
ALTER FUNCTION words_around SET enable_bitmapscan = on;
ALTER FUNCTION forget_lost_words SET enable_bitmapscan = on;

-- What lists are read of has few owners, though citizens are many: where the planner believes that one of
-- them has next to nothing, any index is as good as the list's own to it.
ALTER TABLE instance ALTER COLUMN owner SET (n_distinct = 20);
ANALYZE instance;

REVOKE EXECUTE ON FUNCTION index_cases, cases_asked, cases_fitting,
    cases_among, cases_expected FROM PUBLIC;

COMMENT ON FUNCTION index_cases IS
    'Writes what service owners'' cases are found by; nothing for what is no case.';
COMMENT ON FUNCTION index_case IS 'Writes the words of one case: a part of index_cases.';

DROP FUNCTION index_names;
COMMENT ON FUNCTION cases_asked IS
    'What a search asks of an owner''s cases; NULL for nothing, and for who does not stand there.';
COMMENT ON FUNCTION cases_fitting IS
    'The owner''s cases in which the words are written and that have the tags, so many at most.';
COMMENT ON FUNCTION cases_among IS 'Those of some cases in which the words are written.';
COMMENT ON FUNCTION cases_expected IS
    'About how many of the owner''s cases have the words, and how many there are: an estimate.';
