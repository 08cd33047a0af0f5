-- +goose Up
-- What has been looked after of an app's checklist, by whom and when. The log keeps what was
-- ticked and taken back before.
CREATE TABLE case_check (
    instance uuid        NOT NULL,
    owner    bigint      NOT NULL,
    task     text        NOT NULL,
    item     text        NOT NULL,
    person   bigint      NOT NULL,
    name     text        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_check_pkey PRIMARY KEY (instance, task, item),
    CONSTRAINT case_check_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE
);

-- A case that is the same as another one. It goes on as it is; both tell of the other.
CREATE TABLE case_duplicate (
    instance uuid        NOT NULL,
    original uuid        NOT NULL,
    owner    bigint      NOT NULL,
    person   bigint      NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_duplicate_pkey PRIMARY KEY (instance),
    CONSTRAINT case_duplicate_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE,
    CONSTRAINT case_duplicate_original_fkey FOREIGN KEY (original)
        REFERENCES instance (id) ON DELETE CASCADE,
    CONSTRAINT case_duplicate_other_check CHECK (instance <> original)
);

CREATE INDEX case_duplicate_of ON case_duplicate (original);

-- The same applicant's cases, newest first.
CREATE INDEX instance_of_applicant ON instance (owner, thread_owner, submitted DESC, id DESC)
    WHERE ready AND thread_owner IS NOT NULL;

-- The part of the organisation that has a case, as its data value says it.
ALTER TABLE instance ADD COLUMN unit text NOT NULL
    GENERATED ALWAYS AS (COALESCE(data_values ->> 'unit', '')) STORED;

CREATE INDEX instance_unit ON instance (owner, org, app, task, unit, submitted DESC, id DESC)
    INCLUDE (assignee, due, hold_until)
    WHERE ready AND ended IS NULL AND unit <> '';

COMMENT ON TABLE case_check IS 'Ticked items of the checklists that apps declare.';
COMMENT ON COLUMN case_check.name IS 'The person''s name when it was ticked.';
COMMENT ON TABLE case_duplicate IS 'Cases that are the same as another one, which they are linked to.';
COMMENT ON COLUMN instance.unit IS 'The part of the organisation that has it; empty for none.';

-- They are for those who work with the case, and never for a system.
ALTER TABLE case_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_check USING (
    (SELECT asking_org()) IS NULL
    AND EXISTS (SELECT FROM instance AS i WHERE i.id = case_check.instance)
);

ALTER TABLE case_duplicate ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_duplicate USING (
    (SELECT asking_org()) IS NULL
    AND EXISTS (SELECT FROM instance AS i WHERE i.id = case_duplicate.instance)
);
