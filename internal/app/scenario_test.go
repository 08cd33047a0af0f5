package app

import (
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/core"
)

// everyKey is a scenario that says all that one can say.
const everyKey = `{
  "scenario": "Alt som kan sies",
  "steps": [
    {
      "who": "Kari Solbakken", "for": "Nordvik Musikkforening", "call": "soknaden", "language": "nn",
      "answers": {"a.tekst": "x", "a.tall": 1.5, "a.ja": true, "a.flere": ["x", "y"]},
      "rows": {"liste": [{"navn": "x", "inni": [{"navn": "y"}]}, {}]},
      "attachments": {"vedlegg": ["kart.pdf", {"name": "bilde.png", "tag": "foto"}]},
      "do": "next",
      "expect": {
        "makes": [{
          "app": "nordvik/sak", "call": "saken", "owner": "Nordvik kommune", "status": "active",
          "task": "Task_1", "due": "{today+14}", "unit": "", "language": "nb", "title": "x",
          "substatus": "x", "exactly": {"a.b": 1, "c": [{"d": null}]}, "absent": ["helse"],
          "nowhere": ["hofte"], "attachments": {"vedlegg": ["*.pdf"], "pdf": 1},
          "may": [{"who": {"role": "x", "of": "y", "level": 2}, "do": ["read"]}],
          "mayNot": [{"who": ["a", {"person": "b", "level": 3}], "do": ["read", "inbox"]}]
        }],
        "then": [{"at": "soknaden", "values": {"a": "b"}}]
      }
    },
    {"who": {"role": "x"}, "at": "saken", "do": "confirm", "expect": {"refused": "forbidden"}},
    {"who": "a", "start": "nordvik/b",
     "expect": {"refused": ["a.b", {"field": "c", "says": "må"}], "makes": []}}
  ]
}`

var aScenario = core.AppRef{Org: "nordvik", App: "soknad"}

func readScenario(raw string) ([]*Scenario, []Finding) {
	return ReadScenarios(fstest.MapFS{
		"scenarios/en.json": &fstest.MapFile{Data: []byte(raw)},
		"scenarios/les.md":  &fstest.MapFile{Data: []byte("not read")},
	}, aScenario)
}

func TestReadScenarios_EverythingThatOneCanSay(t *testing.T) {
	t.Parallel()
	list, found := readScenario(everyKey)
	if len(found) > 0 || len(list) != 1 {
		t.Fatalf("got %d scenarios and %v", len(list), found)
	}
	s := list[0]
	first := s.Steps[0]
	if s.File != "scenarios/en.json" || first.Start != aScenario || first.Line != 4 ||
		first.Language != "nn" || s.Steps[1].At != "saken" || s.Steps[2].Start.App != "b" {
		t.Errorf("got %+v", first)
	}
	var answers []string
	for _, a := range first.Fill.Answers {
		answers = append(answers, a.Path+"="+strings.Join(a.Values, "+"))
	}
	want := "a.tekst=x a.tall=1.5 a.ja=true a.flere=x+y liste[0].navn=x liste[0].inni[0].navn=y"
	if got := strings.Join(answers, " "); got != want {
		t.Errorf("answers: got %s, want %s", got, want)
	}
	if r := first.Fill.Rows; len(r) != 2 || r[0].Count != 2 || r[1].Path != "liste[0].inni" {
		t.Errorf("rows: got %+v", r)
	}
	if f := first.Fill.Files; len(f) != 2 || f[1].Tag != "foto" || f[0].Name != "kart.pdf" {
		t.Errorf("files: got %+v", f)
	}
	made := (*first.Expect.Makes)[0]
	if !made.Exactly || len(made.Values) != 2 || len(made.Facts) != 8 || made.May[0].Who[0].Level != 2 ||
		made.MayNot[0].Who[1].Person != "b" || made.Attachments[1].Names != nil ||
		made.Attachments[1].Count != 1 {
		t.Errorf("made: got %+v", made)
	}
	last := s.Steps[2].Expect
	if !s.Steps[1].Expect.Forbidden || len(last.Refused) != 2 || last.Refused[1].Says != "må" ||
		last.Makes == nil || len(*last.Makes) != 0 {
		t.Errorf("refused: got %+v", last)
	}
}

func TestReadScenarios_TellsFileAndLineOfWhatIsWrong(t *testing.T) {
	t.Parallel()
	step := func(s string) string {
		return "{\"scenario\": \"x\", \"steps\": [\n" + s + "]}"
	}
	for raw, want := range map[string]string{
		`{`:                    "en.json:1: error: not valid JSON",
		`[]`:                   "the file must be an object",
		`{"steps": []}`:        "says in a sentence what it shows",
		`{"scenario": "x"}`:    "a scenario needs steps",
		step(`{"who":"a"},{}`): "a step must say who takes it",
		step(`{"who":"a"},
{"who":"b"}`): "en.json:3: error: a step must say either start or at",
		step(`{"who":"a","at":"x","start":"a/b"}`): "either start or at",
		step(`{"who":"a",
"anwsers":{}}`): `en.json:3: error: unknown key "anwsers"`,
		step(`{"who":{"person":"a","role":"b"}}`):                                    "who is a person's name, or a role",
		step(`{"who":{"role":"b","level":5}}`):                                       "level is from 0 to 4",
		step(`{"who":"a","start":"b"}`):                                              `an app is named "org/app"`,
		step(`{"who":"a","language":"sv"}`):                                          "language must be nb, nn or en",
		step(`{"who":"a","answers":{"b":{}}}`):                                       "an answer must be a text, a number",
		step(`{"who":"a","attachments":{"b":[1]}}`):                                  "an attachment is a file name",
		step(`{"who":"a","expect":{"refused":"no"}}`):                                `refused is "forbidden", "unasked"`,
		step(`{"who":"a","expect":{"refused":[]}}`):                                  "refused must name the fields",
		step(`{"who":"a","expect":{"makes":[{}]}}`):                                  "must say of which app",
		step(`{"who":"a","expect":{"then":[{"may":[]}]}}`):                           "must say at which instance",
		step(`{"who":"a","expect":{"then":[{"at":"x","mya":[]}]}}`):                  `unknown key "mya"`,
		step(`{"who":"a","expect":{"then":[{"at":"x","absent":[""]}]}}`):             "absent must be a list of texts",
		step(`{"who":"a","expect":{"then":[{"at":"x","may":[{"do":["read"]}]}]}}`):   "may must say who and do",
		step(`{"who":"a","expect":{"refused":"forbidden","makes":[{"app":"a/b"}]}}`): "what is refused makes nothing",
		step(`{"who":"a","expect":{"then":[{"at":"x","values":{},"exactly":{}}]}}`):  "either values or exactly",
	} {
		list, found := readScenario(raw)
		told := ""
		for _, f := range found {
			told += f.String() + "\n"
		}
		if len(list) > 0 || !strings.Contains(told, want) {
			t.Errorf("%s: got %d scenarios and %q, want %q", raw, len(list), told, want)
		}
	}
}

func TestReadScenarios_AreNoPartOfTheAppsVersion(t *testing.T) {
	t.Parallel()
	app := fstest.MapFS{"config/x.json": &fstest.MapFile{Data: []byte("{}")}}
	before, err := hash(app)
	if err != nil {
		t.Fatal(err)
	}
	app["scenarios/en.json"] = &fstest.MapFile{Data: []byte(everyKey)}
	if after, err := hash(app); err != nil || after != before {
		t.Errorf("a scenario makes another version of the app (%v)", err)
	}
}

// FuzzReadScenarios: a broken file is a finding, never a panic.
func FuzzReadScenarios(f *testing.F) {
	f.Add([]byte(everyKey))
	f.Add([]byte(`// relaxed` + "\n" + `{"scenario":"x","steps":[{"who":"a","at":"b",},]}`))
	f.Add([]byte(`{"steps":[null,{"who":null,"rows":{"a":[{"b":[{}]}]},"expect":{"makes":null}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		list, found := readScenario(string(raw))
		if len(list) == 0 && !HasErrors(found) {
			t.Error("neither a scenario nor an error")
		}
		for _, s := range list {
			if s.Name == "" || len(s.Steps) == 0 {
				t.Errorf("a scenario without name or steps: %+v", s)
			}
		}
	})
}
