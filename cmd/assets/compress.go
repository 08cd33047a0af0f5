package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// compressor makes the copy of a file that ends in ext.
type compressor struct {
	ext  string
	open func(io.Writer) (io.WriteCloser, error)
}

// compressors are the encodings that browsers take, each at its strongest: it is done once.
var compressors = []compressor{
	{".br", func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterLevel(w, brotli.BestCompression), nil
	}},
	{".zst", func(w io.Writer) (io.WriteCloser, error) {
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	}},
	{".gz", func(w io.Writer) (io.WriteCloser, error) {
		return gzip.NewWriterLevel(w, gzip.BestCompression)
	}},
}

// compressed already, so that another compression only costs.
var compressed = map[string]bool{".woff2": true, ".png": true}

// copies gives the compressed copies of a file, by extension. A copy that saves nothing is left
// out.
func copies(f output) (map[string][]byte, error) {
	made := map[string][]byte{}
	if compressed[path.Ext(f.name)] {
		return made, nil
	}
	for _, c := range compressors {
		data, err := c.compress(f.data)
		if err != nil {
			return nil, fmt.Errorf("compressing %s%s: %w", f.name, c.ext, err)
		}
		if len(data) < len(f.data) {
			made[c.ext] = data
		}
	}
	return made, nil
}

func (c compressor) compress(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := c.open(&out)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
