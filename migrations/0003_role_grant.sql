-- +goose Up
CREATE TABLE role_grant (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    person       bigint      NOT NULL,
    party        bigint      NOT NULL,
    role         text        NOT NULL,
    source       text        NOT NULL,
    reason       text        NOT NULL DEFAULT '',
    granted_by   bigint,
    granted      timestamptz NOT NULL DEFAULT now(),
    valid_from   timestamptz NOT NULL DEFAULT now(),
    valid_to     timestamptz,
    withdrawn_at timestamptz,
    withdrawn_by bigint,
    CONSTRAINT role_grant_pkey PRIMARY KEY (id),
    CONSTRAINT role_grant_person_fkey FOREIGN KEY (person) REFERENCES party (id),
    CONSTRAINT role_grant_party_fkey FOREIGN KEY (party) REFERENCES party (id),
    CONSTRAINT role_grant_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES party (id),
    CONSTRAINT role_grant_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES party (id),
    CONSTRAINT role_grant_role_check CHECK (role <> ''),
    CONSTRAINT role_grant_source_check CHECK (source IN ('register', 'granted')),
    CONSTRAINT role_grant_time_check CHECK (valid_to > valid_from),
    CONSTRAINT role_grant_withdrawn_check CHECK (withdrawn_by IS NULL OR withdrawn_at IS NOT NULL)
);

-- Whom may this person act for, and with which roles at this party.
CREATE INDEX role_grant_of_person ON role_grant (person, party);
-- The administrator's page, newest first, and who holds a role.
CREATE INDEX role_grant_at_party ON role_grant (party, id DESC);

COMMENT ON TABLE role_grant IS
    'A person holds a role for a party for a time. Never deleted: what was granted is history.';
COMMENT ON COLUMN role_grant.valid_to IS
    'The first moment at which the role no longer holds; NULL is without end.';
