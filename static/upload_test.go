package static

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"stafett/internal/browsertest"
)

// files makes small files to upload.
func files(t *testing.T, names ...string) []string {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("content of "+name), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

const uploadForm = `<form method="post" action="/send" data-upload enctype="multipart/form-data"
	hx-post="/autosave" hx-trigger="change" hx-swap="none">
	<label for="f">Files</label> <input type="file" id="f" name="vedlegg" multiple
	data-upload-url="/upload" data-upload-list="list" data-upload-busy="Uploading {0}"
	data-upload-cancel="Cancel" data-upload-retry="Try again"
	data-upload-failed="{0} was not uploaded." data-upload-done="{0} is uploaded.">
	<p id="version">1</p><ul class="files" id="list"></ul></form>`

func TestUpload_EachFileByItselfAndWhateverHappens(t *testing.T) {
	t.Parallel()
	var asked, saved log
	var tries sync.Map // the names that came before
	address := site(t, uploadForm, map[string]http.HandlerFunc{
		"POST /autosave": func(http.ResponseWriter, *http.Request) { saved.add("autosave") },
		"POST /upload": func(w http.ResponseWriter, r *http.Request) {
			_, header, err := r.FormFile("vedlegg")
			if err != nil {
				t.Errorf("upload: %v", err)
				return
			}
			name := header.Filename
			asked.add(name + " " + r.Header.Get("Idempotency-Key"))
			_, again := tries.LoadOrStore(name, true)
			switch {
			case name == "dropped.txt" && !again:
				hangUp(t, w)
			case name == "broken.txt" && !again:
				http.Error(w, "broken", http.StatusInternalServerError)
			case name == "refused.exe":
				w.WriteHeader(http.StatusUnsupportedMediaType)
				fmt.Fprint(w, `<li data-state="error"><span class="name">refused.exe</span> Not that.</li>`)
			default:
				w.WriteHeader(http.StatusCreated)
				fmt.Fprintf(w, `<li data-state="ok"><span class="name">%s</span></li>
					<p id="version" hx-swap-oob="true">2</p>`, name)
			}
		}})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address)
	tab.Upload("Files", files(t, "good.txt", "refused.exe", "dropped.txt", "broken.txt")...)
	tab.WaitFor(`#list li[data-state=error] button`)
	tab.WaitForText("#version", "2")
	tab.Click("Try again broken.txt")
	for _, name := range []string{"good.txt", "dropped.txt", "broken.txt"} {
		tab.WaitFor("#list li[data-state=ok]")
		until(t, name+" is in the list", func() bool {
			return strings.Contains(strings.Join(tab.Texts("#list li[data-state=ok]"), "\n"), name)
		})
	}
	if got := tab.Text("#list li[data-state=error]"); !strings.HasSuffix(got, "Not that.") {
		t.Errorf("refused file shows %q", got)
	}
	wantSameKeys(t, asked.all())
	if got := saved.all(); len(got) > 0 {
		t.Errorf("choosing files also saved the form %d times", len(got))
	}
	if got := tab.Text("#announce"); !strings.HasSuffix(got, "uploaded.") {
		t.Errorf("announced %q", got)
	}
}

// hangUp ends the connection without an answer.
func hangUp(t *testing.T, w http.ResponseWriter) {
	t.Helper()
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Errorf("hanging up: %v", err)
		return
	}
	conn.Close()
}

// wantSameKeys: each file has one key, however often it was sent, and no two files share one.
func wantSameKeys(t *testing.T, asked []string) {
	t.Helper()
	keys := map[string]string{}
	owners := map[string]string{}
	for _, line := range asked {
		name, key, _ := strings.Cut(line, " ")
		if len(key) < 20 || keys[name] != "" && keys[name] != key {
			t.Errorf("%s came with key %q, before with %q", name, key, keys[name])
		}
		if other := owners[key]; other != "" && other != name {
			t.Errorf("%s and %s share a key", name, other)
		}
		keys[name], owners[key] = key, name
	}
	if len(asked) != 6 || len(keys) != 4 {
		t.Errorf("%d uploads of %d files, want 6 of 4: %q", len(asked), len(keys), asked)
	}
}

func TestUpload_CancelledIsForgotten(t *testing.T) {
	t.Parallel()
	begun, ended := make(chan struct{}), make(chan struct{})
	address := site(t, uploadForm, map[string]http.HandlerFunc{
		"POST /upload": func(_ http.ResponseWriter, r *http.Request) {
			r.ParseMultipartForm(1 << 20) // what matters is when it ends
			close(begun)
			<-r.Context().Done()
			close(ended)
		}})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address)
	tab.Impatient().Upload("Files", files(t, "slow.txt")...)
	within(t, "the server has the file", begun)
	if got := tab.Text("#announce"); got != "Uploading slow.txt" {
		t.Errorf("announced %q", got)
	}
	tab.Impatient().ClickCSS("#list button")
	within(t, "the request ends", ended)
	tab.WaitGone("#list li")
	if got := tab.Focused(); got != "f" {
		t.Errorf("focus is on %s, want the file control", got)
	}
}
