package instance_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

// rowFiles is the example with a file field in each row of the budget, and one whose files are
// marked with what they are.
func rowFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	out := hiddenUpload(t)
	const app = "nordvik/arrangementsstotte/"
	replace := func(file, old, new string) {
		before := string(out[app+file].Data)
		if !strings.Contains(before, old) {
			t.Fatalf("%s has no %s", file, old)
		}
		out[app+file].Data = []byte(strings.Replace(before, old, new, 1))
	}
	replace("models/soknad.schema.json", `"leverandor": {`,
		`"bilag": { "type": "array", "items": { "type": "string" } }, "leverandor": {`)
	replace("config/applicationmetadata.json", `"id": "vedlegg",`,
		`"id": "bilag", "allowedContentTypes": ["application/pdf"], "taskId": "Task_1", "minCount": 0, "maxCount": 0
    }, { "id": "merket", "allowedContentTypes": ["application/pdf"], "taskId": "Task_1", "minCount": 0, "maxCount": 0
    }, { "id": "vedlegg",`)
	replace("ui/soknad/layouts/budsjett.json", `"children": [`, `"children": [ "bilag",`)
	replace("ui/soknad/layouts/budsjett.json", `"layout": [`, `"layout": [
      { "id": "bilag", "type": "FileUpload", "dataModelBindings": { "list": "budsjett.poster.bilag" } },
      { "id": "merket", "type": "FileUploadWithTag", "options": [{ "value": "kart", "label": "Kart" }] },`)
	return out
}

func uploadOf(
	t *testing.T, s *solutiontest.Solution, a core.Actor, ref core.InstanceRef, dataType string,
) uuid.UUID {
	t.Helper()
	e, _, err := s.Instances.Upload(t.Context(), a, ref, solutiontest.FirstTask, instance.File{
		DataType: dataType, Filename: "bilag.pdf", Body: strings.NewReader(solutiontest.PDF),
	})
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// idsIn gives the ids of the files that each row of the budget keeps.
func idsIn(v instance.View) []string {
	rows, _ := group(v, "budsjett")["poster"].([]any)
	var out []string
	for _, r := range rows {
		list, _ := r.(map[string]any)["bilag"].([]any)
		ids := make([]string, len(list))
		for i, id := range list {
			ids[i], _ = id.(string)
		}
		out = append(out, strings.Join(ids, " "))
	}
	return out
}

func TestSave_AFileStaysWithItsRow(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.Put(t, rowFiles(t))
	kari := s.Person(solutiontest.Kari)
	ref := s.Filled(t, kari, "Lysfest").Instance.InstanceRef
	file, second := uploadOf(t, s, kari, ref, "bilag"), uploadOf(t, s, kari, ref, "bilag")
	v := s.Open(t, kari, ref)
	attach := saving(v, "budsjett", url.Values{})
	attach.Attached = map[string][]uuid.UUID{"budsjett.poster[1].bilag": {file, second}}
	if _, err := s.Instances.Save(t.Context(), kari, attach); err != nil {
		t.Fatal(err)
	}
	v = s.Open(t, kari, ref)
	if got := idsIn(v); got[0] != "" || got[1] != file.String()+" "+second.String() {
		t.Fatalf("the rows keep %v", got)
	}
	wrong := saving(v, "budsjett", url.Values{})
	wrong.Attached = map[string][]uuid.UUID{"budsjett.poster[9].bilag": {file}}
	_, err := s.Instances.Save(t.Context(), kari, wrong)
	is(t, "a row that is not there", err, fault.Invalid, "form.refused_row")

	// A file that is deleted leaves its row; a row that is deleted takes its files with it.
	if err := s.Instances.Remove(t.Context(), kari, ref, solutiontest.FirstTask, second); err != nil {
		t.Fatal(err)
	}
	v = s.Open(t, kari, ref)
	if got := idsIn(v); got[1] != file.String() {
		t.Errorf("after one is removed the rows keep %v", got)
	}
	gone := saving(v, "budsjett", url.Values{})
	gone.Row = "delete:" + solutiontest.RowIDs(v)[1]
	if _, err := s.Instances.Save(t.Context(), kari, gone); err != nil {
		t.Fatal(err)
	}
	if v = s.Open(t, kari, ref); len(v.Input.Elements) != 0 {
		t.Errorf("the row's file is left: %v", v.Input.Elements)
	}
}

func TestSave_MarksAFileAndTellsTheLog(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.Put(t, rowFiles(t))
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	id, plain := uploadOf(t, s, kari, ref, "merket"), uploadOf(t, s, kari, ref, "bilag")
	before := s.Count(t, "audit_event", "act = 'write' AND instance = $1", ref.ID)
	mark := func(file uuid.UUID, value string) error {
		_, err := s.Instances.Save(t.Context(), kari, saving(s.Open(t, kari, ref), "budsjett",
			url.Values{"tag:" + file.String(): {value}}))
		return err
	}
	if err := mark(id, "kart"); err != nil {
		t.Fatal(err)
	}
	for _, e := range s.Open(t, kari, ref).Input.Elements {
		if e.ID == id && (len(e.Tags) != 1 || e.Tags[0] != "kart") {
			t.Errorf("marked as %v", e.Tags)
		}
	}
	if n := s.Count(t, "audit_event", "act = 'write' AND instance = $1", ref.ID); n != before+1 {
		t.Errorf("%d audit lines of one mark", n-before)
	}
	is(t, "no such option", mark(id, "bil"), fault.Invalid, "structure.refused_tag")
	is(t, "a file without marks", mark(plain, "kart"), fault.Invalid, "structure.refused_tag")
	is(t, "no such file", mark(uuid.New(), "kart"), fault.Conflict, "fault.changed")
}

func TestSave_ASpareRowIsStoredWithItsFirstAnswer(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	v := s.Open(t, kari, ref)
	var row string
	for _, n := range v.Page("budsjett").Nodes {
		if n.ID == "budsjett-poster" {
			row = n.Rows.Rows[0].ID
		}
	}
	if row == "" || len(solutiontest.RowIDs(v)) != 0 {
		t.Fatalf("the page shows the row %q, and %d are stored", row, len(solutiontest.RowIDs(v)))
	}
	post := url.Values{"budsjett.poster[0].altinnRowId": {row}, "budsjett.poster[0].tekst": {""}}
	if _, err := s.Instances.Save(t.Context(), kari, saving(v, "budsjett", post)); err != nil {
		t.Fatal(err)
	}
	v = s.Open(t, kari, ref)
	if len(solutiontest.RowIDs(v)) != 0 {
		t.Error("an empty row was stored")
	}
	post.Set("budsjett.poster[0].tekst", "Leie")
	if _, err := s.Instances.Save(t.Context(), kari, saving(v, "budsjett", post)); err != nil {
		t.Fatal(err)
	}
	v = s.Open(t, kari, ref)
	if ids := solutiontest.RowIDs(v); len(ids) != 1 || ids[0] != row {
		t.Errorf("stored %v, want %s", ids, row)
	}
	next := saving(v, "budsjett", url.Values{})
	next.Row = "turn:" + row + ":1"
	if saved, err := s.Instances.Save(t.Context(), kari, next); err != nil || saved.OpenRow != row ||
		saved.Turn != row+":1" {
		t.Errorf("turned to %+v, %v", saved.Turn, err)
	}
	next.Row = "turn:" + row + ":x"
	_, err := s.Instances.Save(t.Context(), kari, next)
	is(t, "no number", err, fault.Malformed, "fault.malformed")
}

func TestSave_SavesARowAndOpensTheNext(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lysfest")
	ids := solutiontest.RowIDs(v)
	for i, want := range []string{ids[1], ""} {
		r := saving(s.Open(t, kari, v.Instance.InstanceRef), "budsjett", url.Values{})
		r.Row = "next:" + ids[i]
		saved, err := s.Instances.Save(t.Context(), kari, r)
		if err != nil || len(saved.Issues) != 0 || saved.OpenRow != want {
			t.Errorf("after row %d: open %q, %v, %v", i, saved.OpenRow, saved.Issues, err)
		}
	}
}
