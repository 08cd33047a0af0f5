-- +goose Up
-- A list of cases under a name: what its address asks for. One that is shared is shown to all who
-- work at the organisation, each of whom sees in it what they may see.
CREATE TABLE case_view (
    id     uuid        NOT NULL,
    owner  bigint      NOT NULL,
    person bigint      NOT NULL,
    name   text        NOT NULL,
    query  text        NOT NULL,
    shared boolean     NOT NULL DEFAULT false,
    at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_view_pkey PRIMARY KEY (id),
    CONSTRAINT case_view_name_key UNIQUE (owner, person, name),
    CONSTRAINT case_view_name_check CHECK (char_length(name) BETWEEN 1 AND 60),
    CONSTRAINT case_view_query_check CHECK (char_length(query) <= 2000)
);

CREATE INDEX case_view_shared ON case_view (owner, name) WHERE shared;

-- How one person wants an organisation's list: what is chosen in no address.
CREATE TABLE case_list_choice (
    owner   bigint  NOT NULL,
    person  bigint  NOT NULL,
    columns text[]  NOT NULL,
    compact boolean NOT NULL DEFAULT false,
    by_due  boolean NOT NULL DEFAULT false,
    keys    boolean NOT NULL DEFAULT true,
    CONSTRAINT case_list_choice_pkey PRIMARY KEY (owner, person)
);

ALTER TABLE case_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_view USING (COALESCE(
    person = (SELECT asking_person())
    OR shared AND owner = ANY ((SELECT asking_parties())::bigint[])
    OR (SELECT asking_system()), false
)) WITH CHECK (person = (SELECT asking_person()) OR (SELECT asking_system()));

ALTER TABLE case_list_choice ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_list_choice USING (COALESCE(
    person = (SELECT asking_person()) OR (SELECT asking_system()), false
));

COMMENT ON TABLE case_view IS 'Lists of cases that people have kept under a name, by their addresses.';
COMMENT ON COLUMN case_view.query IS 'What stands in the list''s address behind the question mark.';
COMMENT ON TABLE case_list_choice IS 'How a person wants an organisation''s list, where its address does not tell.';
COMMENT ON COLUMN case_list_choice.keys IS 'Whether the pages listen to single keys.';
