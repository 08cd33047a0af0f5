package app

import (
	"strings"
	"testing"
	"testing/fstest"
)

// moved moves every file under one path to another.
func moved(fsys fstest.MapFS, from, to string) fstest.MapFS {
	out := fstest.MapFS{}
	for path, f := range fsys {
		if rest, ok := strings.CutPrefix(path, from); ok {
			path = to + rest
		}
		out[path] = f
	}
	return out
}

func TestLoad_FolderForEachTask(t *testing.T) {
	t.Parallel()
	fsys := moved(files(t), soknad+"/App/ui/skjema/", soknad+"/App/ui/Task_1/")
	delete(fsys, aSets)
	settings := soknad + "/App/ui/Task_1/Settings.json"
	replace(t, fsys, settings, "{", `{"defaultDataType": "soknad",`)
	d := load(t, fsys, soknad)
	set := d.SetFor("Task_1")
	if set == nil || set.ID != "Task_1" || set.DataType != "soknad" || len(set.Pages) != 4 {
		t.Fatalf("got %+v", set)
	}
	replace(t, fsys, settings, `{"defaultDataType": "soknad",`, "{")
	if set := load(t, fsys, soknad).SetFor("Task_1"); set.DataType != "soknad" {
		t.Errorf("without a default: got %q", set.DataType)
	}
}

func TestLoad_FlatFolder(t *testing.T) {
	t.Parallel()
	fsys := moved(files(t), soknad+"/App/ui/skjema/", soknad+"/App/ui/")
	delete(fsys, aSets)
	set := load(t, fsys, soknad).SetFor("Task_1")
	if set == nil || set.DataType != "soknad" || len(set.Pages) != 4 || set.Pages[0].ID != "soker" {
		t.Fatalf("got %+v", set)
	}
}

func TestLoad_OneLayoutFile(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	page := fsys[aSoker]
	for path := range fsys {
		if strings.HasPrefix(path, soknad+"/App/ui/") {
			delete(fsys, path)
		}
	}
	fsys[soknad+"/App/ui/FormLayout.json"] = page
	set := load(t, fsys, soknad).SetFor("Task_1")
	if set == nil || len(set.Pages) != 1 || set.Pages[0].ID != "FormLayout" ||
		len(set.Pages[0].Components) != 6 {
		t.Fatalf("got %+v", set)
	}
	if got := set.Pages[0].Title("nn"); got != "Søk om tilskot" {
		t.Errorf("the page that stands alone, and has no text, is called %q", got)
	}
}

func TestLoad_OldGroupThatRepeats(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	replace(t, fsys, aBudsjett, `"type": "RepeatingGroup"`, `"type": "group"`)
	d := load(t, fsys, soknad)
	if got := d.Component("skjema", "poster").Type; got != TypeRepeatingGroup {
		t.Errorf("got %s", got)
	}
}
