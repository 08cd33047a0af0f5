package static

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"
)

// small is a built folder with one compressed file and one font.
func small(t *testing.T) *bundle {
	t.Helper()
	b, err := load(fstest.MapFS{
		"manifest.json":      {Data: []byte(`{"app.css": "app-H1.css", "f.woff2": "f-H2.woff2"}`)},
		"app-H1.css":         {Data: []byte("plain style")},
		"app-H1.css.br":      {Data: []byte("brotli")},
		"app-H1.css.zst":     {Data: []byte("zstandard")},
		"app-H1.css.gz":      {Data: []byte("gzipped")},
		"f-H2.woff2":         {Data: []byte("font")},
		"secret-not-listed":  {Data: []byte("secret")},
		".gitkeep":           {},
		"sub/app-H1.css":     {Data: []byte("other")},
		"unlisted-HASH.js":   {Data: []byte("x")},
		"sub/unlisted-H3.js": {Data: []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func get(b http.Handler, method, path, accept string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w.Result()
}

func TestHandler_NegotiatesTheEncoding(t *testing.T) {
	t.Parallel()
	b := small(t)
	cases := []struct{ accept, want, encoding string }{
		{"", "plain style", ""},
		{"identity", "plain style", ""},
		{"gzip", "gzipped", "gzip"},
		{"gzip, deflate, br, zstd", "brotli", "br"},
		{"gzip, zstd", "zstandard", "zstd"},
		{"GZIP", "gzipped", "gzip"},
		{"br;q=0, gzip;q=0.5", "gzipped", "gzip"},
		{"br;q=0.0, *;q=0.1", "zstandard", "zstd"},
		{"*", "brotli", "br"},
		{"*;q=0", "plain style", ""},
		{"br ; q=1.0", "brotli", "br"},
		{"broken;q=x, br;q=x", "brotli", "br"},
		{"abr, brx", "plain style", ""},
	}
	for _, c := range cases {
		res := get(b, "GET", "/static/app-H1.css", c.accept)
		body := new(bytes.Buffer)
		if _, err := body.ReadFrom(res.Body); err != nil {
			t.Fatal(err)
		}
		if got := res.Header.Get("Content-Encoding"); body.String() != c.want || got != c.encoding {
			t.Errorf("%q: got %q as %q, want %q as %q", c.accept, body, got, c.want, c.encoding)
		}
		if res.ContentLength != int64(len(c.want)) {
			t.Errorf("%q: length %d, want %d", c.accept, res.ContentLength, len(c.want))
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: a cache would mix up the encodings", c.accept)
		}
	}
	t.Logf("checked %d headers", len(cases))
}

func TestHandler_NeverChangesUnderAName(t *testing.T) {
	t.Parallel()
	b := small(t)
	for path, contentType := range map[string]string{
		"/static/app-H1.css": "text/css; charset=utf-8", "/static/f-H2.woff2": "font/woff2",
	} {
		for _, method := range []string{"GET", "HEAD"} {
			res := get(b, method, path, "br")
			h := res.Header
			if res.StatusCode != http.StatusOK ||
				h.Get("Cache-Control") != "public, max-age=31536000, immutable" ||
				h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Type") != contentType {
				t.Errorf("%s %s: %d %v", method, path, res.StatusCode, h)
			}
			if method == "HEAD" && res.Body != http.NoBody {
				var one [1]byte
				if n, _ := res.Body.Read(one[:]); n > 0 {
					t.Errorf("HEAD %s has a body", path)
				}
			}
		}
	}
	if got := get(b, "GET", "/static/f-H2.woff2", "br").Header.Get("Content-Encoding"); got != "" {
		t.Errorf("font encoded as %q, want as it is", got)
	}
}

func TestHandler_GivesNothingElse(t *testing.T) {
	t.Parallel()
	b := small(t)
	paths := []string{
		"/static/", "/static", "/", "/static/app.css", "/static/app-H1.css/", "/static/app-H1.css.br",
		"/static/manifest.json", "/static/.gitkeep", "/static/secret-not-listed", "/static/sub",
		"/static/sub/app-H1.css", "/static/../static.go", "/static/../../etc/passwd",
		"/static//app-H1.css", "/static/./app-H1.css", "/static/..%2fapp-H1.css",
		"/static/APP-H1.CSS", "/static/app-H1.css\x00", "/other/app-H1.css",
	}
	for _, path := range paths {
		res := get(b, "GET", path, "")
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%q: %d, want 404", path, res.StatusCode)
		}
		if res.Header.Get("Cache-Control") != "" {
			t.Errorf("%q: a 404 must not be kept", path)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		res := get(b, method, "/static/app-H1.css", "")
		if res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d, want 405", method, res.StatusCode)
		}
	}
	t.Logf("checked %d paths", len(paths))
}

func TestURL(t *testing.T) {
	t.Parallel()
	b := small(t)
	if got := b.url("app.css"); got != "/static/app-H1.css" {
		t.Errorf("app.css is at %q", got)
	}
	if got := b.url("nothing.css"); got != "" {
		t.Errorf("nothing.css is at %q", got)
	}
	empty, err := load(fstest.MapFS{".gitkeep": {}})
	if err != nil || empty.url("app.css") != "" || len(empty.names) > 0 {
		t.Errorf("a folder where nothing was built: %v, %v", empty.names, err)
	}
}

func TestLoad_RefusesAManifestThatLies(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]fstest.MapFS{
		"names a missing file": {"manifest.json": {Data: []byte(`{"a.css": "a-H.css"}`)}},
		"is not JSON":          {"manifest.json": {Data: []byte(`{`)}},
	} {
		if _, err := load(dir); err == nil {
			t.Errorf("a manifest that %s was taken", name)
		}
	}
}

// TestBuilt looks at the program's own assets: tests run after they are built.
func TestBuilt(t *testing.T) {
	t.Parallel()
	if !Built() {
		t.Fatal("the assets are not built: run go run ./cmd/assets")
	}
	names := []string{"app.css", "app.js", "favicon.svg", "inter-latin-wght-normal.woff2"}
	for _, name := range names {
		if res := get(Handler(), "GET", URL(name), "br"); res.StatusCode != http.StatusOK {
			t.Errorf("%s at %q: %d", name, URL(name), res.StatusCode)
		}
	}
	if _, err := os.Stat("dist/.gitkeep"); err != nil {
		t.Errorf("without it the program does not compile before the assets are built: %v", err)
	}
	t.Logf("checked %d files", len(names))
}
