package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// TestMyData_IsEverythingOfMineWithItsHashes downloads what Kari has, and holds each file against the
// hash that is told of it; Ola's has nothing of it.
func TestMyData_IsEverythingOfMineWithItsHashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	a := driver.EventSupport("Lysfest")
	a.Files = map[string]driver.File{"vedlegg": {Name: "../kart æ.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7 kart")}}
	review, err := b.FillIn(t.Context(), p, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Send(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	atPage(t, b, "arrangement")
	data, files := ownZip(t, w, b)
	var told struct {
		Party string
		Forms []struct {
			App, Reference, Status string
			Files                  []struct{ Path, Name, SHA256 string }
		}
	}
	if err := json.Unmarshal(data, &told); err != nil {
		t.Fatal(err)
	}
	if told.Party != "Kari Solbakken" || len(told.Forms) != 2 || told.Forms[0].Status != "draft" ||
		!strings.HasPrefix(told.Forms[1].Reference, "NK-") {
		t.Errorf("told is %s", data)
	}
	checked := 0
	for _, f := range told.Forms {
		for _, one := range f.Files {
			sum := sha256.Sum256(files[one.Path])
			if hex.EncodeToString(sum[:]) != one.SHA256 || strings.Contains(one.Path, "..") {
				t.Errorf("%s is not what is told of it", one.Path)
			}
			delete(files, one.Path)
			checked++
		}
	}
	if t.Logf("checked %d files", checked); checked < 3 || len(files) != 0 {
		t.Errorf("%d files, and nothing is told of %d", checked, len(files))
	}
	other, _ := ownZip(t, w, signedIn(t, w.address, ola))
	if bytes.Contains(other, []byte("Lysfest")) || !bytes.Contains(other, []byte(`"forms": []`)) {
		t.Errorf("Ola's is %s", other)
	}
}

// ownZip downloads what a person has: data.json, and the other files by their path.
func ownZip(t *testing.T, w *world, b *driver.Browser) (data []byte, files map[string][]byte) {
	t.Helper()
	r := w.do(t, "GET", "/my/data.zip", nil, "Cookie", b.Cookies())
	archive, err := zip.NewReader(bytes.NewReader(r.body), int64(len(r.body)))
	if err != nil {
		t.Fatalf("got %d: %v", r.status, err)
	}
	files = map[string][]byte{}
	for _, f := range archive.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
	data = files["data.json"]
	delete(files, "data.json")
	return data, files
}
