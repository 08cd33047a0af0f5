package instance_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

// cut is a body whose sender goes away.
func cut(begun string) io.Reader {
	return io.MultiReader(strings.NewReader(begun), brokenReader{})
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// endless gives a PDF of n bytes.
func endless(n int) io.Reader {
	return io.MultiReader(strings.NewReader(solutiontest.PDF),
		io.LimitReader(zeros{}, int64(n-len(solutiontest.PDF))))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestUpload_RefusesFilesThatAreNotWhatTheyShouldBe(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	wrong := sha256.Sum256([]byte("something else"))
	long := solutiontest.PDF + strings.Repeat("x", 5000)
	cases := map[string]struct {
		file instance.File
		kind fault.Kind
		key  string
	}{
		"type by content": {instance.File{Filename: "a.pdf", ContentType: "application/pdf",
			Body: strings.NewReader("<html><script>alert(1)</script></html>")},
			fault.Unsupported, "fault.file_type"},
		"svg": {instance.File{Filename: "a.png", ContentType: "image/png",
			Body: strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
			fault.Unsupported, "fault.file_type"},
		"too large": {instance.File{Filename: "a.pdf", Body: endless(20<<20 + 1)},
			fault.TooLarge, "fault.file_size"},
		"empty": {instance.File{Filename: "a.pdf", Body: strings.NewReader("")}, "", ""},
		"cut at once": {instance.File{Filename: "a.pdf", Body: cut("")},
			fault.Malformed, "fault.file_cut"},
		"cut": {instance.File{Filename: "a.pdf", Body: cut(long)},
			fault.Malformed, "fault.file_cut"},
		"digest": {instance.File{Filename: "a.pdf", Body: strings.NewReader(long), SHA256: wrong[:]},
			fault.Malformed, "fault.digest"},
		"form data type": {instance.File{DataType: "soknad", Filename: "a.pdf",
			Body: strings.NewReader(long)}, fault.Malformed, "fault.data_type"},
		"unknown data type": {instance.File{DataType: "finnes-ikke", Filename: "a.pdf",
			Body: strings.NewReader(long)}, fault.Malformed, "fault.data_type"},
		"the PDF of the submission": {instance.File{DataType: "ref-data-as-pdf", Filename: "a.pdf",
			Body: strings.NewReader(long)}, fault.Forbidden, "fault.contributor"},
	}
	for name, c := range cases {
		if c.file.DataType == "" {
			c.file.DataType = "vedlegg"
		}
		_, _, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask, c.file)
		key, _, _ := fault.Text(err)
		if err == nil || c.kind != "" && (!fault.Is(err, c.kind) || key != c.key) {
			t.Errorf("%s: %v, want %s %s", name, err, c.kind, c.key)
		}
	}
	t.Logf("checked %d files", len(cases))
	if v := s.Open(t, kari, ref); len(v.Input.Elements) != 0 || v.Instance.Version != 1 {
		t.Errorf("a refused file was attached: %v", v.Input.Elements)
	}
	for _, table := range []string{"upload", "upload_chunk"} {
		if n := s.Count(t, table, "true"); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
}

// TestUpload_IsNotCopiedOnItsWay counts all that is made on the way of one file, one copy of which
// would be 20 MB: what is never made needs no memory, whenever the collector comes. With the race
// detector pools lose some of what they are given back, and it is made anew. What the process rises by
// is `make bench`'s to tell.
func TestUpload_IsNotCopiedOnItsWay(t *testing.T) {
	// Not parallel: what is counted is the whole process's.
	const size, most = 20_000_000, 20_000_000 / 4
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	made := ^uint64(0)
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		e, _, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask,
			instance.File{DataType: "vedlegg", Filename: "a.pdf", Body: endless(size)})
		runtime.ReadMemStats(&after)
		if err != nil || e.Size != size {
			t.Fatalf("%d bytes are kept, %v", e.Size, err)
		}
		made = min(made, after.TotalAlloc-before.TotalAlloc)
	}
	t.Logf("an upload of %d kB makes %d kB", size/1000, made/1000)
	if made > most {
		t.Errorf("an upload of %d bytes makes %d, want at most %d", size, made, most)
	}
}

func TestUpload_AnEmptyFileIsSaidToBeEmpty(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	_, _, err := s.Instances.Upload(t.Context(), kari, s.Start(t, kari), solutiontest.FirstTask,
		instance.File{DataType: "vedlegg", Filename: "a.pdf", Body: strings.NewReader("")})
	is(t, "an empty file", err, fault.Invalid, "fault.file_empty")
}

func TestUpload_TheEndingMustSayWhatTheContentIs(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	for _, name := range []string{"a.exe", "a.html", "a", "a.pdf.js"} {
		_, _, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask,
			instance.File{DataType: "vedlegg", Filename: name, Body: strings.NewReader(solutiontest.PDF)})
		is(t, name, err, fault.Unsupported, "fault.file_type")
	}
	if e := s.Upload(t, kari, ref, "A.PDF"); e.ContentType != "application/pdf" {
		t.Errorf("kept as %s", e.ContentType)
	}
}

func TestUpload_TakesTenFilesAndNoMore(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	// Two more than there is room for, at once.
	const tries = 12
	results := make(chan error, tries)
	for i := range tries {
		go func() {
			_, _, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask,
				instance.File{DataType: "vedlegg", Filename: fmt.Sprintf("%d.pdf", i),
					Body: strings.NewReader(solutiontest.PDF)})
			results <- err
		}()
	}
	refused := 0
	for range tries {
		if err := <-results; err != nil {
			is(t, "one too many", err, fault.Conflict, "fault.file_count")
			refused++
		}
	}
	if v := s.Open(t, kari, ref); len(v.Input.Elements) != 10 || refused != 2 {
		t.Errorf("%d files, %d refused", len(v.Input.Elements), refused)
	}
	if n := s.Count(t, "upload", "true"); n != 10 {
		t.Errorf("%d uploads, want 10", n)
	}
}

// TestUpload_SentAgainWithItsKeyIsTheFileThatCame sends the tenth file of ten again, as a browser does
// that has lost the answer: one after the other, and both at once.
func TestUpload_SentAgainWithItsKeyIsTheFileThatCame(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	for i := range 8 {
		s.Upload(t, kari, ref, fmt.Sprintf("%d.pdf", i))
	}
	send := func(key, more string) (core.DataElement, error) {
		f := aPDF("a.pdf", more)
		f.Key, f.Once = key, true
		e, v, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask, f)
		if err == nil && v.Instance.InstanceRef != ref {
			t.Errorf("%s: of the instance %v", key, v.Instance.InstanceRef)
		}
		return e, err
	}
	results := make(chan core.DataElement, 2)
	for range cap(results) {
		go func() {
			e, err := send("first", "1")
			if err != nil {
				t.Errorf("at once: %v", err)
			}
			results <- e
		}()
	}
	first, beside := <-results, <-results
	second, err := send("second", "2")
	if err != nil {
		t.Fatal(err)
	}
	again, err := send("second", "2")
	if err != nil || again.ID != second.ID || again.Filename != "a.pdf" || again.Size != second.Size {
		t.Errorf("the tenth, again: %+v, %v; want %s", again, err, second.ID)
	}
	if first.ID != beside.ID || first.ID == second.ID {
		t.Errorf("sent at once: %s and %s; another: %s", first.ID, beside.ID, second.ID)
	}
	_, err = send("third", "3")
	is(t, "an eleventh", err, fault.Conflict, "fault.file_count")
	if n := s.Count(t, "upload", "true"); n != 10 {
		t.Errorf("%d uploads, want 10", n)
	}
	if n := s.Count(t, "audit_event", "act = $1", core.ActUpload); n != 10 {
		t.Errorf("%d audit lines, want 10", n)
	}
}

// TestUpload_AKeyIsItsSendersOwn: another person's key, or that of another instance, is another.
func TestUpload_AKeyIsItsSendersOwn(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ola := s.Person(solutiontest.Kari), s.Person(solutiontest.Ola)
	refs := []core.InstanceRef{s.Start(t, kari), s.Start(t, kari), s.Start(t, ola)}
	ids := map[uuid.UUID]bool{}
	for i, ref := range refs {
		a := kari
		if i == 2 {
			a = ola
		}
		f := aPDF("a.pdf", "")
		f.Key = "key"
		e, _, err := s.Instances.Upload(t.Context(), a, ref, solutiontest.FirstTask, f)
		if err != nil {
			t.Fatal(err)
		}
		ids[e.ID] = true
		if err := s.Instances.Remove(t.Context(), a, ref, solutiontest.FirstTask, e.ID); err != nil {
			t.Fatal(err)
		}
		f.Body = strings.NewReader(solutiontest.PDF)
		if _, _, err := s.Instances.Upload(t.Context(), a, ref, solutiontest.FirstTask, f); err != nil {
			t.Errorf("sent again after it was deleted: %v", err)
		}
	}
	if len(ids) != len(refs) {
		t.Errorf("%d ids for %d files", len(ids), len(refs))
	}
	f := aPDF("a.pdf", "")
	f.Key = "key"
	_, _, err := s.Instances.Upload(t.Context(), ola, refs[0], solutiontest.FirstTask, f)
	refused(t, "another's file by its key", err)
}

func TestUpload_InAnotherTaskThanTheOneSeenIsAConflict(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	_, _, err := s.Instances.Upload(t.Context(), kari, s.Start(t, kari), "Task_2",
		instance.File{DataType: "vedlegg", Filename: "a.pdf", Body: strings.NewReader(solutiontest.PDF)})
	is(t, "another task", err, fault.Conflict, "fault.changed")
}

func TestDownload_GivesTheSameBytesAndIsAudited(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	sent := []byte(solutiontest.PDF + strings.Repeat("Nordvik ", 300<<10))
	e, v, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask, instance.File{
		DataType: "vedlegg", Filename: `C:\Users\kari\Mitt` + " budsjett\u202e.pdf",
		Body: bytes.NewReader(sent),
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(sent)
	if e.Filename != "Mitt budsjett.pdf" || e.Size != int64(len(sent)) ||
		!bytes.Equal(e.SHA256, sum[:]) || len(v.Input.Elements) != 1 {
		t.Errorf("kept as %+v", e)
	}
	d, err := s.Instances.Download(t.Context(), kari, ref, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Content.Close()
	got, err := io.ReadAll(d.Content)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes of %d came back, %v", len(got), len(sent), err)
	}
	const line = "act = 'download' AND outcome = 'done' AND actor = $1 AND detail->>'element' = $2"
	if n := s.Count(t, "audit_event", line, solutiontest.Kari, e.ID.String()); n != 1 {
		t.Errorf("%d audit lines of the download, want 1", n)
	}
	for _, act := range []string{core.ActUpload, core.ActDownload} {
		if n := s.Count(t, "audit_event", "act = $1 AND detail::text LIKE '%budsjett%'", act); n != 0 {
			t.Errorf("an audit line of %s holds the file's name", act)
		}
	}
	_, err = s.Instances.Download(t.Context(), kari, ref, uuid.New())
	refused(t, "an unknown file of one's own", err)
}

func TestRemove_TakesTheFileAndItsBytesAway(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	e := s.Upload(t, kari, ref, "a.pdf")
	err := s.Instances.Remove(t.Context(), kari, ref, "Task_2", e.ID)
	is(t, "seen in another task", err, fault.Conflict, "fault.changed")
	if err := s.Instances.Remove(t.Context(), kari, ref, solutiontest.FirstTask, e.ID); err != nil {
		t.Fatal(err)
	}
	if v := s.Open(t, kari, ref); len(v.Input.Elements) != 0 {
		t.Error("the file is still there")
	}
	if n := s.Count(t, "upload_chunk", "true"); n != 0 {
		t.Errorf("%d chunks are left", n)
	}
	err = s.Instances.Remove(t.Context(), kari, ref, solutiontest.FirstTask, e.ID)
	is(t, "a second press", err, fault.Conflict, "fault.changed")
}
