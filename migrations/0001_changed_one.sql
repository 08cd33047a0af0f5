-- +goose Up
-- A change that is sent together with COMMIT cannot be looked at first by the program. This
-- lets the database itself stop the transaction when a fenced change did not find its row.
-- +goose StatementBegin
CREATE FUNCTION changed_one(n bigint) RETURNS void
    LANGUAGE plpgsql AS
$$
BEGIN
    IF n <> 1 THEN
        RAISE EXCEPTION 'the row has changed or is gone' USING ERRCODE = 'SF001';
    END IF;
END
$$;
-- +goose StatementEnd

COMMENT ON FUNCTION changed_one IS
    'Stops the transaction (SF001) unless exactly one row was changed: the fence of every change.';
