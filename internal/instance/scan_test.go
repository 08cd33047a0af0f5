package instance_test

import (
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/scan"
	"stafett/internal/scan/scantest"
	"stafett/internal/solutiontest"
)

// scanned is a solution whose files go by a scanner.
func scanned(t *testing.T) (*solutiontest.Solution, *scantest.Scanner) {
	t.Helper()
	s, fake := solutiontest.New(t), scantest.New(t)
	scanner, err := scan.New(fake.Address, instance.MaxFile)
	if err != nil {
		t.Fatal(err)
	}
	s.Instances.Scanner = scanner
	return s, fake
}

func aPDF(name, more string) instance.File {
	return instance.File{DataType: "vedlegg", Filename: name,
		Body: strings.NewReader(solutiontest.PDF + more)}
}

func nothingKept(t *testing.T, s *solutiontest.Solution) {
	t.Helper()
	for _, table := range []string{"upload", "upload_chunk"} {
		if n := s.Count(t, table, "true"); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
}

// TestUpload_X154_MalwareIsRefusedAndNotKept sends the test file that every scanner finds, across
// the border between two stored pieces.
func TestUpload_X154_MalwareIsRefusedAndNotKept(t *testing.T) {
	t.Parallel()
	s, _ := scanned(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	bad := strings.Repeat("x", 256<<10-len(solutiontest.PDF)-10) + scantest.EICAR
	_, _, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask, aPDF("a.pdf", bad))
	is(t, "malware", err, fault.Invalid, "fault.file_virus")
	d, err := s.Instances.App(ref.AppRef)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Instances.Receive(t.Context(), kari, d, aPDF("a.pdf", scantest.EICAR))
	is(t, "malware in a template", err, fault.Invalid, "fault.file_virus")
	nothingKept(t, s)
	if v := s.Open(t, kari, ref); len(v.Input.Elements) != 0 || v.Instance.Version != 1 {
		t.Errorf("attached: %v", v.Input.Elements)
	}
	log := s.Log.String()
	if n := strings.Count(log, "Eicar-Signature"); n != 2 || strings.Contains(log, "EICAR-STANDARD") ||
		strings.Contains(log, "a.pdf") {
		t.Errorf("the log has %d lines about it: %s", n, log)
	}
}

// TestUpload_AFileThatNobodyScannedIsNotTaken holds that a scanner which is away, or says something
// else than that a file is clean, lets none by.
func TestUpload_AFileThatNobodyScannedIsNotTaken(t *testing.T) {
	t.Parallel()
	s, fake := scanned(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	for name, prepare := range map[string]func(){
		"refuses": func() { fake.Answer("INSTREAM size limit exceeded. ERROR\x00") },
		"away":    fake.Close,
	} {
		prepare()
		_, _, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask, aPDF("a.pdf", ""))
		is(t, name, err, fault.Unavailable, instance.KeyScanAway)
	}
	nothingKept(t, s)
}

// TestUpload_TellsWhatWasScanned follows what is known of a file to a draft that is deleted and
// taken back, and to a copy.
func TestUpload_TellsWhatWasScanned(t *testing.T) {
	t.Parallel()
	s, fake := scanned(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lekeplass")
	ref := v.Instance.InstanceRef
	if e := s.Upload(t, kari, ref, "a.pdf"); e.Scan != core.ScanClean || fake.Last() != solutiontest.PDF {
		t.Errorf("scan %q, the scanner got %q", e.Scan, fake.Last())
	}
	s.Instances.Scanner = nil
	s.Upload(t, kari, ref, "b.pdf")
	check := func(when string, ref core.InstanceRef) {
		t.Helper()
		got := map[string]core.Scan{}
		for _, e := range s.Open(t, kari, ref).Input.Elements {
			got[e.Filename] = e.Scan
		}
		if len(got) != 2 || got["a.pdf"] != core.ScanClean || got["b.pdf"] != core.ScanNone {
			t.Errorf("%s: %v", when, got)
		}
	}
	check("attached", ref)
	if err := s.Instances.Delete(t.Context(), kari, ref); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Instances.Restore(t.Context(), kari, ref.ID); err != nil {
		t.Fatal(err)
	}
	check("taken back", ref)
	if _, done, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(s.Open(t, kari, ref))); err != nil || !done {
		t.Fatalf("submit: %v, %v", done, err)
	}
	copied, _, err := s.Instances.Copy(t.Context(), kari, ref, "nb")
	if err != nil {
		t.Fatal(err)
	}
	check("copied", copied.InstanceRef)
}

func TestUpload_TheSameFileTwiceIsNoticed(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	once := func(name, more string) error {
		f := aPDF(name, more)
		f.Once = true
		_, _, err := s.Instances.Upload(t.Context(), kari, ref, solutiontest.FirstTask, f)
		return err
	}
	if err := once("a.pdf", ""); err != nil {
		t.Fatal(err)
	}
	err := once("b.pdf", "")
	is(t, "the same content", err, fault.Invalid, "fault.file_twice")
	if _, args, _ := fault.Text(err); len(args) != 1 || args[0] != "a.pdf" {
		t.Errorf("named as %v", args)
	}
	if err := once("a.pdf", "%"); err != nil {
		t.Errorf("other content of the same name: %v", err)
	}
	if n := s.Count(t, "upload", "true"); n != 2 {
		t.Errorf("%d uploads, want 2", n)
	}
}
