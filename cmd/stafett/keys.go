package main

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"stafett/internal/orgtoken"
)

const keyBits = 2048

// readKey reads a private key from a PEM file.
func readKey(path string) (*rsa.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	key, err := orgtoken.ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", filepath.Base(path), err)
	}
	return key, nil
}

func developmentPath(dataDir, name string) string {
	return filepath.Join(dataDir, "keys", name+".pem")
}

// developmentKey reads the key with the name from the data folder, and makes it at the first
// start. It is kept, so that tokens and sessions outlive a restart.
func developmentKey(dataDir, name string) (*rsa.PrivateKey, error) {
	path := developmentPath(dataDir, name)
	key, err := readKey(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("key folder: %w", err)
	}
	if key, err = rsa.GenerateKey(rand.Reader, keyBits); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	// Two processes may make the first key at once: the one that links its file in first wins,
	// and the other reads it.
	temporary := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(temporary, orgtoken.EncodeKey(key), 0o600); err != nil {
		return nil, fmt.Errorf("keep key: %w", err)
	}
	linkErr := os.Link(temporary, path)
	if err := os.Remove(temporary); err != nil {
		return nil, err
	}
	if linkErr != nil && !errors.Is(linkErr, fs.ErrExist) {
		return nil, fmt.Errorf("keep key: %w", linkErr)
	}
	return readKey(path)
}
