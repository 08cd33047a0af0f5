-- +goose Up
-- Pieces of files come by COPY, since it alone is sent from where it lies: a parameter is copied whole
-- first, into memory that is not used again. COPY is refused on a table with row-level security, so
-- it goes to a view that holds nothing, whose trigger adds the row as whoever asks.
CREATE VIEW upload_door AS
SELECT NULL::uuid AS upload, NULL::integer AS n, NULL::bytea AS data WHERE false;

COMMENT ON VIEW upload_door IS 'Where pieces of files come in by COPY; nothing can be read here.';

-- +goose StatementBegin
CREATE FUNCTION take_chunk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO upload_chunk (upload, n, data)
    SELECT u.id, NEW.n, NEW.data FROM upload AS u WHERE u.id = NEW.upload AND NOT u.attached;
    IF NOT FOUND THEN
        PERFORM changed_one(0);
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

COMMENT ON FUNCTION take_chunk IS
    'Adds a piece to an upload of the asker''s that is not attached; for any other it stops (SF001).';

CREATE TRIGGER take INSTEAD OF INSERT ON upload_door FOR EACH ROW EXECUTE FUNCTION take_chunk();
