-- +goose Up
-- A draft that its owner has deleted, whole, for as long as they may take it back. Everywhere else
-- it is gone.
CREATE TABLE deleted_draft (
    instance uuid        NOT NULL,
    owner    bigint      NOT NULL,
    org      text        NOT NULL,
    app      text        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    -- json, not jsonb: a number comes back just as it was typed.
    content  json        NOT NULL,
    CONSTRAINT deleted_draft_pkey PRIMARY KEY (instance)
);

CREATE INDEX deleted_draft_of_owner ON deleted_draft (owner, at DESC);
CREATE INDEX deleted_draft_at ON deleted_draft (at);

COMMENT ON TABLE deleted_draft IS
    'Drafts that were deleted in the last minutes, for whoever wants one back.';
COMMENT ON COLUMN deleted_draft.content IS
    'The row of the instance and those of its elements; files stay where they are until it goes.';

ALTER TABLE deleted_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON deleted_draft USING (COALESCE(
    owner = ANY ((SELECT asking_parties())::bigint[]) OR (SELECT asking_system()), false
));

-- What nobody has asked for expires by an app's rule, counted from the last change.
CREATE INDEX instance_old_drafts ON instance (org, app, changed)
    WHERE status = 'draft' AND source_id IS NULL;

ALTER TABLE notice
    DROP CONSTRAINT notice_kind_check,
    ADD CONSTRAINT notice_kind_check CHECK (
        kind IN ('message', 'request', 'reminder', 'letter', 'unanswered', 'held', 'expiring')
    );
