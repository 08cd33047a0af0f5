-- +goose Up
-- What systems are told of: one row for each change of an instance that they care about, written
-- by triggers in the transaction of the change, whichever way it came. To append takes no lock. A
-- row holds ids and codes, and where the change left the instance: who may read it there may be
-- told. Rows are followed in the order of (xact, n), below the oldest transaction that still runs:
-- one that commits late is not skipped.
CREATE TABLE instance_event (
    xact      xid8        NOT NULL DEFAULT pg_current_xact_id(),
    n         bigint      GENERATED ALWAYS AS IDENTITY,
    id        uuid        NOT NULL DEFAULT gen_random_uuid(),
    at        timestamptz NOT NULL DEFAULT now(),
    type      text        NOT NULL,
    org       text        NOT NULL,
    app       text        NOT NULL,
    owner     bigint      NOT NULL,
    instance  uuid        NOT NULL,
    task      text        NOT NULL,
    end_event text        NOT NULL,
    CONSTRAINT instance_event_pkey PRIMARY KEY (id)
);

CREATE INDEX instance_event_feed ON instance_event (org, app, task, end_event, xact, n);
CREATE INDEX instance_event_of_org ON instance_event (org, xact, n);

CREATE TRIGGER instance_event_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON instance_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

ALTER TABLE instance_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON instance_event FOR SELECT USING (COALESCE(
    org = (SELECT asking_org()) OR org = (SELECT asking_delivering()) OR (SELECT asking_system()),
    false
));

COMMENT ON TABLE instance_event IS
    'Changes of instances that systems follow, by feed and by webhook. Append-only; no content.';
COMMENT ON COLUMN instance_event.task IS
    'Where the change left the instance, or where it was deleted: decides who is told.';

-- tell appends a row, and remembers which instance this transaction told of last: a list of all
-- would be copied anew for each of the rows that one statement makes.
-- +goose StatementBegin
CREATE FUNCTION tell(what text, i instance) RETURNS void
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO instance_event (type, org, app, owner, instance, task, end_event)
    VALUES (what, i.org, i.app, i.owner, i.id, i.task, i.end_event);
    PERFORM set_config('stafett.told', i.id::text, true);
END
$$;

CREATE FUNCTION tell_instance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM tell('app.instance.deleted', OLD);
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM tell('app.instance.created', NEW);
        RETURN NULL;
    END IF;
    IF NEW.task <> OLD.task AND NEW.task <> '' THEN
        PERFORM tell('app.instance.process.movedTo.' || NEW.task, NEW);
    END IF;
    IF NEW.end_event <> '' AND OLD.end_event = '' THEN
        PERFORM tell('app.instance.process.completed', NEW);
    END IF;
    IF NEW.substatus IS DISTINCT FROM OLD.substatus THEN
        PERFORM tell('app.instance.substatus.changed', NEW);
    END IF;
    IF NEW.withdrawal IS NOT NULL AND OLD.withdrawal IS NULL THEN
        PERFORM tell('app.instance.withdrawn', NEW);
    END IF;
    RETURN NULL;
END
$$;

-- One for each transaction of an organisation's system, however many elements of the instance it
-- saves; none where the transaction has just told of the instance.
CREATE FUNCTION tell_saved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    i instance;
BEGIN
    SELECT k.* INTO i FROM instance AS k
    WHERE k.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.instance ELSE NEW.instance END;
    IF i.id IS NOT NULL
        AND current_setting('stafett.told', true) IS DISTINCT FROM i.id::text THEN
        PERFORM tell('app.instance.saved', i);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION tell_beside() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    i instance;
BEGIN
    SELECT k.* INTO i FROM instance AS k WHERE k.id = NEW.instance;
    IF TG_TABLE_NAME = 'confirmation' THEN
        PERFORM tell('app.instance.confirmed', i);
    ELSIF NEW.sent THEN
        PERFORM tell('app.instance.message.sent', i);
    ELSE
        PERFORM tell('app.instance.message.received', i);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION tell_instance(), tell_saved(), tell_beside() FROM PUBLIC;

COMMENT ON FUNCTION tell_instance IS 'Appends the events of an instance''s own row, as the owner.';
COMMENT ON FUNCTION tell_saved IS 'Appends the event of what an organisation''s system has saved.';
COMMENT ON FUNCTION tell_beside IS 'Appends the events of a confirmation and of a message.';

CREATE TRIGGER tell
    AFTER INSERT OR DELETE OR UPDATE OF task, end_event, substatus, withdrawal ON instance
    FOR EACH ROW EXECUTE FUNCTION tell_instance();
CREATE TRIGGER tell
    AFTER INSERT OR DELETE OR UPDATE OF body, upload ON element
    FOR EACH ROW WHEN (asking_org() IS NOT NULL) EXECUTE FUNCTION tell_saved();
CREATE TRIGGER tell AFTER INSERT ON confirmation
    FOR EACH ROW EXECUTE FUNCTION tell_beside();
CREATE TRIGGER tell AFTER INSERT ON message
    FOR EACH ROW EXECUTE FUNCTION tell_beside();

-- Who is told by webhook, and how far they have come. The one who works on it holds a lease, and
-- every later attempt has a higher fence.
CREATE TABLE subscription (
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    org                 text        NOT NULL,
    organisation_number text        NOT NULL,
    endpoint            text        NOT NULL,
    source_filter       text        NOT NULL DEFAULT '',
    app                 text        NOT NULL DEFAULT '',
    type_filter         text        NOT NULL DEFAULT '',
    owner               bigint      NOT NULL DEFAULT 0,
    secret              bytea       NOT NULL,
    state               text        NOT NULL DEFAULT 'validating',
    created             timestamptz NOT NULL DEFAULT now(),
    after_xact          xid8        NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
    after_n             bigint      NOT NULL DEFAULT 0,
    attempts            integer     NOT NULL DEFAULT 0,
    failing             timestamptz,
    next_try            timestamptz NOT NULL DEFAULT now(),
    code                text        NOT NULL DEFAULT '',
    leased              timestamptz NOT NULL DEFAULT '-infinity',
    fence               integer     NOT NULL DEFAULT 0,
    CONSTRAINT subscription_pkey PRIMARY KEY (id),
    CONSTRAINT subscription_state_check
        CHECK (state IN ('validating', 'active', 'parked', 'ended')),
    CONSTRAINT subscription_secret_check CHECK (octet_length(secret) = 32)
);

CREATE INDEX subscription_of_org ON subscription (org, id);

CREATE TABLE subscription_attempt (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    subscription bigint      NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    event        uuid        NOT NULL,
    type         text        NOT NULL,
    number       integer     NOT NULL,
    code         text        NOT NULL DEFAULT '',
    milliseconds bigint      NOT NULL,
    CONSTRAINT subscription_attempt_pkey PRIMARY KEY (id),
    CONSTRAINT subscription_attempt_subscription_fkey
        FOREIGN KEY (subscription) REFERENCES subscription (id) ON DELETE CASCADE
);

CREATE INDEX subscription_attempt_of ON subscription_attempt (subscription, id DESC);

ALTER TABLE subscription ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON subscription USING (COALESCE(
    org = (SELECT asking_org()) OR org = (SELECT asking_delivering()) OR (SELECT asking_system()),
    false
));

ALTER TABLE subscription_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON subscription_attempt USING (COALESCE((SELECT asking_system()), false) OR
    EXISTS (SELECT FROM subscription AS s WHERE s.id = subscription_attempt.subscription)
);

COMMENT ON TABLE subscription IS 'Which service owner''s system is told of events by webhook, and where.';
COMMENT ON COLUMN subscription.secret IS 'Signs what is sent; shown once, to who subscribed.';
COMMENT ON COLUMN subscription.after_xact IS 'Everything up to (after_xact, after_n) has been told.';
COMMENT ON COLUMN subscription.failing IS 'Since when the next event has not been taken; NULL when nothing fails.';
COMMENT ON COLUMN subscription.code IS 'Why the last attempt failed, or why it stands still.';
COMMENT ON TABLE subscription_attempt IS 'Each attempt to tell a subscriber of an event; code is empty when it was taken.';
COMMENT ON COLUMN subscription_attempt.event IS 'The event''s id; a test and a validation have one of their own.';
