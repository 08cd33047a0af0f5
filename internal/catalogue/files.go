package catalogue

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"

	"stafett/internal/app"
)

// Files gives the folder that a definition was loaded from, as it was stored under its hash.
func (c *Catalogue) Files(ctx context.Context, d *app.Definition) (fs.FS, error) {
	packed, err := c.store.AppVersion(ctx, d.Ref, d.Hash)
	if err != nil {
		return nil, fmt.Errorf("files of %s: %w", d.Ref, err)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("files of %s: %w", d.Ref, err)
	}
	return archive, nil
}
