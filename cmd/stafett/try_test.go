package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const aScenarioFile = "nordvik/parkering/scenarios/to-saker.json"

// tryCopy gives a copy of the example apps that the test may change.
func tryCopy(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	return folder
}

func tryIn(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), append([]string{"try"}, args...), noEnvironment, &out)
	return out.String(), err
}

func TestTry_TheExampleAppsGoAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	said, err := tryIn(t, "../../apps")
	t.Logf("%s in %v", strings.TrimSpace(said), time.Since(begun).Round(time.Millisecond))
	if err != nil || !strings.Contains(said, " of 8 apps, ") || !strings.Contains(said, ", 0 of them not met") {
		t.Errorf("got %v: %s", err, said)
	}
	// One app's own folder: its own scenarios, among all the apps round it.
	said, err = tryIn(t, "../../apps/nordvik/legevurdering")
	if err != nil || !strings.HasPrefix(said, "1 scenarios of 1 apps, ") {
		t.Errorf("one app's folder: got %v: %s", err, said)
	}
}

func TestTry_TellsWhatFailsAndEndsWithAnError(t *testing.T) {
	t.Parallel()
	folder := tryCopy(t)
	rewrite(t, filepath.Join(folder, "nordvik/parkering/config/handover.json"),
		`"behov.hvor": ["dataModel", "behov.hvor"]`, `"behov.hvor": ["dataModel", "helse.plager"]`)
	said, err := tryIn(t, "-app", "nordvik/parkering", folder)
	if !errors.Is(err, errScenarios) {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{
		aScenarioFile + ":", `expected that behov.hvor of nordvik/parkeringssak is "Ved jobben."`,
		`got: "Slitasje i begge hofter"`, "hint: handover parkeringssak gives it: ",
		`expected that "Slitasje" stands nowhere in nordvik/parkeringssak`,
		"3 scenarios of 1 apps",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
	said, err = tryIn(t, "-format", "json", folder)
	var got struct {
		Scenarios, Expectations int
		Failures                []failed
	}
	if jsonErr := json.Unmarshal([]byte(said), &got); jsonErr != nil || !errors.Is(err, errScenarios) ||
		got.Scenarios < 10 || len(got.Failures) == 0 || got.Failures[0].Line == 0 {
		t.Errorf("as JSON: %v, %v, %+v", err, jsonErr, got)
	}
}

func TestTry_FailsAtNothingAndAtWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	if said, err := tryIn(t, t.TempDir()); !errors.Is(err, errNoScenarios) {
		t.Errorf("an empty folder: got %v: %s", err, said)
	}
	folder := tryCopy(t)
	rewrite(t, filepath.Join(folder, aScenarioFile), `"do": "next"`, `"duo": "next"`)
	said, err := tryIn(t, folder)
	if !errors.Is(err, errMending) || !strings.Contains(said, `unknown key "duo"`) ||
		!strings.Contains(said, aScenarioFile+":") {
		t.Errorf("a misspelt key: got %v: %s", err, said)
	}
	for _, args := range [][]string{{"-format", "xml"}, {"-app", "x"}, {"ingen-mappe"}} {
		if _, err := tryIn(t, args...); err == nil {
			t.Errorf("%q was taken", args)
		} else if _, usage := errors.AsType[*usageError](err); !usage {
			t.Errorf("%q: got %v", args, err)
		}
	}
}

// lines is what a command that goes on has said so far.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) wait(t *testing.T, words string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		l.mu.Lock()
		said := strings.Contains(l.text.String(), words)
		l.mu.Unlock()
		if said {
			return
		}
	}
	t.Fatalf("it never says %q: %s", words, l.text.String())
}

func TestTry_WatchPlaysThemAgainAtEverySave(t *testing.T) {
	t.Parallel()
	folder := tryCopy(t)
	ctx, stop := context.WithCancel(t.Context())
	var out lines
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"try", "-watch", folder}, noEnvironment, &out) }()
	out.wait(t, ", 0 of them not met")
	rewrite(t, filepath.Join(folder, aScenarioFile), `{today+28}`, `{today+27}`)
	out.wait(t, "due of nordvik/parkeringssak is")
	out.wait(t, ", 1 of them not met")
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestServe_AScenarioThatFailsIsShownInTheBrowser(t *testing.T) {
	t.Parallel()
	folder, b := developing(t)
	scenario := filepath.Join(folder, aScenarioFile)
	rewrite(t, scenario, `"nowhere": ["Slitasje"]`, `"nowhere": ["Ved jobben"]`)
	p := soon(t, b, "/", "stands nowhere in nordvik/parkeringssak")
	for _, want := range []string{aScenarioFile + ":", "[scenario-failed]", "definition-problems"} {
		if !strings.Contains(string(p.Body), want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	// The app is served all the same, and nothing is left to tell when it is mended.
	soon(t, b, "/nordvik/parkering", "start-sign-in")
	rewrite(t, scenario, `"nowhere": ["Ved jobben"]`, `"nowhere": ["Slitasje"]`)
	soonThat(t, b, "/", "shows no problems", func(body string) bool {
		return !strings.Contains(body, "definition-problems")
	})
}
