-- +goose Up
-- What a person does with many cases at once: which cases, what became of each, and whether it was
-- taken back. It is the person's own. A case is named by its id alone, which may be of no case that
-- the person may see: each is decided on by itself.
CREATE TABLE bulk (
    id        uuid        NOT NULL,
    owner     bigint      NOT NULL,
    person    bigint      NOT NULL,
    act       text        NOT NULL,
    list      text        NOT NULL DEFAULT '',
    beyond    integer     NOT NULL DEFAULT 0,
    given     boolean     NOT NULL,
    to_person bigint      NOT NULL DEFAULT 0,
    tag       text        NOT NULL DEFAULT '',
    reason    text        NOT NULL DEFAULT '',
    until     timestamptz,
    made      timestamptz NOT NULL DEFAULT now(),
    ran       timestamptz,
    undone    timestamptz,
    CONSTRAINT bulk_pkey PRIMARY KEY (id),
    CONSTRAINT bulk_act_check CHECK (
        act IN ('take', 'assign', 'release', 'tag', 'untag', 'hold', 'read', 'unread')),
    CONSTRAINT bulk_ran_check CHECK (given OR ran IS NULL),
    CONSTRAINT bulk_undone_check CHECK (undone IS NULL OR ran IS NOT NULL)
);

CREATE INDEX bulk_made ON bulk (made);

CREATE TABLE bulk_row (
    bulk      uuid        NOT NULL,
    n         integer     NOT NULL,
    instance  uuid        NOT NULL,
    outcome   text        NOT NULL DEFAULT '',
    why       text        NOT NULL DEFAULT '',
    why_args  text[]      NOT NULL DEFAULT '{}',
    at        timestamptz NOT NULL DEFAULT now(),
    before    bigint      NOT NULL DEFAULT 0,
    version   integer     NOT NULL DEFAULT 0,
    undo      text        NOT NULL DEFAULT '',
    undo_why  text        NOT NULL DEFAULT '',
    undo_args text[]      NOT NULL DEFAULT '{}',
    CONSTRAINT bulk_row_pkey PRIMARY KEY (bulk, n),
    CONSTRAINT bulk_row_bulk_fkey FOREIGN KEY (bulk) REFERENCES bulk (id) ON DELETE CASCADE,
    CONSTRAINT bulk_row_outcome_check CHECK (outcome IN ('', 'done', 'same', 'not')),
    CONSTRAINT bulk_row_undo_check CHECK (undo IN ('', 'done', 'same', 'not'))
);

COMMENT ON TABLE bulk IS 'One thing that a person does with many cases at once.';
COMMENT ON COLUMN bulk.list IS 'The query of the list that the cases were chosen in.';
COMMENT ON COLUMN bulk.beyond IS 'How many more cases the list has at least than are done at once.';
COMMENT ON COLUMN bulk.reason IS 'Why the cases wait: emptied when it has become a note on each.';
COMMENT ON TABLE bulk_row IS 'What became of one of the cases; no outcome: its turn has not come.';
COMMENT ON COLUMN bulk_row.version IS 'The version that it left the case in, and before who had it.';

ALTER TABLE bulk ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON bulk USING (COALESCE(
    person = (SELECT asking_person()) OR (SELECT asking_system()), false
));

ALTER TABLE bulk_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON bulk_row USING (
    EXISTS (SELECT FROM bulk AS b WHERE b.id = bulk_row.bulk)
);
