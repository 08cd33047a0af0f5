package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// handoverFile is the declaration of what the example app hands over.
const handoverFile = "nordvik/arrangementsstotte/config/handover.json"

// withAttachments starts the server anew with a handover that carries attachments and no PDF.
func withAttachments(ctx context.Context, s *server) error {
	return s.withData(ctx, "attachments", map[string]string{"vedlegg": "vedlegg"})
}

// withAnswersAlone starts the server anew with a handover that carries no file at all.
func withAnswersAlone(ctx context.Context, s *server) error {
	return s.withData(ctx, "answers", nil)
}

// withData starts the server anew on a copy of the example apps that hands over these data.
func (s *server) withData(ctx context.Context, name string, data map[string]string) error {
	s.stop()
	s.apps = filepath.Join(s.dir, name)
	// Another measure may have made them before.
	if err := os.RemoveAll(s.apps); err != nil {
		return err
	}
	if err := os.CopyFS(s.apps, os.DirFS("apps")); err != nil {
		return fmt.Errorf("copy apps: %w", err)
	}
	if err := changeData(filepath.Join(s.apps, handoverFile), data); err != nil {
		return fmt.Errorf("change handover: %w", err)
	}
	_, err := s.start(ctx)
	return err
}

// changeData replaces the data of every handover in the file; with none, there are none after.
func changeData(path string, data map[string]string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var file struct {
		Handovers []map[string]any `json:"handovers"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return err
	}
	for _, h := range file.Handovers {
		delete(h, "data")
		if data != nil {
			h["data"] = data
		}
	}
	if content, err = json.Marshal(file); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}
