-- +goose Up
ALTER TABLE element
    ADD COLUMN scan text,
    ADD CONSTRAINT element_scan_check CHECK (scan IS NULL OR scan = 'clean' AND upload IS NOT NULL);

COMMENT ON COLUMN element.scan IS
    'clean: a virus scanner has seen all of the file and found nothing; null: none was asked.';
