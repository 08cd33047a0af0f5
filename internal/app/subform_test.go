package app

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// berths is an app whose form lists boats, each of which is a form of its own.
func berths(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	root := os.DirFS("../solutiontest/testdata/subform/nordvik/batplass")
	err := fs.WalkDir(root, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(root, path)
		out[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSubform_IsReadWithItsEntries(t *testing.T) {
	t.Parallel()
	d, found := Load(berths(t))
	if len(found) > 0 {
		t.Fatalf("found %v", found)
	}
	set := d.SetFor("Task_1")
	list := set.Subforms()
	if len(list) != 1 || list[0].ID != "bater" || d.EntrySet("bat") != d.Component("soknad", "bater").Props.(*SubformProps).Layout {
		t.Errorf("subforms %v, entries %v", list, d.entries)
	}
	if d.EntrySet("soknad") != nil {
		t.Error("the task's own form is taken for an entry")
	}
}

func TestSubform_TellsWhatCannotBe(t *testing.T) {
	t.Parallel()
	const (
		metadata = "config/applicationmetadata.json"
		sets     = "ui/layout-sets.json"
		list     = "ui/soknad/layouts/bater.json"
		entry    = "ui/bat/layouts/forsikring.json"
		boats    = `"id": "bat", "allowedContentTypes": ["application/json"], "taskId": "Task_1",
      "minCount": 1, "maxCount": 2`
	)
	tests := []struct {
		name, file, old, new string
		severity             Severity
		want                 string
	}{
		{"unknown set", list, `"layoutSet": "bat"`, `"layoutSet": "baat"`, "error", "no layout set baat: did you mean bat?"},
		{"no set", list, `"layoutSet": "bat",`, ``, "error", "needs a layoutSet"},
		{"a task's set", list, `"layoutSet": "bat"`, `"layoutSet": "soknad"`, "error", "not of the type subform"},
		{"a task's data type", sets, `"dataType": "bat"`, `"dataType": "soknad"`, "error", "soknad is the data type of a task's own form"},
		{"no model", sets, `"dataType": "bat"`, `"dataType": "bevis"`, "error", `"bevis" of the layout set bat has no model`},
		{"unknown column", list, `"query": "lengde"`, `"query": "lengd"`, "error", "the field lengd is not in the model bat"},
		{"unknown field in a value", list, `["dataModel", "leie"], null`, `["dataModel", "lei"], null`, "error", "the field lei is not in the model bat"},
		{"the parent's field in a value", list, `["dataModel", "leie"], " kr"`, `["dataModel", "eier"], " kr"`, "error", "the field eier is not in the model bat"},
		{"unknown field in the name", list, `["dataModel", "navn"]`, `["dataModel", "nam"]`, "error", "the field nam is not in the model bat"},
		{"unknown field in a button", list, `"addButton": "bater.ny"`, `"tableEditButton": ["dataModel", "merke"]`, "error", "the field merke is not in the model bat"},
		{"a column of neither", list, `{ "query": "lengde" }`, `{ "default": "bater.navn" }`, "error", "either a query or a value"},
		{"fewest over most", metadata, boats, strings.Replace(boats, `"minCount": 1`, `"minCount": 3`, 1), "error", "there must be 3 entries of bat, and at most 2"},
		{"nobody adds", metadata, `"classRef": "Bat"`, `"classRef": "Bat", "disallowUserCreate": true`, "error", "nobody can add one"},
		{"no button adds", list, `"layoutSet": "bat",`, `"layoutSet": "bat", "showAddButton": false,`, "error", "nobody can add one"},
		{"only one", metadata, boats, strings.Replace(boats, `"maxCount": 2`, `"maxCount": 1`, 1), "warning", "only one entry of bat"},
		{"a loose file", entry, `"dataModelBindings": { "list": "bevis" },`, ``, "error", "needs a binding: each entry has its own files"},
		{"sent by itself", entry, `"type": "NavigationButtons"`, `"type": "Button"`, "warning", "an entry is not sent by itself"},
		{"inside another", entry, `{ "id": "videre-forsikring", "type": "NavigationButtons" }`,
			`{ "id": "mer", "type": "Subform", "layoutSet": "bat", "tableColumns": [{ "headerContent": "A", "cellContent": { "query": "navn" } }] }`,
			"error", "cannot stand in another subform"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := berths(t)
			replace(t, fsys, tt.file, tt.old, tt.new)
			_, found := Load(fsys)
			for _, f := range found {
				if f.Severity == tt.severity && strings.Contains(f.Message, tt.want) {
					if f.Do() == "" || f.Line == 0 {
						t.Errorf("%v has no line, or does not say what to do", f)
					}
					return
				}
			}
			t.Errorf("no %s %q in %s", tt.severity, tt.want, join(found))
		})
	}
	t.Logf("checked %d faults", len(tests))
}
