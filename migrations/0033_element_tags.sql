-- +goose Up
ALTER TABLE element ADD COLUMN tags text[];

COMMENT ON COLUMN element.tags IS
    'What the person has marked an attachment as: values of an option list.';
