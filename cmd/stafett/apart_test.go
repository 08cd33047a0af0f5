package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stafett/internal/driver"
	"stafett/internal/orgtoken"
	"stafett/internal/platformtest"
)

// The apps that applicants use, and those that the organisation works with.
var (
	applicantsApps = []string{"arrangementsstotte", "parkering", "ettersending", "vedtak", "klage"}
	casesApps      = []string{"stottesak", "parkeringssak", "legevurdering"}
)

// freeAddress gives an address that nothing listens on yet.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// targetsAt is the setting that tells where apps of Nordvik's are served.
func targetsAt(address string, apps []string) string {
	var out []string
	for _, app := range apps {
		out = append(out, "nordvik/"+app+"=http://"+address)
	}
	return strings.Join(out, ",")
}

// apart starts two programs, each with a database, a port and keys of its own: one for applicants
// and one for cases. Nothing but their settings differs from one program.
func apart(t *testing.T) (applicants, cases *world) {
	t.Helper()
	at, other := freeAddress(t), freeAddress(t)
	applicants, _ = newWorldWith(t, map[string]string{
		"addr": at, "targets": targetsAt(other, casesApps),
	})
	cases, _ = newWorldWith(t, map[string]string{
		"addr": other, "targets": targetsAt(at, applicantsApps),
		"apps":                   otherPeople(t) + ",../../apps",
		"maskinporten-issuer":    applicants.address + devMaskinporten + "/",
		"maskinporten-client-id": "nordvik",
		"maskinporten-key-file":  developmentPath(applicants.data, "client-nordvik"),
	})
	return applicants, cases
}

// otherPeople writes a register in which everybody has another number, no applicant is there, and
// Siri has the number that is Kari's at the applicants' end.
func otherPeople(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../apps/" + registerFile)
	if err != nil {
		t.Fatal(err)
	}
	var r map[string][]map[string]any
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	const kariID, siriID = 50001, 50008
	gone := func(id any) bool { return id.(float64) < 50004 || id == 51003.0 }
	r["parties"] = slices.DeleteFunc(r["parties"], func(p map[string]any) bool { return gone(p["id"]) })
	moved := func(id any) any {
		if id == float64(siriID) {
			return kariID
		}
		return id.(float64) + 2000
	}
	for _, p := range r["parties"] {
		p["id"] = moved(p["id"])
	}
	for _, list := range []string{"roles", "grants"} {
		r[list] = slices.DeleteFunc(r[list], func(g map[string]any) bool {
			return gone(g["person"]) || gone(g["party"])
		})
		for _, g := range r[list] {
			for _, who := range []string{"person", "party", "grantedBy"} {
				if g[who] != nil {
					g[who] = moved(g[who])
				}
			}
		}
	}
	if raw, err = json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, registerFile), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestApart walks the whole grant matter between two installations: applied, told of, asked for
// more, answered, written about, corrected, decided, read, appealed; and another is withdrawn.
func TestApart(t *testing.T) {
	t.Parallel()
	a, b := apart(t)
	ctx := t.Context()
	const title = "Vårfest i Nordvik"
	citizen, worker := signedIn(t, a.address, kari), signedIn(t, b.address, ingrid)
	receipt := apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	one := strings.TrimSuffix(receipt.URL, "/receipt")
	status := one + "/status"
	caseURL := find(ctx, t, worker, title)
	says(ctx, t, citizen, status, "Mottatt", "En saksbehandler begynner på den snart",
		"Saken behandles i et annet datasystem hos Nordvik kommune")
	says(ctx, t, worker, caseURL, "situasjonskart.pdf", "ligger i et annet datasystem")

	askForMore(ctx, t, worker, caseURL)
	answerMore(ctx, t, citizen, status, "Vi mangler noen opplysninger om dansen.", "Når er det slutt?")
	says(ctx, t, worker, caseURL, "Søkeren har svart", "Klokka ti.", "tilbud.pdf")

	first := press(ctx, t, citizen, get(ctx, t, citizen, status), "/correct")
	if _, err := citizen.Send(ctx, correct(ctx, t, citizen, first, "400 00 199")); err != nil {
		t.Fatal(err)
	}
	says(ctx, t, worker, caseURL, "Søkeren rettet søknaden", "400 00 199", "Vakthold")
	press(ctx, t, worker, get(ctx, t, worker, caseURL+"/confirm"), "/confirm")
	talkApart(ctx, t, citizen, worker, status, caseURL)

	decideGrant(ctx, t, worker, caseURL)
	p := says(ctx, t, citizen, status, "Ferdig behandlet", "Svar til deg")
	letter := says(ctx, t, citizen, p.Link("Svar til deg"), "Du får det du søkte om", "Du kan klage")
	appeal(ctx, t, citizen, letter)
	says(ctx, t, worker, find(ctx, t, worker, "Klage: "+title), "Vi vil ha mer.", title+" (Avsluttet)")
	nothingInternal(ctx, t, citizen, "/my/sent", "/my")
	withdrawApart(ctx, t, citizen, worker)
	heldApart(t, a, b)
}

// talkApart has the caseworker write to the applicant, who answers.
func talkApart(
	ctx context.Context, t *testing.T, citizen, worker *driver.Browser, status, caseURL string,
) {
	t.Helper()
	const question, answer = "Hvor mange plasser har dere?", "Det er 80 plasser."
	sayTo(ctx, t, worker, caseURL, question, 200)
	p := says(ctx, t, citizen, status, question)
	f := p.FormTo("/message")
	if err := f.Fill(map[string]string{"text": answer}); err != nil {
		t.Fatal(err)
	}
	if _, err := citizen.Submit(ctx, p, f, "", ""); err != nil {
		t.Fatal(err)
	}
	says(ctx, t, worker, caseURL, answer)
}

func withdrawApart(ctx context.Context, t *testing.T, citizen, worker *driver.Browser) {
	t.Helper()
	const title = "Avlyst vårfest"
	receipt := apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	caseURL := find(ctx, t, worker, title)
	ask := get(ctx, t, citizen, strings.TrimSuffix(receipt.URL, "receipt")+"withdraw")
	press(ctx, t, citizen, ask, "/withdraw")
	says(ctx, t, worker, caseURL, "Søkeren trakk søknaden", "Trukket av søkeren")
}

// heldApart looks at what each database holds: its own apps, no address of the other's that could
// be taken for its own, and nothing that has stopped on its way.
func heldApart(t *testing.T, a, b *world) {
	t.Helper()
	for _, one := range []struct {
		w     *world
		query string
		want  int64
	}{
		{a, `SELECT count(*) FROM instance WHERE app = ANY (ARRAY['stottesak', 'parkeringssak', 'legevurdering'])`, 0},
		{b, `SELECT count(*) FROM instance WHERE app <> 'stottesak'`, 0},
		{b, `SELECT count(*) FROM instance`, 3},
		{a, `SELECT count(*) FROM instance WHERE app = 'vedtak' AND owner = 50001`, 1},
		{b, `SELECT count(*) FROM instance WHERE source_owner >= 0 OR thread_owner >= 0`, 0},
		{b, `SELECT count(*) FROM party WHERE person_number = '` + kari + `'`, 0},
		{a, `SELECT count(*) FROM delivery WHERE state <> 'delivered'`, 0},
		{b, `SELECT count(*) FROM delivery WHERE state <> 'delivered'`, 0},
		{a, `SELECT count(*) FROM delivery WHERE target_owner > 0 AND to_app = 'stottesak'`, 0},
	} {
		if n := one.w.number(t, one.query); n != one.want {
			t.Errorf("%s: %d, want %d", one.query, n, one.want)
		}
	}
	// Who has the applicant's number at the other end is somebody else.
	for path, want := range map[string]int{
		"/my/sent": 200, "/nordvik/arrangementsstotte": 404, "/nordvik/vedtak": 404,
	} {
		p, err := signedIn(t, b.address, siri).Get(t.Context(), path)
		if err != nil || p.Status != want || strings.Contains(p.Main(), "Vårfest") {
			t.Errorf("%s at the cases' end: %d, %v: %s", path, p.Status, err, p.Main())
		}
	}
	t.Logf("%d deliveries one way, %d the other", a.number(t, `SELECT count(*) FROM delivery`),
		b.number(t, `SELECT count(*) FROM delivery`))
}

// TestApart_ACaseInAltinn has the case made in a real Altinn 3 environment, by settings alone, and
// tells a person of what cannot be brought there.
func TestApart_ACaseInAltinn(t *testing.T) {
	t.Parallel()
	signing, err := orgtoken.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	e := platformtest.New(signing)
	t.Cleanup(e.Close)
	operations := freeAddress(t)
	w, _ := newWorldWith(t, map[string]string{
		"targets": appB + "=altinn+" + e.URL, "altinn-platform": e.URL, "ops-addr": operations,
	})
	ctx := t.Context()
	citizen := signedIn(t, w.address, kari)
	receipt := apply(ctx, t, citizen, "Sangkveld i Nordvik", []byte("%PDF-1.7\nkart"))
	one := strings.TrimSuffix(receipt.URL, "/receipt")
	says(ctx, t, citizen, one+"/status", "Saken behandles i et annet datasystem hos Nordvik kommune")
	id := w.word(t, `SELECT id::text FROM delivery`)
	made := e.Made(id)
	if len(made) != 1 || made[0].Owner != "organisation:"+nordvik ||
		!slices.Contains(made[0].Parts, "vedlegg") || !slices.Contains(made[0].Parts, "soknad-pdf") {
		t.Errorf("made in Altinn: %+v", made)
	}
	press(ctx, t, citizen, get(ctx, t, citizen, one+"/withdraw"), "/withdraw")
	says(ctx, t, signedIn(t, w.address, tor), "/admin/"+nordvik+"/deliveries?state=parked",
		"Saken ligger i Altinn, som bare tar imot nye saker")
	answer, err := http.Get("http://" + operations + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	figures, err := io.ReadAll(answer.Body)
	if want := `stafett_altinn_asked_total{target="` + appB + `"} 1`; err != nil ||
		!strings.Contains(string(figures), want) {
		t.Errorf("the figures do not say %s: %v", want, err)
	}
}
