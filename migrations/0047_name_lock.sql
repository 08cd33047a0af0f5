-- +goose Up
-- A word that is known already is left alone when a case is written: an upsert locks it even where
-- nothing changes, so that cases with a name in common were written one after the other. A case that is
-- being written while the last one with its word goes is not seen yet: the word is kept for longer
-- than a transaction can last.
DROP INDEX name_word_lost;
ALTER TABLE name_word
    ALTER COLUMN lost DROP DEFAULT,
    ALTER COLUMN lost DROP NOT NULL,
    ALTER COLUMN lost TYPE timestamptz USING CASE WHEN lost THEN now() END;
CREATE INDEX name_word_lost ON name_word (lost) WHERE lost IS NOT NULL;

COMMENT ON COLUMN name_word.lost IS
    'When a case that had it lost it, so that it may be in none any more.';

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION lose_words() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    UPDATE name_word AS n
    SET lost = now()
    WHERE n.owner = OLD.owner AND n.lost IS NULL AND n.word = ANY (tsvector_to_array(OLD.words))
      AND (TG_OP = 'DELETE' OR n.word <> ALL (tsvector_to_array(NEW.words)));
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION forget_lost_words() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    WITH marked AS (
        SELECT n.owner, n.word, EXISTS (
            SELECT FROM case_search AS s
            WHERE s.owner = n.owner AND s.words @@ quote_literal(n.word)::tsquery
        ) AS kept
        FROM name_word AS n
        WHERE n.lost < now() - interval '15 minutes'
        ORDER BY n.lost
        LIMIT 1000
        FOR UPDATE SKIP LOCKED
    ), found AS (
        UPDATE name_word AS n
        SET lost = NULL
        FROM marked AS o
        WHERE o.kept AND n.owner = o.owner AND n.word = o.word
    ), gone AS (
        DELETE FROM name_word AS n
        USING marked AS o
        WHERE NOT o.kept AND n.owner = o.owner AND n.word = o.word
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION index_names(case_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    INSERT INTO name_word AS n (owner, word)
    SELECT i.owner, w
    FROM instance AS i
    CROSS JOIN LATERAL unnest(name_words(concat_ws(' ', i.title, i.applicant))) AS w
    WHERE i.id = case_id AND i.ready AND NOT EXISTS (
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
    WHERE i.id = case_id AND i.ready AND d.value IS NOT NULL
      -- What a delivery brings along is no answer.
      AND d.key NOT IN ('deliveryId', 'reference', 'sourceInstance', 'thread')
    ON CONFLICT (instance, field) DO UPDATE
    SET written = EXCLUDED.written, number = EXCLUDED.number
    WHERE v.written <> EXCLUDED.written OR v.number IS DISTINCT FROM EXCLUDED.number
$$;
-- +goose StatementEnd
