package scenario_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/register"
	"stafett/internal/scenario"
)

var parking = core.AppRef{Org: "nordvik", App: "parkering"}

// stage is the example solution with its people.
func stage(t testing.TB) scenario.Stage {
	t.Helper()
	defs, _ := app.LoadAll(apps.FS)
	s := scenario.Stage{Org: "nordvik", Apps: scenario.Apps{}, Now: time.Now()}
	for _, d := range defs {
		s.Apps[d.Ref] = d
	}
	r, err := register.Load(apps.FS, "register.json")
	if err != nil {
		t.Fatal(err)
	}
	s.People.Roles = r.Held(s.Now)
	for _, p := range r.Parties {
		s.People.Parties = append(s.People.Parties, p.Core())
	}
	return s
}

// play plays a scenario of the parking app's.
func play(t testing.TB, s scenario.Stage, raw string) (scenario.Result, []app.Finding) {
	t.Helper()
	list, found := app.ReadScenarios(fstest.MapFS{
		"scenarios/en.json": &fstest.MapFile{Data: []byte(raw)},
	}, parking)
	if len(list) == 0 {
		return scenario.Result{}, found
	}
	s.People = s.People.With("nordvik", list)
	s.World = scenario.NewMemory(s.Apps, s.People, s.Now)
	return s.Play(list[0]), found
}

// sound is a scenario that goes as it is written.
func sound(t testing.TB) string {
	t.Helper()
	raw, err := os.ReadFile("../../apps/nordvik/parkering/scenarios/to-saker.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestPlay_TellsWhatWasExpectedWhatCameAndTheClosestHint(t *testing.T) {
	t.Parallel()
	s := stage(t)
	whole := sound(t)
	if r, found := play(t, s, whole); len(r.Failures)+len(found) > 0 || r.Expectations < 50 {
		t.Fatalf("the sound scenario: %+v %v", r, found)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"Ola Fjeld",` + "\n" + `      "answers"`, `"Ola Fjell",` + "\n" + `      "answers"`,
			"there is no Ola Fjell: the people are Kari Solbakken"},
		{`"soker.epost": "ola`, `"soker.epsot": "ola`,
			"a question takes the answer to soker.epsot | none does | the model has no such field: did you mean soker.epost?"},
		{`"gjelder.hvem": "meg",`, `"gjelder.hvem": "meg", "gjelder.barnNavn": "Liv",`,
			"none does | no page asks for it now: it is hidden, or cannot be changed"},
		{`"behov.rolle": "forer"`, `"behov.rolle": "sjofor"`, "it is none of the choices: forer, passasjer"},
		{`"helse.gange": "50",`, ``, "next on nordvik/parkering is done | it is stopped: helse.gange: "},
		{`["legeerklaering.pdf"]`, `["legeerklaering.exe"]`, "it does not take files like legeerklaering.exe"},
		{`"owner": "Nordvik kommune"`, `"owner": "Sørvik kommune"`,
			`owner of nordvik/parkeringssak is "Sørvik kommune" | "Nordvik kommune"`},
		{`{today+28}`, `{today+27}`, "due of nordvik/parkeringssak is"},
		{`"soker.navn": "Ola Fjeld"`, `"soker.navn": "Per"`,
			`soker.navn of nordvik/parkeringssak is "Per" | "Ola Fjeld" | handover parkeringssak gives it: nordvik/parkering/config/handover.json:`},
		{`"soker.navn": "Ola Fjeld"`, `"soker.nvan": "Ola Fjeld"`, "did you mean soker.navn?"},
		{`"behov.hvor": "Ved jobben.",` + "\n" + `              "behov.hvorOfte"`, `"behov.hvorOfte"`,
			`nothing but what is named stands in nordvik/parkeringssak | behov.hvor is "Ved jobben."`},
		{`"absent": ["soker.telefon"`, `"absent": ["helse"`,
			`helse is absent from nordvik/legevurdering | helse.gange is "50" | handover legevurdering gives it`},
		{`"nowhere": ["Slitasje"]`, `"nowhere": ["jobben"]`, `"jobben" stands nowhere in nordvik/parkeringssak`},
		{`"legeerklaering": 0`, `"legeerklaering": 1`,
			"1 files of type legeerklaering in nordvik/parkeringssak | the files none | the app has no data type legeerklaering"},
		{`"role": "nordvik-parkering"`, `"role": "nordvik-kultur"`,
			"somebody with the role nordvik-kultur may read nordvik/parkeringssak | they may not | read in Task_mottak is open to nordvik-parkering"},
		{`"Lise Moen", "Ingrid`, `"Per Nilsen", "Ingrid`, "Per Nilsen may not read nordvik/parkeringssak | they may"},
		{`"app": "nordvik/legevurdering"`, `"app": "nordvik/stottesak"`,
			"a nordvik/stottesak comes into being | none does | no handover of nordvik/parkering makes one"},
		{`"do": "next"`, `"do": "sign"`, "sign on nordvik/parkering is done"},
	} {
		raw := strings.Replace(whole, c.old, c.new, 1)
		if raw == whole {
			t.Errorf("the scenario does not hold %q", c.old)
			continue
		}
		r, found := play(t, s, raw)
		told := ""
		for _, f := range r.Failures {
			if f.Line == 0 {
				t.Errorf("%q: a failure without a line: %+v", c.new, f)
			}
			told += fmt.Sprintf("%s | %s | %s\n", f.Expected, f.Got, f.Hint)
		}
		if !strings.Contains(told, c.want) {
			t.Errorf("%q: got %s %v, want %q", c.new, told, found, c.want)
		}
	}
}

// TestPlay_RefusalsThatDoNotCome tells of what should have been refused and was not.
func TestPlay_RefusalsThatDoNotCome(t *testing.T) {
	t.Parallel()
	s := stage(t)
	const start = `{"scenario": "x", "steps": [{"who": "Ola Fjeld", %s}]}`
	for steps, want := range map[string]string{
		`"expect": {"refused": "forbidden"}`:                                         "Ola Fjeld may not take the step | it was taken",
		`"answers": {"gjelder.hvem": "meg"}, "expect": {"refused": "unasked"}`:       "no question takes one of the answers",
		`"answers": {"gjelder.hvem": "meg"}, "expect": {"refused": ["soker.epost"]}`: "the step is stopped at soker.epost | nothing stops it",
		`"start": "nordvik/parkeringssak"`:                                           "Ola Fjeld may not | no person may start nordvik/parkeringssak: it is made by handover",
		`"for": "Nordvik Musikkforening"`:                                            "Ola Fjeld may not",
		`"for": "Ingen"`:                                                             "there is no Ingen",
		`"start": "nordvik/ingen"`:                                                   "fault.app_not_found",
		`"at": "nordvik/parkering"`:                                                  "there is no instance nordvik/parkering",
		`"expect": {"then": [{"at": "sak", "status": "draft"}]}`:                     "an instance sak | there is none",
		`"who": {"role": "x", "of": "Ingen"}`:                                        "stands twice",
	} {
		r, found := play(t, s, fmt.Sprintf(start, steps))
		told := fmt.Sprint(found)
		for _, f := range r.Failures {
			told += fmt.Sprintf("%s | %s | %s\n", f.Expected, f.Got, f.Hint)
		}
		if !strings.Contains(told, want) {
			t.Errorf("%s: got %s, want %q", steps, told, want)
		}
	}
}

// TestPlay_LevelCounts: the same person may not with a weaker sign-in.
func TestPlay_LevelCounts(t *testing.T) {
	t.Parallel()
	s := stage(t)
	const story = `{"scenario": "x", "steps": [{"who": {"person": "Ola Fjeld", "level": %d}%s}]}`
	if r, _ := play(t, s, fmt.Sprintf(story, 1, `, "expect": {"refused": "forbidden"}`)); len(r.Failures) > 0 {
		t.Errorf("at level 1: %+v", r.Failures)
	}
	if r, _ := play(t, s, fmt.Sprintf(story, 4, "")); len(r.Failures) > 0 {
		t.Errorf("at level 4: %+v", r.Failures)
	}
}

// FuzzPlay: whatever can be read can be played, to its end or to a failure with a line.
func FuzzPlay(f *testing.F) {
	s := stage(f)
	paths, err := fs.Glob(apps.FS, "*/parkering/scenarios/*.json")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		raw, err := fs.ReadFile(apps.FS, path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		r, _ := play(t, s, raw)
		for _, failure := range r.Failures {
			if failure.Line == 0 || failure.Expected == "" || failure.Got == "" {
				t.Errorf("a failure that tells nothing: %+v", failure)
			}
		}
	})
}

// BenchmarkPlay plays every scenario of the example solution.
func BenchmarkPlay(b *testing.B) {
	s := stage(b)
	var list []*app.Scenario
	for ref := range s.Apps {
		own, err := fs.Sub(apps.FS, ref.String())
		if err != nil {
			b.Fatal(err)
		}
		more, _ := app.ReadScenarios(own, ref)
		list = append(list, more...)
	}
	s.People = s.People.With("nordvik", list)
	for b.Loop() {
		for _, one := range list {
			s.World = scenario.NewMemory(s.Apps, s.People, s.Now)
			if r := s.Play(one); len(r.Failures) > 0 {
				b.Fatal(r.Failures)
			}
		}
	}
	b.ReportMetric(float64(len(list)), "scenarios/op")
}
