-- +goose Up
-- The words of the cases' names (title and applicant), each once for an owner. A word is found by
-- what is left of it when one letter is away, and by any four letters that stand together in it:
-- both are equalities, which an index answers. Two words that one slip parts (a letter too many,
-- too few, another, or two that changed places) have what is left of them in common.
-- +goose StatementBegin
CREATE FUNCTION word_slips(word text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
    SELECT ARRAY['-' || word] || ARRAY(
        SELECT DISTINCT '-' || left(word, n - 1) || substr(word, n + 1)
        FROM generate_series(1, char_length(word)) AS n
    )
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION word_parts(word text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
    SELECT ARRAY(
        SELECT DISTINCT substr(word, n, 4) FROM generate_series(1, char_length(word) - 3) AS n
    )
$$;
-- +goose StatementEnd

CREATE TABLE name_word (
    owner bigint  NOT NULL,
    word  text    NOT NULL,
    -- Whether a case that had it has lost it, so that it may be in none any more.
    lost  boolean NOT NULL DEFAULT false,
    keys  text[]  NOT NULL GENERATED ALWAYS AS (word_slips(word) || word_parts(word)) STORED,
    CONSTRAINT name_word_pkey PRIMARY KEY (owner, word),
    CONSTRAINT name_word_check CHECK (char_length(word) BETWEEN 4 AND 40)
);

CREATE INDEX name_word_keys ON name_word USING gin (keys);
CREATE INDEX name_word_lost ON name_word (owner, word) WHERE lost;

-- The values of the data fields that an app declares, to be compared with.
CREATE TABLE case_value (
    instance uuid    NOT NULL,
    owner    bigint  NOT NULL,
    field    text    NOT NULL,
    written  text    COLLATE "C" NOT NULL,
    number   numeric,
    CONSTRAINT case_value_pkey PRIMARY KEY (instance, field),
    CONSTRAINT case_value_instance_fkey
        FOREIGN KEY (instance) REFERENCES instance (id) ON DELETE CASCADE
);

CREATE INDEX case_value_number ON case_value (owner, field, number) WHERE number IS NOT NULL;
CREATE INDEX case_value_written ON case_value (owner, field, written);

-- +goose StatementBegin
CREATE FUNCTION name_words(names text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
    SELECT ARRAY(
        SELECT DISTINCT w
        FROM regexp_split_to_table(lower(case_text(names)), ' +') AS w
        WHERE char_length(w) BETWEEN 4 AND 40 AND w !~ '[0-9]'
        ORDER BY w
    )
$$;
-- +goose StatementEnd

-- A word that nobody's case has any more is no word of a name: whose name it was may be gone.
-- +goose StatementBegin
CREATE FUNCTION lose_words() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    UPDATE name_word AS n
    SET lost = true
    WHERE n.owner = OLD.owner AND NOT n.lost AND n.word = ANY (tsvector_to_array(OLD.words))
      AND (TG_OP = 'DELETE' OR n.word <> ALL (tsvector_to_array(NEW.words)));
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER lose_words_changed AFTER UPDATE ON case_search
    FOR EACH ROW EXECUTE FUNCTION lose_words();
CREATE TRIGGER lose_words_deleted AFTER DELETE ON case_search
    FOR EACH ROW EXECUTE FUNCTION lose_words();

-- +goose StatementBegin
CREATE FUNCTION forget_lost_words() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    WITH marked AS (
        SELECT n.owner, n.word, EXISTS (
            SELECT FROM case_search AS s
            WHERE s.owner = n.owner AND s.words @@ quote_literal(n.word)::tsquery
        ) AS kept
        FROM name_word AS n
        WHERE n.lost
        ORDER BY n.owner, n.word
        LIMIT 1000
        FOR UPDATE SKIP LOCKED
    ), found AS (
        UPDATE name_word AS n
        SET lost = false
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
CREATE FUNCTION index_names(case_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    INSERT INTO name_word AS n (owner, word)
    SELECT i.owner, w
    FROM instance AS i
    CROSS JOIN LATERAL unnest(name_words(concat_ws(' ', i.title, i.applicant))) AS w
    WHERE i.id = case_id AND i.ready
    ORDER BY w
    ON CONFLICT (owner, word) DO UPDATE SET lost = false WHERE n.lost;

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

SELECT index_names(i.id) FROM instance AS i WHERE i.ready;

-- Words that a word stands inside of: a compound is found by its parts. What it begins with is
-- found without. The planner takes every part to be common, and would read every word: only the
-- index of parts is left to it.
-- +goose StatementBegin
CREATE FUNCTION words_around(of_owner bigint, word text) RETURNS tsquery
    LANGUAGE plpgsql STABLE
    SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS
$$
DECLARE
    inside text := lower(replace(case_text(word), ' ', ''));
    around text;
BEGIN
    IF char_length(inside) < 4 THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(quote_literal(f.word), ' | ') INTO around
    FROM (
        SELECT n.word
        FROM name_word AS n
        WHERE n.owner = of_owner AND n.keys @> word_parts(inside)
          AND strpos(n.word, inside) > 1
        LIMIT 100
    ) AS f;
    RETURN around::tsquery;
END
$$;
-- +goose StatementEnd

-- Each of the words may be several with a bar between them, of which one is enough.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION cases_with(
    of_owner bigint, words text[], phrases text[], without text[], tags text[]
)
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    asked tsquery := case_query('{}', phrases, without, tags);
    word  text;
    one   text;
    part  tsquery;
BEGIN
    IF NOT stands(of_owner, NULL, NULL) THEN
        RETURN;
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
    RETURN QUERY
    SELECT s.instance FROM case_search AS s WHERE s.owner = of_owner AND s.words @@ asked;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION near_words(of_owner bigint, words text[])
    RETURNS TABLE (typed text, near text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS
$$
BEGIN
    IF stands(of_owner, NULL, NULL) THEN
        RETURN QUERY
        SELECT t.word, n.word
        FROM unnest(words) AS t (word)
        CROSS JOIN LATERAL (
            SELECT w.word
            FROM name_word AS w
            WHERE w.owner = of_owner AND w.keys && word_slips(lower(case_text(t.word)))
            LIMIT 50
        ) AS n
        WHERE char_length(t.word) BETWEEN 4 AND 40;
    END IF;
END
$$;
-- +goose StatementEnd

-- Every condition is a data field, how it is compared, and with what.
-- +goose StatementBegin
CREATE FUNCTION cases_valued(of_owner bigint, fields text[], signs text[], bounds text[])
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    tables text;
    asked  text;
BEGIN
    IF NOT stands(of_owner, NULL, NULL) OR signs <@ ARRAY['<', '<=', '>', '>=', '='] IS NOT TRUE THEN
        RETURN;
    END IF;
    SELECT string_agg(format('case_value AS v%s', c.n), ', ' ORDER BY c.n),
        string_agg(format('v%1$s.instance = v1.instance AND v%1$s.owner = $1 AND v%1$s.field = %2$L AND ',
            c.n, c.field) || CASE
            WHEN c.bound ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$'
                THEN format('v%s.number %s %L::numeric', c.n, c.sign, c.bound)
            WHEN c.sign = '='
                THEN format('v%1$s.written >= %2$L AND v%1$s.written < %2$L || chr(1114111)', c.n, c.words)
            ELSE format('v%s.written %s %L', c.n, c.sign, c.words)
        END, ' AND ' ORDER BY c.n)
    INTO tables, asked
    FROM (
        SELECT u.n, u.field, u.sign, u.bound, lower(case_text(u.bound)) AS words
        FROM unnest(fields, signs, bounds) WITH ORDINALITY AS u (field, sign, bound, n)
    ) AS c;
    IF tables IS NOT NULL THEN
        RETURN QUERY EXECUTE 'SELECT v1.instance FROM ' || tables || ' WHERE ' || asked USING of_owner;
    END IF;
END
$$;
-- +goose StatementEnd

-- They are read and written by functions only, as the search table is.
ALTER TABLE name_word ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_value ENABLE ROW LEVEL SECURITY;

REVOKE EXECUTE ON FUNCTION index_names, near_words, cases_valued, forget_lost_words,
    lose_words FROM PUBLIC;

COMMENT ON FUNCTION word_slips IS 'A word, and what is left of it when one letter is away.';
COMMENT ON FUNCTION word_parts IS 'The fours of letters that stand together in a word.';
COMMENT ON FUNCTION name_words IS 'The words of names that a slip in typing is forgiven for.';
COMMENT ON FUNCTION lose_words IS 'Marks the words of names that a case has no more.';
COMMENT ON FUNCTION forget_lost_words IS
    'Removes the marked words that no case has, a thousand at a time, and gives how many.';
COMMENT ON FUNCTION index_names IS 'Writes the words of a case''s names and the values of its data fields.';
COMMENT ON FUNCTION words_around IS
    'The words of names at an owner that a word stands inside of, any of which is enough; NULL for none.';
COMMENT ON FUNCTION near_words IS 'The words of names at an owner that one slip may part from each typed one.';
COMMENT ON FUNCTION cases_valued IS 'The owner''s cases whose data fields compare so with the bounds.';
COMMENT ON TABLE name_word IS 'The words of the cases'' titles and applicants, each once for an owner.';
COMMENT ON TABLE case_value IS 'The values of the data fields that apps declare, for the search.';
COMMENT ON COLUMN case_value.written IS 'The value in small letters.';
COMMENT ON COLUMN case_value.number IS 'The same as a number, where it is one.';
