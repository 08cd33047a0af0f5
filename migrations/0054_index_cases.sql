-- +goose Up
-- The cases to index are found by their key, however many their owner has.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_cases(cases uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    -- One by one: taken together, the planner would rather read all that an organisation owns.
    cases := ARRAY(
        SELECT k.id
        FROM unnest(cases) AS c (id)
        CROSS JOIN LATERAL (
            SELECT i.id
            FROM instance AS i
            WHERE i.id = c.id AND i.ready
              AND EXISTS (SELECT FROM party AS p WHERE p.id = i.owner AND p.org IS NOT NULL)
            LIMIT 1
        ) AS k
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
