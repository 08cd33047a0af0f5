-- +goose Up
ALTER TABLE delivery_attempt
    ADD COLUMN pdf_milliseconds   bigint,
    ADD COLUMN token_milliseconds bigint;

COMMENT ON COLUMN delivery_attempt.pdf_milliseconds IS
    'From the attempt''s start until the PDF was at hand; NULL when it had none or did not get so far.';
COMMENT ON COLUMN delivery_attempt.token_milliseconds IS
    'From the attempt''s start until it had its token; NULL when it did not get so far.';
