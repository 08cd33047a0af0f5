package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"stafett/internal/orgtoken"
)

// A key file holds one PEM block for each key of a ring. What a block's headers do not say is as
// for a file of one plain key: published, and signing from ever.
const (
	headerUnpublished = "Unpublished"
	headerSignsFrom   = "Signs-From"
	headerRetired     = "Retired"
)

// readRing reads the keys of a file.
func readRing(path string) ([]orgtoken.RingKey, error) {
	rest, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	var keys []orgtoken.RingKey
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		key, err := readBlock(block)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", filepath.Base(path), err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("key %s: no PEM block", filepath.Base(path))
	}
	return keys, nil
}

func readBlock(block *pem.Block) (orgtoken.RingKey, error) {
	headers := block.Headers
	block.Headers = nil
	key, err := orgtoken.ParseKey(pem.EncodeToMemory(block))
	if err != nil {
		return orgtoken.RingKey{}, err
	}
	k := orgtoken.RingKey{
		ID: orgtoken.KeyID(&key.PublicKey), Key: key, Unpublished: headers[headerUnpublished] != "",
	}
	for name, into := range map[string]*time.Time{
		headerSignsFrom: &k.SignsFrom, headerRetired: &k.Retired,
	} {
		if headers[name] == "" {
			continue
		}
		if *into, err = time.Parse(time.RFC3339, headers[name]); err != nil {
			return k, fmt.Errorf("%s is no time", name)
		}
	}
	return k, nil
}

// writeRing puts the keys in the file's place, whole or not at all.
func writeRing(path string, keys []orgtoken.RingKey) error {
	var out bytes.Buffer
	for _, k := range keys {
		block, _ := pem.Decode(orgtoken.EncodeKey(k.Key))
		block.Headers = map[string]string{}
		if k.Unpublished {
			block.Headers[headerUnpublished] = "yes"
		}
		if !k.SignsFrom.IsZero() {
			block.Headers[headerSignsFrom] = k.SignsFrom.UTC().Format(time.RFC3339)
		}
		if !k.Retired.IsZero() {
			block.Headers[headerRetired] = k.Retired.UTC().Format(time.RFC3339)
		}
		if err := pem.Encode(&out, block); err != nil {
			return fmt.Errorf("keep key: %w", err)
		}
	}
	temporary := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(temporary, out.Bytes(), 0o600); err != nil {
		return fmt.Errorf("keep key: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return errors.Join(fmt.Errorf("keep key: %w", err), os.Remove(temporary))
	}
	return nil
}

// keyFiles are the files that rings are read from. They are read again when they change, so that
// keys change in a running server.
type keyFiles struct {
	mu   sync.Mutex
	list []*keyFile
}

type keyFile struct {
	path string
	ring *orgtoken.Ring
	at   time.Time
	size int64
}

// keysEvery is how often the files are looked at.
const keysEvery = time.Second

// open reads a file into a ring that follows it.
func (f *keyFiles) open(path string) (*orgtoken.Ring, error) {
	ring := &orgtoken.Ring{}
	k := &keyFile{path: path, ring: ring}
	if _, err := k.refresh(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, k)
	return ring, nil
}

// openDevelopment does so with a key of the data folder, which is made at the first start.
func (f *keyFiles) openDevelopment(dataDir, name string) (*orgtoken.Ring, error) {
	path := developmentPath(dataDir, name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if _, err := developmentKey(dataDir, name); err != nil {
			return nil, err
		}
	}
	return f.open(path)
}

// refresh reads the file when it has changed, and tells whether it had. A file that cannot be
// read changes nothing.
func (k *keyFile) refresh() (bool, error) {
	info, err := os.Stat(k.path)
	if err != nil {
		return false, fmt.Errorf("key: %w", err)
	}
	if info.ModTime().Equal(k.at) && info.Size() == k.size {
		return false, nil
	}
	keys, err := readRing(k.path)
	if err != nil {
		return false, err
	}
	if err := k.ring.Set(keys...); err != nil {
		return false, fmt.Errorf("%s: %w", filepath.Base(k.path), err)
	}
	k.at, k.size = info.ModTime(), info.Size()
	return true, nil
}

// run follows the files until ctx ends.
func (f *keyFiles) run(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(keysEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		f.mu.Lock()
		for _, k := range f.list {
			changed, err := k.refresh()
			if err != nil {
				log.Error("the key file cannot be read; the keys of before stay in use", "err", err)
			} else if changed {
				log.Info("keys have changed", "file", filepath.Base(k.path))
			}
		}
		f.mu.Unlock()
	}
}
