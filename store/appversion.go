package store

import (
	"context"

	"stafett/internal/core"
)

// Every server process puts the same versions at start, so the second one finds them there.
const putAppVersion = `
INSERT INTO app_version (org, app, hash, archive)
VALUES ($1, $2, $3, $4)
ON CONFLICT (org, app, hash) DO NOTHING`

// PutAppVersion keeps the files of a version of an app under their hash; one that is known is
// left alone.
func (s *Store) PutAppVersion(
	ctx context.Context, ref core.AppRef, hash string, archive []byte,
) error {
	return s.exec(ctx, "put app version", putAppVersion, ref.Org, ref.App, hash, archive)
}

const hasAppVersion = `
SELECT EXISTS (SELECT FROM app_version AS v WHERE v.org = $1 AND v.app = $2 AND v.hash = $3)`

// HasAppVersion tells whether the files of a version are kept.
func (s *Store) HasAppVersion(ctx context.Context, ref core.AppRef, hash string) (bool, error) {
	var known bool
	err := s.read(ctx, []any{&known}, "has app version", hasAppVersion, ref.Org, ref.App, hash)
	return known, err
}

const appVersion = `
SELECT v.archive FROM app_version AS v WHERE v.org = $1 AND v.app = $2 AND v.hash = $3`

// AppVersion gives the files of a version; ErrNoRow when it is not known.
func (s *Store) AppVersion(ctx context.Context, ref core.AppRef, hash string) ([]byte, error) {
	var archive []byte
	err := s.read(ctx, []any{&archive}, "app version", appVersion, ref.Org, ref.App, hash)
	return archive, err
}
