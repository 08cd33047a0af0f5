package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stafett/internal/driver"
)

const (
	changedFile = appA + "/config/applicationmetadata.json"
	changedFrom = "Søknad om arrangementsstøtte"
	brokenPage  = appA + "/ui/soknad/layouts/soker.json"
)

// developing starts the program with a copy of the example apps that the test may change.
func developing(t *testing.T) (folder string, b *driver.Browser) {
	t.Helper()
	folder = tryCopy(t)
	address, _ := runningWith(t, t.TempDir(), map[string]string{"apps": folder})
	return folder, driver.New(address)
}

// rewrite changes words in a file, and fails when they are not there.
func rewrite(t *testing.T, file, old, new string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(raw), old) {
		t.Fatalf("%s does not hold %q: %v", file, old, err)
	}
	changed := strings.Replace(string(raw), old, new, 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

// soon waits until a page shows some words, and tells how long it took.
func soon(t *testing.T, b *driver.Browser, path, words string) *driver.Page {
	t.Helper()
	return soonThat(t, b, path, "shows "+words, func(body string) bool {
		return strings.Contains(body, words)
	})
}

func soonThat(
	t *testing.T, b *driver.Browser, path, what string, is func(body string) bool,
) *driver.Page {
	t.Helper()
	begun := time.Now()
	for pause := time.NewTicker(20 * time.Millisecond); ; <-pause.C {
		p, err := b.Get(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if is(string(p.Body)) {
			t.Logf("%s %s after %v", path, what, time.Since(begun).Round(time.Millisecond))
			return p
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("it is never so that %s %s: %s", path, what, p.Body)
		}
	}
}

func TestServe_AChangedAppIsServedAndABrokenOneShowsItsFindings(t *testing.T) {
	t.Parallel()
	folder, b := developing(t)
	if p := soon(t, b, "/"+appA, changedFrom); strings.Contains(string(p.Body), "definition-problems") {
		t.Error("sound apps are told to have problems")
	}
	rewrite(t, filepath.Join(folder, changedFile), changedFrom, "Ny tittel på skjemaet")
	soon(t, b, "/"+appA, "Ny tittel på skjemaet")

	// Broken: its start page tells what is wrong and where, and the last good one is served.
	rewrite(t, filepath.Join(folder, brokenPage), `"simpleBinding": "soker.navn"`, `"simpleBinding": "soker.nvan"`)
	p := soon(t, b, "/"+appA, "did you mean soker.navn?")
	for _, want := range []string{
		brokenPage + ":", "error: the field soker.nvan is not in the model", "[field-unknown]",
		"Ny tittel på skjemaet", `id="start-sign-in"`,
	} {
		if !strings.Contains(string(p.Body), want) {
			t.Errorf("the broken app's page does not show %q", want)
		}
	}
	if p.Status != 200 {
		t.Errorf("status %d", p.Status)
	}
	soon(t, b, "/", "definition-problems")

	// Mended: nothing is left to tell, and what was changed meanwhile is served.
	rewrite(t, filepath.Join(folder, changedFile), "Ny tittel på skjemaet", "Enda en tittel")
	rewrite(t, filepath.Join(folder, brokenPage), "soker.nvan", "soker.navn")
	soonThat(t, b, "/"+appA, "shows the new title and no problems", func(body string) bool {
		return strings.Contains(body, "Enda en tittel") && !strings.Contains(body, "definition-problems")
	})
}

func TestServe_ANewAppRunsAtOnce(t *testing.T) {
	t.Parallel()
	folder, b := developing(t)
	var out strings.Builder
	err := run(t.Context(), []string{"new", "nordvik/tips", "-dir", folder}, noEnvironment, &out)
	if err != nil || !strings.Contains(out.String(), "0 findings") {
		t.Fatalf("%v: %s", err, out.String())
	}
	// Its own scenario goes as it is written, with the register's people and without any.
	if said, err := tryIn(t, "-app", "nordvik/tips", folder); err != nil {
		t.Errorf("%v: %s", err, said)
	}
	soon(t, b, "/nordvik/tips", "start-sign-in")
	if _, err := b.SignIn(t.Context(), kari); err != nil {
		t.Fatal(err)
	}
	first, err := b.Start(t.Context(), "nordvik/tips")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(first.Body), "Hvem skriver?") {
		t.Errorf("the first page is %s", first.Body)
	}
	if err := run(t.Context(), []string{"new", "nordvik/tips", "-dir", folder}, noEnvironment,
		io.Discard); err == nil {
		t.Error("an app that is there was made anew")
	}
}

func noEnvironment(string) string { return "" }

func TestWatcher_ThereIsNoneInProduction(t *testing.T) {
	t.Parallel()
	w, err := newWatcher(Config{Mode: Production, Apps: []string{"../../apps"}}, nil, nil, nil)
	if w != nil || err != nil || w.findings() != nil {
		t.Errorf("got %v, %v", w, err)
	}
}
