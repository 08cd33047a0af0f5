package instance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"stafett/internal/core"
	"stafett/internal/fault"
)

// AppFile gives a file of the definition in force, by its path in Altinn's folder shape without
// the leading App/. What is not there is fault.NotFound.
func (s *Service) AppFile(ctx context.Context, ref core.AppRef, name string) ([]byte, error) {
	files, err := s.appFolder(ctx, ref)
	if err != nil {
		return nil, err
	}
	raw, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return nil, fmt.Errorf("file of %s: %w", ref, err)
	}
	return raw, nil
}

func (s *Service) appFolder(ctx context.Context, ref core.AppRef) (fs.FS, error) {
	d, err := s.Catalogue.App(ref)
	if err != nil {
		return nil, err
	}
	files, err := s.Catalogue.Files(ctx, d)
	if err != nil {
		return nil, err
	}
	// Both shapes are taken when a folder is loaded.
	if _, err := fs.Stat(files, "App"); err == nil {
		return fs.Sub(files, "App")
	}
	return files, nil
}

// Layouts gives the pages of a layout set as one object, by page.
func (s *Service) Layouts(
	ctx context.Context, ref core.AppRef, set string,
) (map[string]json.RawMessage, error) {
	files, err := s.appFolder(ctx, ref)
	if err != nil {
		return nil, err
	}
	if !fs.ValidPath(set) || strings.Contains(set, "/") {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	names, err := fs.Glob(files, "ui/"+set+"/layouts/*.json")
	if err != nil || len(names) == 0 {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	out := map[string]json.RawMessage{}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("layout of %s: %w", ref, err)
		}
		out[strings.TrimSuffix(path.Base(name), ".json")] = raw
	}
	return out, nil
}
