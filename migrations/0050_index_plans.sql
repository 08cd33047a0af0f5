-- +goose Up
-- What a case is found by is written with each delivery and each step. A function in SQL is planned anew at
-- every call, which took several times as long as the writing; one in PL/pgSQL is planned once for each
-- connection. What is no service owner's is searched by nobody, and is not written any more.
DELETE FROM case_search AS s USING party AS p WHERE p.id = s.owner AND p.org IS NULL;
DELETE FROM case_value AS v USING party AS p WHERE p.id = v.owner AND p.org IS NULL;
DELETE FROM name_word AS n USING party AS p WHERE p.id = n.owner AND p.org IS NULL;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_case(case_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM instance AS i
        JOIN party AS p ON p.id = i.owner AND p.org IS NOT NULL
        WHERE i.id = case_id AND i.ready
    ) THEN
        RETURN;
    END IF;
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
    PERFORM index_names(case_id);
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_names(case_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    INSERT INTO name_word AS n (owner, word)
    SELECT i.owner, w
    FROM instance AS i
    CROSS JOIN LATERAL unnest(name_words(concat_ws(' ', i.title, i.applicant))) AS w
    WHERE i.id = case_id AND NOT EXISTS (
        SELECT FROM name_word AS k
        WHERE k.owner = i.owner AND k.word = w AND k.lost IS NULL
    )
    ORDER BY w
    ON CONFLICT (owner, word) DO UPDATE SET lost = NULL WHERE n.lost IS NOT NULL;

    DELETE FROM case_value AS v
    USING instance AS i
    WHERE v.instance = case_id AND i.id = case_id
      AND NOT COALESCE(i.data_values ? v.field, false);

    INSERT INTO case_value AS v (instance, owner, field, written, number)
    SELECT i.id, i.owner, d.key, lower(case_text(left(d.value, 200))),
        CASE WHEN d.value ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$' THEN d.value::numeric END
    FROM instance AS i
    CROSS JOIN LATERAL jsonb_each_text(i.data_values) AS d
    WHERE i.id = case_id AND d.value IS NOT NULL
      -- What a delivery brings along is no answer.
      AND d.key NOT IN ('deliveryId', 'reference', 'sourceInstance', 'thread')
    ON CONFLICT (instance, field) DO UPDATE
    SET written = EXCLUDED.written, number = EXCLUDED.number
    WHERE v.written <> EXCLUDED.written OR v.number IS DISTINCT FROM EXCLUDED.number;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION owner_here(of_owner bigint, of_instance uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i WHERE i.id = of_instance AND i.owner = abs(of_owner)
    ) THEN
        RETURN abs(of_owner);
    END IF;
    RETURN -abs(of_owner);
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION app_of_case(of_owner bigint, of_case uuid) RETURNS TABLE (org text, app text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    RETURN QUERY
    SELECT i.org, i.app
    FROM instance AS i
    WHERE i.id = of_case AND i.owner IS NOT DISTINCT FROM of_owner AND i.ready;
END
$$;
-- +goose StatementEnd

COMMENT ON FUNCTION index_case IS
    'Writes what a service owner''s case is found by; nothing for what is no case.';
COMMENT ON FUNCTION index_names IS
    'Writes the words of a case''s names and the values of its data fields: a part of index_case.';
