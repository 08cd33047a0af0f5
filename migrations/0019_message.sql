-- +goose Up
CREATE TABLE message (
    instance    uuid        NOT NULL,
    id          uuid        NOT NULL,
    owner       bigint      NOT NULL,
    org         text        NOT NULL,
    app         text        NOT NULL,
    sent        boolean     NOT NULL,
    author      text        NOT NULL DEFAULT '',
    body        text        NOT NULL,
    other_org   text        NOT NULL,
    other_app   text        NOT NULL,
    other_owner bigint      NOT NULL,
    other_id    uuid        NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    unread      boolean     NOT NULL DEFAULT false,
    CONSTRAINT message_pkey PRIMARY KEY (instance, id),
    CONSTRAINT message_instance_fkey FOREIGN KEY (instance)
        REFERENCES instance (id) ON DELETE CASCADE,
    CONSTRAINT message_body_check CHECK (char_length(body) BETWEEN 1 AND 4000),
    CONSTRAINT message_unread_check CHECK (NOT (sent AND unread))
);

CREATE INDEX message_of_instance ON message (instance, at DESC, id DESC);
CREATE INDEX message_of_owner ON message (owner, org, app, at DESC, id DESC) WHERE NOT sent;
CREATE INDEX message_unread ON message (owner, org, app) WHERE unread;

COMMENT ON TABLE message IS
    'Texts between an applicant and those who work on the case: one copy at each side.';
COMMENT ON COLUMN message.owner IS 'The instance''s owner, and org and app its app: they never change.';
COMMENT ON COLUMN message.author IS 'Who wrote it, as the readers on this side are to see it.';
COMMENT ON COLUMN message.unread IS
    'Nobody has read it for the owner. Only of what came to an applicant: a case has its own mark.';

ALTER TABLE delivery
    DROP CONSTRAINT delivery_kind_check,
    ADD CONSTRAINT delivery_kind_check CHECK (
        kind IN ('instance', 'data', 'report', 'correction', 'withdrawal', 'message'));
