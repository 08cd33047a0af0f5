package app

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/core"
)

// brought is the fixture app as one of Altinn's: with a program and all that this brings.
func brought(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys, laid := files(t), 0
	err := fs.WalkDir(os.DirFS("testdata/brought"), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile("testdata/brought/" + name)
		fsys[soknad+"/App/"+name] = &fstest.MapFile{Data: raw}
		laid++
		return err
	})
	if err != nil || laid == 0 {
		t.Fatalf("%d files laid over the app, %v", laid, err)
	}
	return fsys
}

func TestLoad_NamesWhatCannotRunHere(t *testing.T) {
	t.Parallel()
	d, found := Load(sub(t, brought(t), soknad))
	if d == nil {
		t.Fatalf("the app does not load: %v", found)
	}
	want := map[string]string{
		"App/Program.cs":                       "info: this belongs to Altinn's own server",
		"App/logic/Options.cs:3":               "warning: C# does not run here: this class gives options",
		"App/logic/Check.cs:2":                 "IFormDataValidator): say it in models/<type>.validation.json",
		"App/logic/Other.cs":                   "warning: C# does not run here",
		"App/models/soknad.cs":                 "info: C# does not run here",
		"App/ui/skjema/RuleHandler.js":         "warning: JavaScript rules do not run here",
		"App/ui/skjema/RuleConfiguration.json": "warning: JavaScript rules do not run here",
	}
	for at, text := range want {
		if !told(found, at, text) {
			t.Errorf("nothing says %q of %s", text, at)
		}
	}
	for _, f := range found {
		if f.Severity == SeverityError || f.Code == "" {
			t.Errorf("an error, or no code: %+v", f)
		}
	}
}

// told tells whether a finding stands at a place and says a text.
func told(found []Finding, at, text string) bool {
	for _, f := range found {
		if s := f.String(); strings.HasPrefix(s, at+":") && strings.Contains(s, text) {
			return true
		}
	}
	return false
}

func TestLoad_InABroughtAppANoticeStandsForWhatIsDeclaredInItsProgram(t *testing.T) {
	t.Parallel()
	fsys := brought(t)
	delete(fsys, soknad+"/App/options/omrader.json")
	layout := soknad + "/App/ui/skjema/layouts/tiltak.json"
	raw := string(fsys[layout].Data)
	i := strings.Index(raw, `"layout": [`) + len(`"layout": [`)
	fsys[layout] = &fstest.MapFile{Data: []byte(raw[:i] + `// a comment
		{"id": "new", "type": "Input", "dataModelBindings": {"simpleBinding": "finnes.ikke"},
		"required": true, "hidden": ["equals", ["dataModel", "finnes.heller.ikke"], "ja"],},` + raw[i:])}
	d, found := Load(sub(t, fsys, soknad))
	if d == nil {
		t.Fatalf("the app does not load: %v", found)
	}
	set := d.SetFor("Task_1")
	c := set.Component("new")
	if c == nil || c.Type != TypeNotice || c.Question() || c.Required != nil ||
		len(set.BoundTo("soknad", "finnes.ikke")) != 0 {
		t.Errorf("the component is %+v, want a notice that asks for nothing", c)
	}
	for _, want := range []string{"new: a notice is shown instead of this Input",
		"finnes.ikke is not in the model", "comments and commas after the last item are not JSON"} {
		if !told(found, "App/ui/skjema/layouts/tiltak.json", want) {
			t.Errorf("nothing says %q", want)
		}
	}
}

func TestLoad_ABroughtAppGetsWhatItLacks(t *testing.T) {
	t.Parallel()
	fsys := brought(t)
	for _, gone := range []string{"models/soknad.schema.json", "config/process/process.bpmn",
		"config/authorization/policy.xml", "config/handover.json", "config/roles.json"} {
		delete(fsys, soknad+"/App/"+gone)
	}
	d, found := LoadBrought(sub(t, fsys, soknad), core.AppRef{Org: "lindvik", App: "x"})
	if d == nil {
		t.Fatalf("the app does not load: %v", found)
	}
	field, ok := d.Models["soknad"].Schema.Field("soker.epost")
	if !ok || field.Type != "string" {
		t.Errorf("the guessed model holds %+v, want a text", field)
	}
	rows, ok := d.Models["soknad"].Schema.Field("budsjett.poster")
	if !ok || rows.Type != "array" || rows.ItemType != "object" {
		t.Errorf("the guessed model holds %+v, want a list of rows", rows)
	}
	if tasks := d.Process.Tasks(); len(tasks) != 1 || tasks[0].Type != "data" {
		t.Errorf("the process has the tasks %v", tasks)
	}
	if actions := d.Policy.Actions(); len(actions) != 0 {
		t.Errorf("without a policy somebody may %v", actions)
	}
}

// A file of ours in a brought app must be right: nothing else stands for it.
func TestLoad_HandoversOfABroughtAppAreStrict(t *testing.T) {
	t.Parallel()
	fsys := brought(t)
	replace(t, fsys, soknad+"/App/config/handover.json", `"handovers"`, `"handoverz"`)
	if d, _ := Load(sub(t, fsys, soknad)); d != nil {
		t.Error("an app with a handover that cannot be read is loaded")
	}
}

func TestLoad_NothingToBring(t *testing.T) {
	t.Parallel()
	d, found := LoadBrought(os.DirFS(t.TempDir()), core.AppRef{Org: "a", App: "b"})
	if d != nil || !HasErrors(found) {
		t.Errorf("an empty folder is an app: %v", found)
	}
}

func TestRelaxed(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{`{"a": 1}`, `{"a": 1}`},
		{"{\n\"a\": 1, // x\n}", "{\n\"a\": 1      \n}"},
		{`[1, /* , ] */ 2 ,  ]`, `[1,           2    ]`},
		{`["//", "a\"/*", ",]"]`, `["//", "a\"/*", ",]"]`},
		{`{"a": [1,],}`, `{"a": [1 ] }`},
		{`/* never`, `        `},
	}
	for _, tt := range tests {
		got, changed := relaxed([]byte(tt.in))
		if string(got) != tt.want || changed != (tt.in != tt.want) {
			t.Errorf("%q: got %q (%v), want %q", tt.in, got, changed, tt.want)
		}
	}
}

func FuzzRelaxed(f *testing.F) {
	for _, seed := range []string{`{"a": 1, // x` + "\n}", `[1,/*`, `"\`, `{"a":"//",}`, `/`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, changed := relaxed(raw)
		if len(out) != len(raw) || bytes.Count(out, []byte("\n")) != bytes.Count(raw, []byte("\n")) {
			t.Errorf("%q became %q: its lines have moved", raw, out)
		}
		if !changed && !bytes.Equal(out, raw) {
			t.Errorf("%q became %q, which is not told", raw, out)
		}
	})
}
