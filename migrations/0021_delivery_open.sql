-- +goose Up
-- What is on its way from one app to another is counted for the picture of the solution. What has
-- arrived is no part of the index, so it stays small.
CREATE INDEX delivery_open
    ON delivery (source_org, source_app, to_org, to_app, handover, state)
    WHERE state <> 'delivered';
