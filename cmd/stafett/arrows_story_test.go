package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/apps"
	"stafett/internal/app"
)

const amina = "21918845590"

// TestStories_WalkEveryArrow walks the example solution in stories over one program. In the end
// every handover and every report that a definition has was delivered in one of them: an arrow
// that is added needs a story.
func TestStories_WalkEveryArrow(t *testing.T) {
	t.Parallel()
	address, database := running(t)
	t.Run("stories", func(t *testing.T) {
		for name, story := range map[string]func(*testing.T, string){
			"the whole matter":                    theWholeMatter,
			"health data reaches the doctor only": healthDataReachesTheDoctorAlone,
			"a parking case asks for more":        aParkingCaseAsksForMore,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				story(t, address)
			})
		}
	})
	walked := deliveredArrows(t, database)
	all := arrows(t)
	for _, arrow := range all {
		if !slices.Contains(walked, arrow) {
			t.Errorf("no story walks %s", arrow)
		}
	}
	if len(all) == 0 {
		t.Fatal("the definitions have no arrow")
	}
	t.Logf("%d arrows walked", len(all))
}

// arrows are the handovers and reports of the definitions, as "app id".
func arrows(t *testing.T) []string {
	t.Helper()
	defs, _ := app.LoadAll(apps.FS)
	var out []string
	for _, d := range defs {
		for _, h := range d.Handovers {
			out = append(out, fmt.Sprintf("%s %s to %s", d.Ref.App, h.ID, h.To.App))
		}
		for _, r := range d.Reports {
			out = append(out, fmt.Sprintf("%s %s", d.Ref.App, r.ID))
		}
	}
	return out
}

// deliveredArrows waits until nothing is on its way, and gives what was delivered, or told in an answer. Nothing
// may be parked.
func deliveredArrows(t *testing.T, database string) []string {
	t.Helper()
	db, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var waiting int
		var parked string
		err := db.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE state = 'waiting'), COALESCE(string_agg(
			concat_ws(' ', kind, source_app, handover, to_app, error_code, error_detail), ', ')
			FILTER (WHERE state = 'parked'), '') FROM delivery`).Scan(&waiting, &parked)
		if err != nil || parked != "" || time.Now().After(end) {
			t.Fatalf("%d deliveries wait, and parked are %q: %v", waiting, parked, err)
		}
		if waiting == 0 {
			break
		}
	}
	var jobs, wrong int
	err = db.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE (d.kind = 'report') <> (j.priority > 1))
		FROM river_job AS j JOIN delivery AS d ON d.id = (j.args ->> 'delivery')::uuid`).Scan(&jobs, &wrong)
	if err != nil || jobs == 0 || wrong > 0 {
		t.Errorf("%d of %d jobs have another's place in the line: what tells goes last (%v)", wrong, jobs, err)
	}
	rows, err := db.Query(t.Context(), `SELECT DISTINCT source_app || ' ' || handover ||
		CASE WHEN kind = 'report' THEN '' ELSE ' to ' || to_app END FROM delivery`)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return append(out, toldArrows(t, db)...)
}

// toldArrows gives the reports that were told in the answer to who made a case: those of its first task.
func toldArrows(t *testing.T, db *pgx.Conn) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), `SELECT DISTINCT instance_app FROM idempotency_key WHERE told IS NOT NULL`)
	if err != nil {
		t.Fatal(err)
	}
	told, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(told) == 0 {
		t.Fatalf("no answer told anything: %v", err)
	}
	var out []string
	defs, _ := app.LoadAll(apps.FS)
	for _, d := range defs {
		at, err := d.Process.Start(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range d.Reports {
			if slices.Contains(told, d.Ref.App) && r.On.Fits(app.Moment{TaskStart: at.Task}) {
				out = append(out, fmt.Sprintf("%s %s", d.Ref.App, r.ID))
			}
		}
	}
	return out
}

// aParkingCaseAsksForMore: the answer goes back to the parking case, whose request is of the same
// app as a grant case's; what is decided then is appealed, and that is a parking case again.
func aParkingCaseAsksForMore(t *testing.T, address string) {
	ctx := t.Context()
	citizen, worker := signedIn(t, address, amina), signedIn(t, address, per)
	grants := signedIn(t, address, ingrid)
	const title = "Parkeringstillatelse for Nora Hassan"
	status := applyForParking(ctx, t, citizen, map[string]string{"gjelder.hvem": "barn",
		"gjelder.barnNavn": "Nora Hassan", "gjelder.barnFodt": "2018-03-14",
		"behov.rolle": "passasjer"})
	one := find(ctx, t, worker, title)
	press(ctx, t, worker, get(ctx, t, worker, one+"/confirm"), "/confirm")
	press(ctx, t, worker, get(ctx, t, worker, one+"/reject"), "/reject")
	press(ctx, t, worker, write(ctx, t, worker, one, map[string]string{
		"mer.melding": "Vi mangler noe om bilen.", "mer.slag": "begge",
		"mer.sporsmal": "Hvilken bil bruker dere?", "mer.hva": "Bilde av vognkortet",
		"mer.frist": inDays(14),
	}), "/next")
	answerMore(ctx, t, citizen, status, "Vi mangler noe om bilen.", "Hvilken bil bruker dere?",
		"Bilde av vognkortet")
	says(ctx, t, worker, "/inbox/"+nordvik, "Ulest. "+title)
	says(ctx, t, worker, one, "Søkeren har svart", "Hvilken bil bruker dere?", "Klokka ti.",
		"tilbud.pdf")
	press(ctx, t, worker, get(ctx, t, worker, one+"/confirm"), "/confirm")
	press(ctx, t, worker, write(ctx, t, worker, one, map[string]string{
		"vedtak.utfall": "avslatt", "vedtak.begrunnelse": "Barnet kan gå langt nok alene.",
	}), "/next")
	said := says(ctx, t, citizen, status, "Ferdig behandlet", "Svar til deg")
	letter := get(ctx, t, citizen, said.Link("Svar til deg"))
	if !strings.Contains(letter.Main(), "Barnet kan gå langt nok alene.") {
		t.Errorf("the letter does not give the reasons: %s", letter.Main())
	}
	appeal(ctx, t, citizen, letter)
	second := find(ctx, t, worker, "Klage: "+title)
	says(ctx, t, worker, second, "Vi vil ha mer.", title+" (Avsluttet)")
	for _, path := range []string{one, second} {
		if p, err := grants.Get(ctx, path); err != nil || p.Status != 403 {
			t.Errorf("%s for who works with grants: %v, %v", path, p, err)
		}
	}
	if p := get(ctx, t, grants, "/inbox/"+nordvik); strings.Contains(p.Main(), "Nora Hassan") {
		t.Error("a parking case is shown to those who work with grants")
	}
}
