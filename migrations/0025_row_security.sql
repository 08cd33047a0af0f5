-- +goose Up
-- The second belt: whatever a query forgets, the database gives the serving role only the rows of
-- those that the transaction says it asks for. The settings are set with set_config(…, true) in
-- the statement that begins each transaction (store/belt.go) and end with it; one that is missing
-- gives no rows. Each is read in a subselect of its own, which is run once for a statement and not
-- for each row. The policies look at owner, org and app alone, which stand in the lists' indexes:
-- a count still reads nothing but its index. COALESCE is there for the planner: it takes a
-- condition in it to be true for every second row, and plans the lists by their own conditions.
CREATE FUNCTION asking() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('stafett.actor', true), '');

CREATE FUNCTION asking_system() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE(current_setting('stafett.actor', true) = 'system', false);

CREATE FUNCTION asking_person() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN substring(current_setting('stafett.actor', true) FROM '^person:([0-9]+)$')::bigint;

CREATE FUNCTION asking_parties() RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('stafett.parties', true), '')::bigint[];

CREATE FUNCTION asking_org() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('stafett.org', true), '');

CREATE FUNCTION asking_apps() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('stafett.apps', true), '')::text[];

CREATE FUNCTION asking_open_org() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(split_part(current_setting('stafett.open', true), '/', 1), '');

CREATE FUNCTION asking_open_app() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(split_part(current_setting('stafett.open', true), '/', 2), '');

CREATE FUNCTION asking_delivering() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('stafett.deliveries', true), '');

COMMENT ON FUNCTION asking IS 'Who asks: person:<party>, org:<number> or system; NULL for nobody.';
COMMENT ON FUNCTION asking_system IS 'Whether the program itself asks.';
COMMENT ON FUNCTION asking_person IS 'The person who asks; NULL for others.';
COMMENT ON FUNCTION asking_parties IS
    'The parties whose rows are asked for: of those that the person acts for, or a list''s owner.';
COMMENT ON FUNCTION asking_org IS 'The service owner whose system asks; NULL for others.';
COMMENT ON FUNCTION asking_apps IS 'The apps that a list is of; {*} where no list is read.';
COMMENT ON FUNCTION asking_open_org IS
    'The service owner of an app whose own policy opens it to who holds no role.';
COMMENT ON FUNCTION asking_open_app IS 'That app.';
COMMENT ON FUNCTION asking_delivering IS
    'The service owner whose deliveries are followed; NULL where nobody has been let.';

-- Instances, and what has an owner and an app of its own.
ALTER TABLE instance ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON instance USING (COALESCE(
    owner = ANY ((SELECT asking_parties())::bigint[])
    OR org = (SELECT asking_org())
    OR (SELECT asking_system())
    OR app = (SELECT asking_open_app()) AND org = (SELECT asking_open_org()), false
));
CREATE POLICY listed ON instance AS RESTRICTIVE FOR SELECT USING (COALESCE(
    (SELECT '*' = ANY (asking_apps())) OR app = ANY ((SELECT asking_apps())::text[]), false
));

ALTER TABLE message ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON message USING (COALESCE(
    owner = ANY ((SELECT asking_parties())::bigint[])
    OR org = (SELECT asking_org())
    OR (SELECT asking_system())
    OR app = (SELECT asking_open_app()) AND org = (SELECT asking_open_org()), false
));
CREATE POLICY listed ON message AS RESTRICTIVE FOR SELECT USING (COALESCE(
    (SELECT '*' = ANY (asking_apps())) OR app = ANY ((SELECT asking_apps())::text[]), false
));

-- What belongs to an instance follows it.
ALTER TABLE element ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON element USING (
    EXISTS (SELECT FROM instance AS i WHERE i.id = element.instance)
);

ALTER TABLE confirmation ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON confirmation USING (
    EXISTS (SELECT FROM instance AS i WHERE i.id = confirmation.instance)
);

ALTER TABLE correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON correction USING (
    EXISTS (SELECT FROM instance AS i WHERE i.id = correction.instance)
);

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON notice USING (COALESCE(
    (SELECT asking_system()) OR EXISTS (SELECT FROM instance AS i WHERE i.id = notice.instance), false
));

ALTER TABLE seen ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON seen USING (COALESCE(
    person = (SELECT asking_person()) OR (SELECT asking_system()), false
));

-- A file is its sender's until it is attached. Then its content goes with what holds it.
ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON upload USING (COALESCE(
    taken_by = (SELECT asking()) OR (SELECT asking_system())
    OR EXISTS (SELECT FROM element AS e WHERE e.upload = upload.id), false
)) WITH CHECK (taken_by = (SELECT asking()) OR (SELECT asking_system()));

ALTER TABLE upload_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON upload_chunk USING (COALESCE(
    (SELECT asking_system())
    OR EXISTS (SELECT FROM element AS e WHERE e.upload = upload_chunk.upload)
    OR EXISTS (
        SELECT FROM upload AS u
        WHERE u.id = upload_chunk.upload AND NOT u.attached AND u.taken_by = (SELECT asking())
    ), false
));

-- Deliveries are their source's, and followed by those who administer its service owner.
ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON delivery USING (COALESCE(
    source_owner = ANY ((SELECT asking_parties())::bigint[])
    OR source_org = (SELECT asking_org())
    OR source_org = (SELECT asking_delivering())
    OR (SELECT asking_system()), false
));

DROP INDEX delivery_open;
CREATE INDEX delivery_open
    ON delivery (source_org, source_app, to_org, to_app, handover, state, source_owner)
    WHERE state <> 'delivered';

ALTER TABLE delivery_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON delivery_attempt USING (
    EXISTS (SELECT FROM delivery AS d WHERE d.id = delivery_attempt.delivery)
);

ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON idempotency_key USING (COALESCE(
    org = (SELECT asking_org()) OR (SELECT asking_system()), false
));

ALTER TABLE case_pick ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_pick USING (COALESCE(
    person = (SELECT asking_person()) OR (SELECT asking_system()), false
));

-- Anybody's act gets its line; who reads it must stand where the act was done.
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY appended ON audit_event FOR INSERT WITH CHECK (true);
CREATE POLICY asked ON audit_event FOR SELECT USING (COALESCE(
    party = ANY ((SELECT asking_parties())::bigint[])
    OR org = (SELECT asking_org())
    OR (SELECT asking_system()), false
));

-- The search table is read and written by functions only, which run as its owner: the operator
-- that its index is for may not be asked before a policy is.
ALTER TABLE case_search ENABLE ROW LEVEL SECURITY;

ALTER FUNCTION index_case(uuid) SECURITY DEFINER SET search_path = public, pg_temp;

-- What a function that runs as its owner asks before it answers.
CREATE FUNCTION stands(of_owner bigint, of_org text, of_app text) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN COALESCE(of_owner = ANY (asking_parties()), false)
        OR COALESCE(of_org = asking_org(), false)
        OR COALESCE(of_org = asking_open_org() AND of_app = asking_open_app(), false)
        OR asking_system();

-- +goose StatementBegin
CREATE FUNCTION cases_with(of_owner bigint, words text[], phrases text[], without text[])
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    asked tsquery := case_query(words, phrases, without);
BEGIN
    IF stands(of_owner, NULL, NULL) THEN
        RETURN QUERY
        SELECT s.instance FROM case_search AS s WHERE s.owner = of_owner AND s.words @@ asked;
    END IF;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION cases_of_number(of_owner bigint, number text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    IF stands(of_owner, NULL, NULL) THEN
        RETURN QUERY
        SELECT s.instance
        FROM case_search AS s
        JOIN party AS p ON p.id = s.applicant
        WHERE s.owner = of_owner AND s.applicant <> 0 AND p.person_number = number
        UNION
        SELECT s.instance
        FROM case_search AS s
        WHERE s.owner = of_owner AND s.words @@ plainto_tsquery('simple', number)
        LIMIT 1000;
    END IF;
END
$$;
-- +goose StatementEnd

-- A step hands over to others' instances of the same matter, and what was sent can be taken back
-- until the work on it is over: that needs their references, and nothing that is in them.
-- +goose StatementBegin
CREATE FUNCTION matter_of(of_instance uuid)
    RETURNS TABLE (org text, app text, owner bigint, id uuid, source_id uuid, ended boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    began uuid := COALESCE(
        (SELECT i.thread FROM instance AS i WHERE i.id = of_instance), of_instance
    );
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i
        WHERE (i.id = began OR i.thread = began)
          AND (stands(i.owner, i.org, i.app) OR i.org = asking_delivering())
    ) THEN
        RETURN QUERY
        SELECT i.org, i.app, i.owner, i.id, i.source_id, i.ended IS NOT NULL
        FROM instance AS i
        WHERE i.id = began OR i.thread = began
        ORDER BY i.created, i.id
        LIMIT 100;
    END IF;
END
$$;
-- +goose StatementEnd

-- A refusal is logged against the app that was asked for, also where who asked stands nowhere: this
-- gives which app a case at an owner is of, and nothing else, to who knows its id.
-- +goose StatementBegin
CREATE FUNCTION app_of_case(of_owner bigint, of_case uuid) RETURNS TABLE (org text, app text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    SELECT i.org, i.app
    FROM instance AS i
    WHERE i.id = of_case AND i.owner IS NOT DISTINCT FROM of_owner AND i.ready
$$;
-- +goose StatementEnd

-- Whoever applied is told who has opened it, at the organisation too, whose cases they do not see.
-- The matter is the instance itself and the cases that organisations made of what its owner sent.
-- What the owner's own side has opened is left out: people who open what the owner has do it in
-- the owner's name, and an organisation's system may be the owner's.
-- +goose StatementBegin
CREATE FUNCTION openings_of(of_instance uuid, of_began uuid, of_owner bigint)
    RETURNS TABLE (
        org text, app text, purpose text, name text, organisation text, times bigint,
        latest timestamptz
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
#variable_conflict use_column
BEGIN
    IF NOT stands(of_owner, NULL, NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH matter AS (
        SELECT i.id, i.owner
        FROM instance AS i
        WHERE i.id = of_instance AND i.owner = of_owner
        UNION ALL
        SELECT c.id, c.owner
        FROM instance AS c
        WHERE c.thread = of_began AND c.source_owner = of_owner AND c.owner <> of_owner
    ), opened AS (
        SELECT v.at, v.purpose, CASE WHEN v.purpose <> '' THEN v.org ELSE '' END AS org,
               CASE WHEN v.purpose <> '' THEN v.app ELSE '' END AS app,
               COALESCE(NULLIF(v.organisation_number, ''), o.organisation_number, '')
                   AS organisation
        FROM matter AS m
        JOIN party AS o ON o.id = m.owner
        CROSS JOIN LATERAL (
            SELECT e.at, e.org, e.app, e.purpose, e.organisation_number
            FROM audit_event AS e
            WHERE e.instance = m.id AND e.outcome = 'done' AND e.act IN ('read', 'download', 'print')
              AND (e.actor_kind = 'org' OR e.actor_kind = 'person' AND m.owner <> of_owner)
            ORDER BY e.id DESC
            LIMIT 1000
        ) AS v
    )
    SELECT v.org, v.app, v.purpose, COALESCE(p.name, ''), v.organisation, count(*), max(v.at)
    FROM opened AS v
    LEFT JOIN party AS p ON p.organisation_number = v.organisation
    WHERE p.id IS DISTINCT FROM of_owner
    GROUP BY v.org, v.app, v.purpose, p.name, v.organisation,
             (v.at AT TIME ZONE 'Europe/Oslo')::date
    ORDER BY max(v.at) DESC
    LIMIT 100;
END
$$;
-- +goose StatementEnd

-- Whoever follows a service owner's deliveries is told when what they are about happened. Who
-- opened it is not told; when a person opened what is their own, or another organisation what is
-- theirs, is not looked for.
-- +goose StatementBegin
CREATE FUNCTION delivery_times(of_delivery uuid)
    RETURNS TABLE (submitted timestamptz, made timestamptz, opened timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT CASE WHEN s.thread IS NULL THEN s.submitted END, t.created, (
        SELECT v.at
        FROM audit_event AS v
        WHERE v.instance = d.target_id AND v.act = 'read' AND v.actor_kind = 'person'
          AND v.outcome = 'done' AND v.at >= d.delivered AND d.owner_number <> ''
          AND d.to_org = d.source_org
        ORDER BY v.id
        LIMIT 1
    )
    FROM delivery AS d
    LEFT JOIN instance AS s ON s.id = d.source_id
    LEFT JOIN instance AS t ON t.id = d.target_id AND d.kind = 'instance'
    WHERE d.id = of_delivery AND (d.source_org = asking_delivering() OR asking_system());
END
$$;
-- +goose StatementEnd

-- Another login at the database, for reports say, may not call them: it could set the settings too.
REVOKE EXECUTE ON FUNCTION index_case, cases_with, cases_of_number, matter_of, app_of_case,
    openings_of, delivery_times FROM PUBLIC;

COMMENT ON FUNCTION stands IS 'Whether who asks stands where the row is, as the policies say it.';
COMMENT ON FUNCTION cases_with IS
    'The owner''s cases in which the words are written; none for who does not stand there.';
COMMENT ON FUNCTION cases_of_number IS
    'The owner''s cases that the person with the number sent or is written in.';
COMMENT ON FUNCTION matter_of IS
    'References of the instances of a matter that who asks stands in, and no content.';
COMMENT ON FUNCTION app_of_case IS 'Which app a case is of, by its owner and id: for a refusal''s line.';
COMMENT ON FUNCTION openings_of IS
    'Who other than its owner has opened an instance and what was made of it, day by day.';
COMMENT ON FUNCTION delivery_times IS 'When what a delivery is about happened.';
