-- +goose Up
-- An event that its subscriber refuses time after time is set aside, so that the others are told of.
-- The mark stands at the attempt; the subscription counts those since it was last set going, and
-- those in a row.
ALTER TABLE subscription
    ADD COLUMN set_aside integer NOT NULL DEFAULT 0,
    ADD COLUMN set_aside_in_row integer NOT NULL DEFAULT 0;
ALTER TABLE subscription_attempt ADD COLUMN set_aside boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN subscription.set_aside IS
    'How many events have been set aside since somebody last set it going.';
COMMENT ON COLUMN subscription.set_aside_in_row IS
    'How many of them since an event was last taken.';
