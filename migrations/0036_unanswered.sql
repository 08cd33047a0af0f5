-- +goose Up
-- A target that knows no idempotency key may have made an instance, and the answer be lost: when
-- that was asked for is kept until somebody knows.
ALTER TABLE delivery ADD COLUMN unanswered timestamptz;

COMMENT ON COLUMN delivery.unanswered IS
    'When what may have been made was last asked for, where no answer has told; NULL for none.';
