-- +goose Up
-- A person asks an organisation for a role. It names no case.
CREATE TABLE role_request (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    person      bigint      NOT NULL,
    party       bigint      NOT NULL,
    role        text        NOT NULL,
    reason      text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    state       text        NOT NULL DEFAULT 'waiting',
    answer      text        NOT NULL DEFAULT '',
    answered_by bigint,
    answered    timestamptz,
    CONSTRAINT role_request_pkey PRIMARY KEY (id),
    CONSTRAINT role_request_person_fkey FOREIGN KEY (person) REFERENCES party (id),
    CONSTRAINT role_request_party_fkey FOREIGN KEY (party) REFERENCES party (id),
    CONSTRAINT role_request_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES party (id),
    CONSTRAINT role_request_state_check CHECK (state IN ('waiting', 'granted', 'refused')),
    CONSTRAINT role_request_answered_check CHECK (
        (state = 'waiting') = (answered IS NULL) AND (answered IS NULL) = (answered_by IS NULL)
    )
);

-- One that waits is not asked again; and what an organisation has to answer, by that.
CREATE UNIQUE INDEX role_request_waiting ON role_request (party, person, role)
    WHERE state = 'waiting';
CREATE INDEX role_request_at_party ON role_request (party, state, id DESC);
-- A person's own, and how many they have made lately.
CREATE INDEX role_request_of_person ON role_request (person, id DESC);

COMMENT ON TABLE role_request IS
    'What persons have asked organisations for, and the answers. Never deleted.';

ALTER TABLE role_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON role_request USING (COALESCE(
    person = (SELECT asking_person())
    OR party = ANY ((SELECT asking_parties())::bigint[])
    OR (SELECT asking_system()), false
));
