// Package static holds the built front end inside the program and serves it: style, script, fonts
// and images under names that hold a hash of what is in them, compressed already. It builds nothing
// (cmd/assets does) and knows nothing of pages: they get addresses from URL.
package static

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// The folder holds only a placeholder until the assets are built, so that the program always
// compiles.
//
//go:embed all:dist
var dist embed.FS

// Prefix is the path under which the files are served.
const Prefix = "/static/"

// built reads the embedded files once.
var built = sync.OnceValue(func() *bundle {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	b, err := load(sub)
	if err != nil {
		panic(err) // so are its files
	}
	return b
})

// Built tells whether the program was compiled with its assets. Without them pages come unstyled.
func Built() bool { return len(built().names) > 0 }

// URL is the address of a source file, such as "app.css", "app.js", "favicon.svg" or
// "inter-latin-wght-normal.woff2"; "" when there is none of that name or nothing was built.
func URL(name string) string { return built().url(name) }

// Handler serves GET and HEAD of /static/{file}. Everything under that path is public and never
// changes: a new content has a new name.
func Handler() http.Handler { return built() }

// bundle is the built front end.
type bundle struct {
	names map[string]string // source → hashed name
	files map[string]file   // hashed name → content
}

// file is one asset in every encoding it has.
type file struct {
	contentType string
	encoded     map[string][]byte // by content encoding, "" as it is
}

// encodings in the order we prefer, with the extensions of their copies.
var encodings = []struct{ name, ext string }{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// contentTypes: not every system's table has these.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".woff2": "font/woff2",
}

// load reads a built folder. A folder without a manifest is one where nothing was built.
func load(dir fs.FS) (*bundle, error) {
	b := &bundle{names: map[string]string{}, files: map[string]file{}}
	raw, err := fs.ReadFile(dir, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the manifest of assets: %w", err)
	}
	if err := json.Unmarshal(raw, &b.names); err != nil {
		return nil, fmt.Errorf("reading the manifest of assets: %w", err)
	}
	for _, name := range b.names {
		if b.files[name], err = loadFile(dir, name); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func loadFile(dir fs.FS, name string) (file, error) {
	ext := path.Ext(name)
	f := file{contentType: contentTypes[ext], encoded: map[string][]byte{}}
	if f.contentType == "" {
		f.contentType = mime.TypeByExtension(ext)
	}
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return f, fmt.Errorf("reading an asset: %w", err)
	}
	f.encoded[""] = data
	for _, e := range encodings {
		data, err := fs.ReadFile(dir, name+e.ext)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return f, fmt.Errorf("reading an asset: %w", err)
		}
		f.encoded[e.name] = data
	}
	return f, nil
}

func (b *bundle) url(name string) string {
	if hashed := b.names[name]; hashed != "" {
		return Prefix + hashed
	}
	return ""
}

// ServeHTTP answers with the file in the best encoding that the request takes. Names are looked up
// in a table, so no path can lead out of it.
func (b *bundle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, Prefix)
	f, known := b.files[name]
	if !ok || !known {
		http.NotFound(w, r)
		return
	}
	encoding, data := f.pick(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	if len(f.encoded) > 1 {
		h.Set("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write(data) // an error is a reader that went away
	}
}

// pick gives the first of our encodings that the header allows, else the file as it is.
func (f file) pick(accept string) (string, []byte) {
	for _, e := range encodings {
		if data, ok := f.encoded[e.name]; ok && accepts(accept, e.name) {
			return e.name, data
		}
	}
	return "", f.encoded[""]
}

// accepts tells whether an Accept-Encoding header allows an encoding (RFC 9110, 12.5.3): named, or
// by *, and with a weight that is not 0.
func accepts(header, encoding string) bool {
	allowed := false
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.TrimSpace(name)
		if strings.EqualFold(name, encoding) {
			return weight(params) > 0
		}
		if name == "*" {
			allowed = weight(params) > 0
		}
	}
	return allowed
}

// weight reads "q=0.5"; what is missing or cannot be read is 1.
func weight(params string) float64 {
	key, value, _ := strings.Cut(params, "=")
	if !strings.EqualFold(strings.TrimSpace(key), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 1
	}
	return q
}
