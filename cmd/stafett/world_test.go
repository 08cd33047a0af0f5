package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/net/html/atom"

	"stafett/internal/access"
	"stafett/internal/driver"
	"stafett/internal/solutiontest"
)

// Further test persons and the two apps.
const (
	ola   = "03859138887"
	berit = "09826640194"

	appA = "nordvik/arrangementsstotte"
	appB = "nordvik/stottesak"
)

// world is one running program with a look at its database. One goroutine uses it at a time.
type world struct {
	address, data string
	db            *pgx.Conn
	client        *http.Client
}

// newWorld starts a program for the test.
func newWorld(t *testing.T) *world {
	t.Helper()
	w, _ := newWorldWith(t, nil)
	return w
}

// newWorldWith does so with further settings, and gives the database's address too.
func newWorldWith(t *testing.T, settings map[string]string) (*world, string) {
	t.Helper()
	return newWorldLogged(t, settings, nil)
}

// newWorldLogged does so, and writes the log where the test can read it.
func newWorldLogged(t *testing.T, settings map[string]string, log io.Writer) (*world, string) {
	t.Helper()
	w := &world{data: t.TempDir()}
	address, database := runningLogged(t, w.data, settings, log)
	w.address = address
	db, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	w.db = db
	w.client = &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{MaxIdleConnsPerHost: 4, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	return w, database
}

// reply is an answer as it came, no redirect followed.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request; headers are pairs of name and value, and one with an empty value is left
// out.
func (w *world) do(t *testing.T, method, path string, body io.Reader, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.address+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			r.Header.Add(headers[i], headers[i+1])
		}
	}
	answer, err := w.client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	if _, _, err := description(t).Answer(method, path, answer.StatusCode, answer.Header, content); err != nil {
		t.Errorf("the answer is not as docs/openapi.yaml describes it: %v", err)
	}
	return reply{answer.StatusCode, answer.Header, content}
}

// number gives the one number that a query gives.
func (w *world) number(t *testing.T, query string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := w.db.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// word gives the one text that a query gives; "" when it gives no row.
func (w *world) word(t *testing.T, query string, args ...any) string {
	t.Helper()
	var s string
	err := w.db.QueryRow(t.Context(), query, args...).Scan(&s)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

// lastLine is the number of the newest audit line.
func (w *world) lastLine(t *testing.T) int64 {
	t.Helper()
	return w.number(t, `SELECT COALESCE(max(id), 0) FROM audit_event`)
}

// lines tells the audit lines after one, as "act outcome app actor organisation reason".
func (w *world) lines(t *testing.T, after int64) []string {
	t.Helper()
	rows, err := w.db.Query(t.Context(), `SELECT concat_ws(' ', act, outcome, org || '/' || app,
		COALESCE(actor, 0), organisation_number, detail->>'reason', detail->>'role')
		FROM audit_event WHERE id > $1 ORDER BY id`, after)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// logged checks that a line with all the words was written after one.
func (w *world) logged(t *testing.T, after int64, words ...string) {
	t.Helper()
	lines := w.lines(t, after)
	for _, line := range lines {
		all := true
		for _, word := range words {
			all = all && strings.Contains(" "+line+" ", " "+word+" ")
		}
		if all {
			return
		}
	}
	t.Errorf("no audit line with %q among %q", words, lines)
}

// stored counts what an instance of an app consists of, and the uploads that belong to nothing.
func (w *world) stored(t *testing.T, app string) string {
	t.Helper()
	return w.word(t, `SELECT concat(
		(SELECT count(*) FROM instance WHERE org || '/' || app = $1), ' instances, ',
		(SELECT count(*) FROM element e JOIN instance i ON i.id = e.instance
			WHERE i.org || '/' || i.app = $1), ' elements, ',
		(SELECT count(*) FROM upload WHERE NOT attached), ' loose uploads')`, app)
}

// token gives an organisation token from the development issuer, as the command does.
func (w *world) token(t *testing.T, org, app, scope string) string {
	t.Helper()
	var out bytes.Buffer
	c := Config{
		Mode: Development, BaseURL: w.address, DataDir: w.data, Apps: []string{"../../apps"},
		load: solutiontest.LoadAll,
	}
	if err := token(t.Context(), c, []string{org, app, scope}, &out); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out.String())
}

// write is a token of Nordvik's own that is good for B.
func (w *world) write(t *testing.T) string {
	t.Helper()
	return w.token(t, "nordvik", appB, access.ScopeWrite)
}

// part is one part of a multipart body.
type part struct{ name, file, kind, digest, body string }

// parcel packs parts into a multipart body.
func parcel(t *testing.T, parts ...part) (body io.Reader, contentType string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		disposition := fmt.Sprintf(`form-data; name=%q`, p.name)
		if p.file != "" {
			disposition += fmt.Sprintf(`; filename=%q`, p.file)
		}
		h.Set("Content-Disposition", disposition)
		for name, value := range map[string]string{
			"Content-Type": p.kind, "Content-Digest": p.digest,
		} {
			if value != "" {
				h.Set(name, value)
			}
		}
		to, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, p.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &out, w.FormDataContentType()
}

// choice is a radio button with its label.
type choice struct{ value, label string }

// offered gives the page's radio buttons.
func (s scene) offered(p *driver.Page) []choice {
	labels := map[string]string{}
	var out []choice
	for n := range p.Doc.Descendants() {
		switch {
		case n.DataAtom == atom.Label:
			labels[driver.Attr(n, "for")] = strings.TrimSpace(driver.Text(n))
		case n.DataAtom == atom.Input && driver.Attr(n, "type") == "radio":
			out = append(out, choice{driver.Attr(n, "value"), driver.Attr(n, "id")})
		}
	}
	for i := range out {
		out[i].label = labels[out[i].label]
	}
	return out
}
