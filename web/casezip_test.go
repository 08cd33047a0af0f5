package web

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/instance"
)

func TestArchiveNames_AreSafeAndEachIsThereOnce(t *testing.T) {
	t.Parallel()
	given := []string{
		"kart.pdf", "Kart.PDF", "kart.pdf", "kart (2).pdf", "../../etc/passwd", `C:\budsjett.xlsx`,
		"sha256sums.txt", "CON", "nul.txt", "-rf", ".profile", "", "...", "plan. ", "a\nb.txt",
		"blåbær og fløte.pdf", "lpt1 .txt",
	}
	want := []string{
		"kart.pdf", "Kart (2).PDF", "kart (3).pdf", "kart (2) (2).pdf", "_.._.._etc_passwd", "C__budsjett.xlsx",
		"sha256sums (2).txt", "_CON", "_nul.txt", "_-rf", "_.profile", "_", "_ (2)", "plan", "a_b.txt",
		"blåbær og fløte.pdf", "_lpt1 .txt",
	}
	if got := archiveNames(given); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// files is a bundle of texts by name.
func files(names ...string) instance.Bundle {
	b := instance.Bundle{}
	content := map[string]string{}
	for i, name := range names {
		text := strings.Repeat(name+"\n", 1+i*10_000)
		sum := sha256.Sum256([]byte(text))
		e := core.DataElement{Filename: name, SHA256: sum[:], Size: int64(len(text))}
		content[string(sum[:])] = text
		b.Files = append(b.Files, e)
	}
	b.Open = func(e core.DataElement) io.ReadCloser {
		return io.NopCloser(strings.NewReader(content[string(e.SHA256)]))
	}
	return b
}

// TestBundle_IsAcceptedBySha256sum unpacks an archive and has the ordinary program check it.
func TestBundle_IsAcceptedBySha256sum(t *testing.T) {
	t.Parallel()
	names := []string{"søknad.pdf", "kart.pdf", "Kart.pdf", "med mellomrom  .txt", `stjerne*\.txt`}
	var out bytes.Buffer
	if err := writeBundle(&out, files(names...)); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || len(archive.File) != len(names)+1 {
		t.Fatalf("%d files, %v", len(archive.File), err)
	}
	folder := t.TempDir()
	for _, f := range archive.File {
		src, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(src)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, f.Name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "-c", "--strict", sumsFile)
	check.Dir = folder
	said, err := check.CombinedOutput()
	if n := strings.Count(string(said), ": OK"); err != nil || n != len(names) {
		t.Errorf("%d of %d, %v: %s", n, len(names), err, said)
	}
}

// TestBundle_StopsAtContentThatIsNotWhatCame changes what is kept under a hash.
func TestBundle_StopsAtContentThatIsNotWhatCame(t *testing.T) {
	t.Parallel()
	b := files("kart.pdf", "plan.pdf")
	b.Open = func(core.DataElement) io.ReadCloser { return io.NopCloser(strings.NewReader("noe annet")) }
	if err := writeBundle(io.Discard, b); err == nil {
		t.Error("it is sent all the same")
	}
}

// TestBundle_IsSentWhileItIsRead opens no file before what came before it has been sent.
func TestBundle_IsSentWhileItIsRead(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	var out bytes.Buffer
	b, content, opened := instance.Bundle{}, map[string][]byte{}, 0
	for _, name := range []string{"a", "b", "c"} {
		random := make([]byte, size)
		// It never fails.
		_, _ = rand.Read(random)
		sum := sha256.Sum256(random)
		content[name] = random
		b.Files = append(b.Files, core.DataElement{Filename: name, SHA256: sum[:], Size: size})
	}
	b.Open = func(e core.DataElement) io.ReadCloser {
		if out.Len() < opened*size {
			t.Errorf("%s is opened when %d bytes have been sent", e.Filename, out.Len())
		}
		opened++
		return io.NopCloser(bytes.NewReader(content[e.Filename]))
	}
	if err := writeBundle(&out, b); err != nil || opened != 3 {
		t.Errorf("%d files: %v", opened, err)
	}
}
