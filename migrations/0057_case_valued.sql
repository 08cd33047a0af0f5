-- +goose Up
-- A bound that most cases are above is looked for in the newest of a scope, as common words are; and a
-- part of those that fit is enough to count them. Before, all were gathered first.
-- +goose StatementBegin
CREATE FUNCTION cases_valued_among(
    of_owner bigint, among uuid[], fields text[], signs text[], bounds text[], most int
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
    USING of_owner, among, most;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION cases_valued(of_owner bigint, fields text[], signs text[], bounds text[])
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    RETURN QUERY
    SELECT a.instance
    FROM cases_valued_among(of_owner, NULL, fields, signs, bounds, NULL) AS a (instance);
END
$$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION cases_valued_among FROM PUBLIC;

COMMENT ON FUNCTION cases_valued_among IS 'The owner''s cases, of some of them or (NULL) of all, whose data fields compare so with the bounds; so many at most.';
COMMENT ON FUNCTION cases_valued IS
    'As cases_valued_among, of all: asked by processes of the release before.';
