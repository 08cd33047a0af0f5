-- +goose Up
-- A session that has planned while there were few cases finds each by its key all the same.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_cases(cases uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    one uuid;
BEGIN
    -- Each by its key: taken together the planner would rather read all that an organisation owns, and each in an
    -- index of cases alone, or of what each organisation owns, while there are few.
    cases := ARRAY(
        SELECT k.id
        FROM unnest(cases) AS c (id)
        CROSS JOIN LATERAL (
            SELECT i.id
            FROM instance AS i
            WHERE i.id = c.id AND i.ready IS NOT DISTINCT FROM true
              AND (SELECT p.org FROM party AS p WHERE p.id = i.owner) IS NOT NULL
            LIMIT 1
        ) AS k
    );
    IF cases = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO name_word AS n (owner, word)
    SELECT DISTINCT i.owner, w
    FROM unnest(cases) AS c (id)
    CROSS JOIN LATERAL (
        SELECT k.owner, k.title, k.applicant
        FROM instance AS k
        WHERE k.id = c.id
        LIMIT 1
    ) AS i
    CROSS JOIN LATERAL unnest(name_words(concat_ws(' ', i.title, i.applicant))) AS w
    WHERE NOT EXISTS (
        SELECT FROM name_word AS k
        WHERE k.owner = i.owner AND k.word = w AND k.lost IS NULL
    )
    ORDER BY i.owner, w
    ON CONFLICT (owner, word) DO UPDATE SET lost = NULL WHERE n.lost IS NOT NULL;

    FOREACH one IN ARRAY cases LOOP
        PERFORM index_case(one);

        DELETE FROM case_value AS v
        WHERE v.instance = one
          AND NOT COALESCE((SELECT i.data_values ? v.field FROM instance AS i WHERE i.id = one), false);

        INSERT INTO case_value AS v (instance, owner, field, written, number, ended)
        SELECT i.id, i.owner, d.key, lower(case_text(left(d.value, 200))),
            CASE WHEN d.value ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$' THEN d.value::numeric END, i.ended IS NOT NULL
        FROM instance AS i
        CROSS JOIN LATERAL jsonb_each_text(i.data_values) AS d
        WHERE i.id = one AND d.value IS NOT NULL
          -- What a delivery brings along is no answer.
          AND d.key NOT IN ('deliveryId', 'reference', 'sourceInstance', 'thread')
        ON CONFLICT (instance, field) DO UPDATE
        SET written = EXCLUDED.written, number = EXCLUDED.number
        WHERE v.written <> EXCLUDED.written OR v.number IS DISTINCT FROM EXCLUDED.number;
    END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION app_of_case(of_owner bigint, of_case uuid) RETURNS TABLE(org text, app text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    RETURN QUERY
    SELECT i.org, i.app
    FROM instance AS i
    WHERE i.id = of_case AND i.owner IS NOT DISTINCT FROM of_owner AND i.ready IS NOT DISTINCT FROM true;
END
$$;
-- +goose StatementEnd

-- What hangs on a row is seen by who sees that row, which is looked for by its key: the OFFSET keeps the planner from
-- reading all rows that the reader may see first, which it thinks well of while there are few.
ALTER POLICY asked ON upload USING (COALESCE(
    taken_by = (SELECT asking()) OR (SELECT asking_system())
        OR EXISTS (SELECT FROM element AS e WHERE e.upload = upload.id OFFSET 0), false));
ALTER POLICY asked ON upload_chunk USING (COALESCE(
    (SELECT asking_system())
        OR EXISTS (SELECT FROM element AS e WHERE e.upload = upload_chunk.upload OFFSET 0)
        OR EXISTS (
            SELECT FROM upload AS u
            WHERE u.id = upload_chunk.upload AND NOT u.attached AND u.taken_by = (SELECT asking())
            OFFSET 0
        ), false));
ALTER POLICY asked ON delivery_attempt USING (
    EXISTS (SELECT FROM delivery AS d WHERE d.id = delivery_attempt.delivery OFFSET 0));
ALTER POLICY asked ON subscription_attempt USING (COALESCE((SELECT asking_system()), false)
    OR EXISTS (SELECT FROM subscription AS s WHERE s.id = subscription_attempt.subscription OFFSET 0));
ALTER POLICY asked ON bulk_row USING (EXISTS (SELECT FROM bulk AS b WHERE b.id = bulk_row.bulk OFFSET 0));
ALTER POLICY asked ON notice USING (COALESCE((SELECT asking_system())
    OR EXISTS (SELECT FROM instance AS i WHERE i.id = notice.instance OFFSET 0), false));
-- +goose StatementBegin
DO $$
DECLARE
    hangs text;
BEGIN
    FOREACH hangs IN ARRAY ARRAY['element', 'confirmation', 'correction', 'case_hold', 'case_tag', 'case_version', 'case_step'] LOOP
        EXECUTE format(
            'ALTER POLICY asked ON %1$I USING (EXISTS (SELECT FROM instance AS i WHERE i.id = %1$I.instance OFFSET 0))', hangs);
    END LOOP;
    FOREACH hangs IN ARRAY ARRAY['case_note', 'case_mention', 'case_presence', 'case_check', 'case_duplicate'] LOOP
        EXECUTE format(
            'ALTER POLICY asked ON %1$I USING ((SELECT asking_org()) IS NULL
                AND EXISTS (SELECT FROM instance AS i WHERE i.id = %1$I.instance OFFSET 0))', hangs);
    END LOOP;
END
$$;
-- +goose StatementEnd
