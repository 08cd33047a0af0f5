-- +goose Up
-- Who holds a role at a party, person by person: what the access page of a case is read by.
CREATE INDEX role_grant_holders ON role_grant (party, person);
