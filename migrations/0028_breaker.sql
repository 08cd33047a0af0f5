-- +goose Up
-- One row for each target that has failed since it last answered: shared by all processes.
CREATE TABLE breaker (
    to_org   text        NOT NULL,
    to_app   text        NOT NULL,
    failures integer     NOT NULL,
    last     uuid        NOT NULL,
    code     text        NOT NULL,
    failed   timestamptz NOT NULL DEFAULT now(),
    opens    integer     NOT NULL DEFAULT 0,
    opened   timestamptz,
    until    timestamptz,
    probe    uuid,
    CONSTRAINT breaker_pkey PRIMARY KEY (to_org, to_app),
    CONSTRAINT breaker_open_check CHECK ((opened IS NULL) = (until IS NULL)),
    CONSTRAINT breaker_probe_check CHECK (probe IS NULL OR opened IS NOT NULL)
);

COMMENT ON TABLE breaker IS
    'Targets that have failed since they last answered; one that is open is left alone until then.';
COMMENT ON COLUMN breaker.last IS
    'The delivery that failed last: that one submission fails again and again says little.';
COMMENT ON COLUMN breaker.until IS
    'When the next delivery may go and see; while one does, when it counts as lost.';

ALTER TABLE delivery
    ADD COLUMN tried_since  timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN said         text        NOT NULL DEFAULT '',
    ADD COLUMN given_up     timestamptz,
    ADD COLUMN given_up_why text        NOT NULL DEFAULT '',
    DROP CONSTRAINT delivery_state_check,
    ADD CONSTRAINT delivery_state_check
        CHECK (state IN ('waiting', 'delivered', 'parked', 'given_up')),
    ADD CONSTRAINT delivery_given_up_check CHECK (
        state <> 'given_up' OR given_up IS NOT NULL AND given_up_why <> ''
    );

UPDATE delivery SET tried_since = created WHERE state <> 'delivered';

ALTER TABLE delivery_attempt ADD COLUMN said text NOT NULL DEFAULT '';

COMMENT ON COLUMN delivery.tried_since IS
    'From when it has been tried without a person''s doing: its time is counted from then.';
COMMENT ON COLUMN delivery.said IS
    'What the target said in its own words about the last attempt, when nothing of the case is in it.';
COMMENT ON COLUMN delivery.given_up IS
    'When a person ended it, and given_up_why the reason that people are told; kept if it is tried again.';

-- What has not arrived at one target: its list, and how many and how old.
CREATE INDEX delivery_at_target
    ON delivery (source_org, to_org, to_app, state, created DESC, id DESC)
    WHERE state <> 'delivered';

-- What was given up is not tried again once a later version has gone on without it. Whoever
-- follows a service owner's deliveries sees none of what was sent, and asks for its versions' ids.
-- +goose StatementBegin
CREATE FUNCTION versions_of(of_instance uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    first uuid := COALESCE(
        (SELECT i.corrects FROM instance AS i WHERE i.id = of_instance), of_instance
    );
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i
        WHERE i.id = first
          AND (stands(i.owner, i.org, i.app) OR i.org = asking_delivering())
    ) THEN
        RETURN QUERY SELECT i.id FROM instance AS i WHERE i.id = first OR i.corrects = first;
    END IF;
END
$$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION versions_of FROM PUBLIC;

COMMENT ON FUNCTION versions_of IS
    'Ids of all versions of a submission, the first one too, for who stands there or follows it.';
