-- +goose Up
-- What cases are found by is written for all that a transaction has changed, in one statement: the
-- words that are new in one order, so that no two transactions wait for each other's words.
-- +goose StatementBegin
CREATE FUNCTION index_cases(cases uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    INSERT INTO name_word AS n (owner, word)
    SELECT DISTINCT i.owner, w
    FROM instance AS i
    CROSS JOIN LATERAL unnest(name_words(concat_ws(' ', i.title, i.applicant))) AS w
    WHERE i.id = ANY (cases) AND i.ready AND NOT EXISTS (
        SELECT FROM name_word AS k
        WHERE k.owner = i.owner AND k.word = w AND k.lost IS NULL
    )
    ORDER BY i.owner, w
    ON CONFLICT (owner, word) DO UPDATE SET lost = NULL WHERE n.lost IS NOT NULL;

    SELECT index_case(c) FROM unnest(cases) AS c;

    DELETE FROM case_value AS v
    USING instance AS i
    WHERE v.instance = ANY (cases) AND i.id = v.instance
      AND NOT COALESCE(i.data_values ? v.field, false);

    INSERT INTO case_value AS v (instance, owner, field, written, number)
    SELECT i.id, i.owner, d.key, lower(case_text(left(d.value, 200))),
        CASE WHEN d.value ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$' THEN d.value::numeric END
    FROM instance AS i
    CROSS JOIN LATERAL jsonb_each_text(i.data_values) AS d
    WHERE i.id = ANY (cases) AND i.ready AND d.value IS NOT NULL
      -- What a delivery brings along is no answer.
      AND d.key NOT IN ('deliveryId', 'reference', 'sourceInstance', 'thread')
    ON CONFLICT (instance, field) DO UPDATE
    SET written = EXCLUDED.written, number = EXCLUDED.number
    WHERE v.written <> EXCLUDED.written OR v.number IS DISTINCT FROM EXCLUDED.number;
$$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION index_cases FROM PUBLIC;

COMMENT ON FUNCTION index_cases IS 'Writes what cases are found by; nothing for what is no case.';
