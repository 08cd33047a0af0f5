-- +goose Up
-- Other installations send addresses of instances, whose owners have their numbers there: the same
-- number is somebody else here. Such an owner is kept as a negative number, which is nobody's; the
-- one whose instance is here is kept as it is.
CREATE FUNCTION owner_here(of_owner bigint, of_instance uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM instance AS i WHERE i.id = of_instance AND i.owner = abs(of_owner)
        ) THEN abs(of_owner)
        ELSE -abs(of_owner)
    END
$$;

COMMENT ON FUNCTION owner_here IS
    'The owner of an instance, negative when the instance is in another installation.';
