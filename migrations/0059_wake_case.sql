-- +goose Up
-- What comes to a case ends that somebody has put it off. Each list compared the two times before, and read
-- every case that its reader had put off.
-- +goose StatementBegin
CREATE FUNCTION wake_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
    DELETE FROM case_snooze AS z WHERE z.instance = NEW.id AND z.at < NEW.task_since;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION wake_case FROM PUBLIC;

CREATE TRIGGER wake AFTER UPDATE OF task_since ON instance
    FOR EACH ROW WHEN (NEW.task_since <> OLD.task_since) EXECUTE FUNCTION wake_case();

DELETE FROM case_snooze AS z
USING instance AS i
WHERE i.id = z.instance AND z.at < i.task_since;

COMMENT ON FUNCTION wake_case IS 'Ends that a case is put off when something has come to it.';
