package instance_test

import (
	"testing"
	"testing/fstest"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

const handoverFile = appFolder + "config/handover.json"

// ended takes the long process to its end, with a file, and gives the view of the last step.
func ended(t *testing.T, s *solutiontest.Solution, a core.Actor, fsys fstest.MapFS) instance.View {
	t.Helper()
	s.Put(t, fsys)
	v := s.Filled(t, a, "Lysfest")
	s.Upload(t, a, v.Instance.InstanceRef, "budsjett.pdf")
	v = next(t, s, a, v, "")
	step := solutiontest.Step(v)
	step.Action = "confirm"
	v, done, err := s.Instances.Next(t.Context(), a, step)
	if err != nil || !done || v.Instance.Process.EndEvent != "E" {
		t.Fatalf("confirmed, it stands at %+v: %v", v.Instance.Process, err)
	}
	return v
}

// withoutHandover is the long process in an app that hands nothing over.
func withoutHandover(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := longProcess(t)
	delete(fsys, handoverFile)
	return fsys
}

func TestNext_WhatATypeDoesNotKeepGoesWhenTheProcessEnds(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	fsys := withoutHandover(t)
	// The form belongs to a task, and is locked when that ends.
	swap(t, fsys, metaFile, `"autoCreate": true`, `"autoCreate": true, "autoDeleteOnProcessEnd": true`)
	v := ended(t, s, kari, fsys)
	after := s.Open(t, kari, v.Instance.InstanceRef)
	for _, v := range []instance.View{v, after} {
		for _, dataType := range []string{"vedlegg", "soknad"} {
			if _, kept := element(v, dataType); kept {
				t.Errorf("%s is kept", dataType)
			}
		}
		if _, kept := element(v, app.PDFDataType); !kept {
			t.Error("the PDF is gone")
		}
	}
	if after.Instance.Status != core.StatusArchived {
		t.Errorf("the instance is %s", after.Instance.Status)
	}
	if n := s.Count(t, "upload", "true"); n != 1 {
		t.Errorf("%d files are stored, want the PDF only", n)
	}
}

func TestNext_AnInstanceThatIsNotKeptGoesWhenTheProcessEnds(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	fsys := withoutHandover(t)
	swap(t, fsys, metaFile, `"autoDeleteOnProcessEnd": false`, `"autoDeleteOnProcessEnd": true`)
	v := ended(t, s, kari, fsys)
	if !v.Deleted {
		t.Error("the step does not tell that nothing is kept")
	}
	_, err := s.Instances.Open(t.Context(), kari, v.Instance.InstanceRef, "nb")
	is(t, "what is gone", err, fault.Forbidden, "fault.forbidden")
	for _, table := range []string{"instance", "element", "upload"} {
		if n := s.Count(t, table, "true"); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	if n := s.Count(t, "audit_event", "act = 'delete' AND instance = $1", v.Instance.ID); n != 1 {
		t.Errorf("%d audit lines of the deletion, want one", n)
	}
}

func TestNext_WhatIsHandedOverIsKept(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	fsys := longProcess(t)
	swap(t, fsys, metaFile, `"autoDeleteOnProcessEnd": false`, `"autoDeleteOnProcessEnd": true`)
	v := ended(t, s, kari, fsys)
	after := s.Open(t, kari, v.Instance.InstanceRef)
	if _, kept := element(after, "vedlegg"); v.Deleted || !kept {
		t.Error("the delivery that waits has lost what it carries")
	}
}

func TestNext_HiddenAnswersStayWhereTheAppSaysSo(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	fsys := hiddenUpload(t)
	fsys[appFolder+"appsettings.json"] = &fstest.MapFile{
		Data: []byte(`{"AppSettings": {"RemoveHiddenData": false}}`),
	}
	s.Put(t, fsys)
	v := s.Filled(t, kari, "Lysfest")
	s.Save(t, kari, v.Instance.InstanceRef, "soker", map[string]string{"soker.kategori": "annen"}, "")
	s.Upload(t, kari, v.Instance.InstanceRef, "skjult.pdf")
	s.Save(t, kari, v.Instance.InstanceRef, "soker", map[string]string{"soker.kategori": "privat"}, "")
	next(t, s, kari, v, "")
	if after := s.Open(t, kari, v.Instance.InstanceRef); len(after.Input.Elements) != 1 {
		t.Errorf("%d files, want the hidden one", len(after.Input.Elements))
	}
}

func TestMine_LeavesOutWhatTheAppHides(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	all := []core.Status{core.StatusDraft, core.StatusActive, core.StatusArchived}
	count := func(what, settings string, want int) {
		t.Helper()
		fsys := withoutHandover(t)
		swap(t, fsys, metaFile, `"presentationFields"`,
			`"messageBoxConfig": {"hideSettings": {`+settings+`}}, "presentationFields"`)
		s.Put(t, fsys)
		list, _, err := s.Instances.Mine(t.Context(), kari, all, nil, 10)
		if err != nil || len(list) != want {
			t.Errorf("%s: %d instances (%v), want %d", what, len(list), err, want)
		}
	}
	s.Put(t, withoutHandover(t))
	s.Filled(t, kari, "Utkast")
	next(t, s, kari, s.Filled(t, kari, "Lysfest"), "")
	count("nothing hidden", ``, 2)
	count("one task hidden", `"hideOnTask": ["Task_2"]`, 1)
	count("both tasks hidden", `"hideOnTask": ["Task_2", "Task_1"]`, 0)
	count("always hidden", `"hideAlways": true`, 0)
}
