package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stafett/internal/driver"
)

// matrix is a program with all that the matrix asks about.
type matrix struct {
	*world
	actors []*mxActor
	things []*mxThing
}

// TestMatrix_OverHTTP asks a seeded choice of the matrix's rows of one running program: 300, and
// 3,000 with STAFETT_CHAOS set.
func TestMatrix_OverHTTP(t *testing.T) {
	t.Parallel()
	rows := 300
	if os.Getenv("STAFETT_CHAOS") != "" {
		rows = 3000
	}
	m := newMatrix(t)
	all := m.rows()
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("STAFETT_SEED"); given != "" {
		if _, err := fmt.Sscan(given, &seed); err != nil {
			t.Fatal(err)
		}
	}
	chosen := choose(all, rows, rand.New(rand.NewPCG(seed, seed)))
	permits, classes := 0, map[string]bool{}
	for _, r := range chosen {
		want := r.may()
		if got, told := m.asks(t, r); got != want {
			t.Errorf("%v: got %v (%s), want %v", r, got, told, want)
		}
		if want {
			permits++
		}
		classes[fmt.Sprint(r.actor.name, r.action, r.api)] = true
	}
	t.Logf("seed %d: %d of %d rows, %d permits, %d kinds", seed, len(chosen), len(all), permits, len(classes))
	if len(chosen) != rows || permits < rows/50 {
		t.Error("too few rows, or none that permits")
	}
}

// choose draws rows: first one that permits for each action and door, then whatever comes.
func choose(all []mxRow, n int, draw *rand.Rand) []mxRow {
	draw.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	seen := map[string]bool{}
	var first, rest []mxRow
	for _, r := range all {
		kind := fmt.Sprint(r.action, r.api, r.thing.app.role)
		if r.may() && !seen[kind] {
			seen[kind] = true
			first = append(first, r)
			continue
		}
		rest = append(rest, r)
	}
	out := append(first, rest...)
	return out[:min(n, len(out))]
}

func (m *matrix) rows() (out []mxRow) {
	for _, o := range m.things {
		actions := []string{"read", "list", "export", "write", "submit", "confirm", "delete", "take", "complete"}
		if o.guid == "" {
			actions = []string{"instantiate"}
		}
		for _, a := range m.actors {
			for _, action := range actions {
				out = append(out, mxRow{a, o, action, false}, mxRow{a, o, action, true})
			}
		}
	}
	return slices.DeleteFunc(out, func(r mxRow) bool {
		// Only systems complete and only pages take; an application has no task to confirm.
		return r.action == "complete" && !r.api || r.action == "take" && r.api ||
			r.thing.app.role == "" && (r.action == "confirm" || r.action == "take")
	})
}

// neighbours gives a folder with the example apps, and two of them as Sørvik's.
func neighbours(t *testing.T) string {
	t.Helper()
	folder := tryCopy(t)
	swap := strings.NewReplacer("nordvik", "sorvik", nordvik, sorvik)
	for _, name := range []string{"arrangementsstotte", "stottesak"} {
		err := filepath.WalkDir(folder+"/nordvik/"+name, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			to := filepath.Join(folder, swap.Replace(strings.TrimPrefix(path, folder)))
			if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
				return err
			}
			return os.WriteFile(to, []byte(swap.Replace(string(raw))), 0o600)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	w, _ := newWorldWith(t, map[string]string{"apps": neighbours(t)})
	m := &matrix{world: w, actors: mxActors()}
	m.exec(t, `INSERT INTO role_grant (person, party, role, source) VALUES (50009, 51002, 'sorvik-kultur', 'granted')`)
	for _, a := range m.actors {
		switch {
		case a.person():
			b := signedIn(t, m.address, a.number)
			if a.party != a.user {
				if _, err := b.Post(t.Context(), "/party", url.Values{"party": {fmt.Sprint(a.party)}}); err != nil {
					t.Fatal(err)
				}
			}
			a.cookies = b.Cookies()
			if a.level < 4 {
				m.exec(t, `UPDATE session SET data = jsonb_set(data, '{level}', '3') WHERE person = $1`, a.user)
			}
		case a.write:
			a.token = m.exchanged(t, a.org, bothScopes)
		case a.org != "":
			a.token = m.exchanged(t, a.org, "altinn:serviceowner/instances.read")
		}
	}
	m.fill(t)
	return m
}

func (m *matrix) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := m.db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// fill makes one of each thing by its own way in, and the others after its likeness.
func (m *matrix) fill(t *testing.T) {
	t.Helper()
	b := signedIn(t, m.address, kari)
	first, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	review, err := b.FillIn(t.Context(), first, driver.EventSupport(secret))
	if err != nil {
		t.Fatal(err)
	}
	draft := strings.Split(review.URL, "/")[5]
	for _, app := range mxApps {
		m.things = append(m.things, &mxThing{app: app, owner: m.ownerOf(app)})
		if app.role == "" {
			for _, owner := range []int{50001, 51003} {
				m.like(t, draft, &mxThing{app: app, owner: owner, task: "Task_1", draft: true})
				m.like(t, draft, &mxThing{app: app, owner: owner})
			}
			continue
		}
		made := m.made(t, app)
		for _, task := range append(append(slices.Clone(app.confirm), app.assess...), "") {
			m.like(t, made, &mxThing{app: app, owner: m.ownerOf(app), task: task})
		}
	}
}

func (m *matrix) ownerOf(app mxApp) int {
	switch {
	case app.role == "":
		return 0
	case app.org == "sorvik":
		return 51002
	}
	return 51001
}

// made has a system make a case.
func (m *matrix) made(t *testing.T, app mxApp) string {
	t.Helper()
	i := slices.IndexFunc(m.actors, func(a *mxActor) bool { return a.org == app.org && a.write })
	s := system{m.world, m.actors[i].token}
	number := mxThing{app: app}.orgnr()
	made := s.ok(t, 201, "POST", "/"+app.ref()+"/instances",
		`{"instanceOwner":{"organisationNumber":"`+number+`"}}`)
	_, guid, _ := strings.Cut(made["id"].(string), "/")
	return guid
}

// like makes a thing after the likeness of an instance.
func (m *matrix) like(t *testing.T, guid string, o *mxThing) {
	t.Helper()
	if o.guid == "" {
		o.guid = m.word(t, `SELECT gen_random_uuid()::text`)
		m.things = append(m.things, o)
	}
	columns := m.word(t, `SELECT string_agg(column_name, ', ') FROM information_schema.columns
		WHERE table_name = 'instance' AND table_schema = current_schema() AND is_generated = 'NEVER'`)
	status, end, over := "active", "", "NULL"
	switch {
	case o.draft:
		status = "draft"
	case o.task == "":
		status, end, over = "archived", "EndEvent_1", "now()"
	}
	m.exec(t, `INSERT INTO instance (`+columns+`) SELECT `+columns+` FROM jsonb_populate_record(
		(SELECT i FROM instance AS i WHERE id = $1), jsonb_build_object('id', $2::text, 'org', $3::text,
		'owner', $4::bigint, 'task', $5::text, 'status', $6::text, 'end_event', $7::text,
		'ended', `+over+`, 'submitted', CASE WHEN $8 THEN NULL ELSE now() END, 'thread', NULL,
		'app_version', (SELECT hash FROM app_version WHERE org = $3 AND app = $9)))`,
		guid, o.guid, o.app.org, o.owner, o.task, status, end, o.draft, o.app.name)
	m.exec(t, `INSERT INTO element (id, instance, type, content_type, size, body, locked)
		SELECT gen_random_uuid(), $2, type, content_type, size, body, $3
		FROM element WHERE instance = $1 AND body IS NOT NULL`, guid, o.guid, o.task == "")
	o.element = m.word(t, `SELECT id::text FROM element WHERE instance = $1`, o.guid)
}

// asks makes the request of a row, and tells whether it was let in and what was answered.
func (m *matrix) asks(t *testing.T, r mxRow) (bool, string) {
	t.Helper()
	method, path, kind, body := r.request()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	token := r.actor.token
	if token != "" {
		token = bearer(token)
	}
	got := m.do(t, method, path, content, "Content-Type", kind, "Cookie", r.actor.cookies,
		"Authorization", token, "Sec-Fetch-Site", "same-origin")
	told := fmt.Sprint(method, " ", path, ": ", got.status, " ", got.header.Get("Location"))
	if got.status >= 500 {
		t.Errorf("%v: %s %.200s", r, told, got.body)
	}
	refused := got.status == 401 || got.status == 403 ||
		got.status == 303 && strings.HasPrefix(got.header.Get("Location"), "/login?")
	if r.action == "list" {
		return !refused && strings.Contains(string(got.body), r.thing.guid), told
	}
	if !r.may() && (mxRow{r.actor, r.thing, "read", r.api}).may() &&
		(got.status == 400 || got.status == 409 || strings.Contains(got.header.Get("Location"), "/receipt")) {
		// Whoever may read it is told that there is no such step where it stands, that it has moved
		// on, or, where it was sent before, its receipt.
		return false, told
	}
	if r.action == "delete" && !refused {
		m.again(t, r.thing)
	}
	return !refused, told
}

// again puts a draft back that has been deleted.
func (m *matrix) again(t *testing.T, o *mxThing) {
	t.Helper()
	m.exec(t, `DELETE FROM deleted_draft WHERE instance = $1`, o.guid)
	for _, other := range m.things {
		if other.draft && other != o && m.number(t, `SELECT count(*) FROM instance WHERE id = $1`,
			other.guid) == 1 {
			m.like(t, other.guid, o)
			return
		}
	}
	t.Fatal("no draft is left")
}

// request gives the request of a row. One that is let in is found to be out of date, or changes
// nothing that another row would miss.
func (r mxRow) request() (method, path, kind, body string) {
	if r.api {
		return r.call()
	}
	o, stale := r.thing, "version=999&task="+r.thing.task+"&page="
	if r.action == "instantiate" {
		return "POST", "/" + o.app.ref() + "/start", formKind, "x=1"
	}
	own, one := o.base(), "/inbox/"+o.orgnr()+"/case/"+o.guid
	switch r.action {
	case "export":
		return "GET", own + "/receipt.pdf", "", ""
	case "delete":
		return "POST", own + "/delete", formKind, "x=1"
	}
	if o.app.role == "" {
		switch {
		case r.action == "list" && o.draft:
			return "GET", "/my/drafts", "", ""
		case r.action == "list":
			return "GET", "/my/sent", "", ""
		case r.action == "read" && o.draft:
			return "GET", own + "/Task_1/soker", "", ""
		case r.action == "read":
			return "GET", own + "/status", "", ""
		case r.action == "write":
			return "POST", own + "/Task_1/soker/save", formKind, stale + "soker"
		}
		return "POST", own + "/Task_1/se-over", formKind, stale + "se-over&go=submit"
	}
	switch {
	case r.action == "list" && o.task == "":
		return "GET", "/inbox/" + o.orgnr() + "?view=closed", "", ""
	case r.action == "list":
		return "GET", "/inbox/" + o.orgnr(), "", ""
	case r.action == "read":
		return "GET", one, "", ""
	case r.action == "write":
		return "POST", one + "/write/save", formKind, stale + "x"
	case r.action == "submit":
		return "POST", one + "/next", formKind, stale
	}
	return "POST", one + "/" + r.action, formKind, stale
}

// call gives the request of a row at the door of the API.
func (r mxRow) call() (method, path, kind, body string) {
	o := r.thing
	list := "/" + o.app.ref() + "/instances"
	one := fmt.Sprintf("%s/%d/%s", list, o.owner, o.guid)
	switch r.action {
	case "instantiate":
		return "POST", list, jsonKind, `{"instanceOwner":{"organisationNumber":"` + o.orgnr() + `"}}`
	case "list":
		return "GET", storage + "?size=100&appId=" + o.app.ref(), "", ""
	case "export":
		return "GET", one + "/process/history", "", ""
	case "write":
		return "PATCH", one + "/data/" + o.element, jsonKind, `{"patch":[],"ignoredValidators":[]}`
	case "submit":
		return "PUT", one + "/process/next", jsonKind, `{}`
	case "confirm":
		return "PUT", one + "/process/next", jsonKind, `{"action":"confirm"}`
	case "delete":
		return "DELETE", one, "", ""
	case "complete":
		return "POST", one + "/complete", "", ""
	}
	return "GET", one, "", ""
}
