-- +goose Up
-- A search for a value among open cases looked at every case that has it, and whether it had ended was read
-- of each: among a million cases a quarter of a second, where all that have it have ended.
ALTER TABLE case_value ADD COLUMN ended boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN case_value.ended IS 'Whether the case has ended; kept by the trigger close_values.';

UPDATE case_value AS v
SET ended = true
FROM instance AS i
WHERE i.id = v.instance AND i.ended IS NOT NULL;

DROP INDEX case_value_number;
DROP INDEX case_value_written;
CREATE INDEX case_value_number ON case_value (owner, field, ended, number) WHERE number IS NOT NULL;
CREATE INDEX case_value_written ON case_value (owner, field, ended, written);

-- +goose StatementBegin
CREATE FUNCTION close_values() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    UPDATE case_value AS v SET ended = NEW.ended IS NOT NULL WHERE v.instance = NEW.id;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION close_values FROM PUBLIC;

CREATE TRIGGER close AFTER UPDATE OF ended ON instance
    FOR EACH ROW WHEN ((NEW.ended IS NULL) <> (OLD.ended IS NULL)) EXECUTE FUNCTION close_values();

COMMENT ON FUNCTION close_values IS 'Notes at the values of a case whether it has ended.';

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

    INSERT INTO case_value AS v (instance, owner, field, written, number, ended)
    SELECT i.id, i.owner, d.key, lower(case_text(left(d.value, 200))),
        CASE WHEN d.value ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$' THEN d.value::numeric END, i.ended IS NOT NULL
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
CREATE FUNCTION cases_with_values(
    of_owner bigint, among uuid[], fields text[], signs text[], bounds text[], most int,
    states boolean[]
) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_bitmapscan = off SET enable_seqscan = off AS
$$
DECLARE
    tables text;
    asked  text;
BEGIN
    IF NOT stands(of_owner, NULL, NULL) OR signs <@ ARRAY['<', '<=', '>', '>=', '='] IS NOT TRUE THEN
        RETURN;
    END IF;
    SELECT string_agg(format('case_value AS v%s', c.n), ', ' ORDER BY c.n),
        string_agg(format('v%1$s.instance = v1.instance AND v%1$s.owner = $1 AND v%1$s.field = %2$L AND v%1$s.ended = ANY ($4) AND ',
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
    IF tables IS NULL THEN
        RETURN;
    END IF;
    IF among IS NOT NULL THEN
        -- Each is read by its key, whatever else they have in common.
        tables := 'unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT v.* FROM case_value AS v WHERE v.instance = k.id'
            || ' AND v.field = ' || quote_literal(fields[1]) || ' LIMIT 1) AS v1'
            || substr(tables, length('case_value AS v1') + 1);
    END IF;
    RETURN QUERY EXECUTE 'SELECT v1.instance FROM ' || tables || ' WHERE ' || asked || ' LIMIT $3'
    USING of_owner, among, most, states;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION cases_valued_among(
    of_owner bigint, among uuid[], fields text[], signs text[], bounds text[], most int
) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    RETURN QUERY
    SELECT a.instance
    FROM cases_with_values(of_owner, among, fields, signs, bounds, most, '{false,true}') AS a (instance);
END
$$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION cases_with_values FROM PUBLIC;
DROP FUNCTION cases_valued;

COMMENT ON FUNCTION cases_with_values IS
    'The owner''s cases, open (false) or ended (true), of some of them or (NULL) of all, whose data fields compare so with the bounds; so many at most.';
COMMENT ON FUNCTION cases_valued_among IS
    'As cases_with_values, of open and ended ones: asked by processes of the release before.';
