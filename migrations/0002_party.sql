-- +goose Up
CREATE TABLE party (
    id                  bigint NOT NULL,
    kind                text   NOT NULL,
    name                text   NOT NULL,
    person_number       text,
    organisation_number text,
    language            text   NOT NULL DEFAULT '',
    email               text   NOT NULL DEFAULT '',
    phone               text   NOT NULL DEFAULT '',
    org                 text,
    CONSTRAINT party_pkey PRIMARY KEY (id),
    CONSTRAINT party_person_number_key UNIQUE (person_number),
    CONSTRAINT party_organisation_number_key UNIQUE (organisation_number),
    CONSTRAINT party_org_key UNIQUE (org),
    CONSTRAINT party_id_check CHECK (id > 0),
    CONSTRAINT party_kind_check CHECK (kind IN ('person', 'organisation')),
    CONSTRAINT party_number_check CHECK (
        (kind = 'person') = (person_number IS NOT NULL)
        AND (kind = 'organisation') = (organisation_number IS NOT NULL)
    ),
    CONSTRAINT party_person_number_check CHECK (person_number ~ '^[0-9]{11}$'),
    CONSTRAINT party_organisation_number_check CHECK (organisation_number ~ '^[0-9]{9}$'),
    CONSTRAINT party_org_check CHECK (org IS NULL OR org <> '' AND kind = 'organisation'),
    CONSTRAINT party_language_check CHECK (language IN ('', 'nb', 'nn', 'en'))
);

CREATE SEQUENCE party_id_seq AS bigint START WITH 60001 OWNED BY party.id;

COMMENT ON TABLE party IS
    'Persons and organisations. Never deleted: instances and audit lines name them.';
COMMENT ON COLUMN party.org IS
    'The service owner''s code; NULL when the organisation is no service owner.';
COMMENT ON SEQUENCE party_id_seq IS
    'Numbers of parties that are first met at sign-in; a register brings its own below it.';
