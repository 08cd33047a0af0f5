package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
	"stafett/static"
)

const formKind = "application/x-www-form-urlencoded"

// secret stands in the case and the draft that nobody without a right may see a letter of.
const secret = "Hemmelig lysfest"

// door is who gets through a route.
type door int

const (
	// open: anybody.
	open door = iota
	// person: anybody who has signed in.
	person
	// right: those with a right to what the address names.
	right
)

// entryPages are the pages of an entry of a subform.
const entryPages = "/{org}/{app}/instance/{party}/{guid}/{task}/{page}/{component}/{element}"

// doors is every route of web/routes.go. A new route fails the test until it stands here.
var doors = map[string]door{
	"GET /{$}":                      open,
	"GET /static/{file}":            open,
	"GET /about/{topic}":            open,
	"GET /login":                    open,
	"GET /auth/callback":            open,
	"GET /auth/frontchannel-logout": open,
	"POST /logout":                  open,
	"POST /language":                open,
	"GET /dev/gallery":              open,
	"GET /dev/gallery/{page}":       open,
	"GET /dev/notices":              open,
	"/":                             open,
	"GET /{org}/{app}":              open,

	"GET /party":  person,
	"POST /party": person,
	// It leads on to a page that asks for the right.
	"GET /admin/{orgnr}": person,
	"GET /my":            person,
	"GET /my/drafts":     person,
	"GET /my/sent":       person,
	"GET /my/messages":   person,

	"GET /inbox/{orgnr}":                                             right,
	"POST /inbox/{orgnr}/search":                                     right,
	"GET /inbox/{orgnr}/case/{guid}":                                 right,
	"GET /inbox/{orgnr}/case/{guid}/files/{element}":                 right,
	"GET /inbox/{orgnr}/case/{guid}/access":                          right,
	"GET /inbox/{orgnr}/case/{guid}/{action}":                        right,
	"POST /inbox/{orgnr}/case/{guid}/{action}":                       right,
	"POST /inbox/{orgnr}/case/{guid}/write/save":                     right,
	"POST /inbox/{orgnr}/case/{guid}/work/{act}":                     right,
	"GET /admin/{orgnr}/people":                                      right,
	"GET /admin/{orgnr}/people/grant":                                right,
	"POST /admin/{orgnr}/people/grant":                               right,
	"GET /admin/{orgnr}/people/withdraw/{grant}":                     right,
	"POST /admin/{orgnr}/people/withdraw/{grant}":                    right,
	"GET /admin/{orgnr}/solution":                                    right,
	"GET /admin/{orgnr}/solution/{app}":                              right,
	"GET /admin/{orgnr}/deliveries":                                  right,
	"GET /admin/{orgnr}/deliveries/{delivery}":                       right,
	"POST /admin/{orgnr}/deliveries/{delivery}/retry":                right,
	"GET /admin/{orgnr}/log":                                         right,
	"GET /admin/{orgnr}/log.csv":                                     right,
	"POST /{org}/{app}/start":                                        right,
	"GET /{org}/{app}/instance/{party}/{guid}":                       right,
	"GET /{org}/{app}/instance/{party}/{guid}/files/{element}":       right,
	"GET /{org}/{app}/instance/{party}/{guid}/delete":                right,
	"POST /{org}/{app}/instance/{party}/{guid}/delete":               right,
	"GET /{org}/{app}/instance/{party}/{guid}/receipt":               right,
	"GET /{org}/{app}/instance/{party}/{guid}/receipt.pdf":           right,
	"GET /{org}/{app}/instance/{party}/{guid}/status":                right,
	"GET /{org}/{app}/instance/{party}/{guid}/confirm":               right,
	"POST /{org}/{app}/instance/{party}/{guid}/action/{action}":      right,
	"POST /{org}/{app}/instance/{party}/{guid}/correct":              right,
	"GET /{org}/{app}/instance/{party}/{guid}/withdraw":              right,
	"POST /{org}/{app}/instance/{party}/{guid}/withdraw":             right,
	"POST /{org}/{app}/instance/{party}/{guid}/message":              right,
	"GET /{org}/{app}/instance/{party}/{guid}/{task}/{page}":         right,
	"POST /{org}/{app}/instance/{party}/{guid}/{task}/{page}":        right,
	"POST /{org}/{app}/instance/{party}/{guid}/{task}/{page}/save":   right,
	"POST /{org}/{app}/instance/{party}/{guid}/{task}/{page}/upload": right,
	"GET " + entryPages:                                              right,
	"GET " + entryPages + "/{subpage}":                               right,
	"POST " + entryPages + "/{subpage}":                              right,
	"POST " + entryPages + "/{subpage}/save":                         right,
	"POST " + entryPages + "/{subpage}/upload":                       right,
}

var (
	handled  = regexp.MustCompile(`mux\.Handle\("([^"]*)"(?:\+(\w+)(?:\+"([^"]*)")?)?,`)
	constant = regexp.MustCompile(`const (\w+) = "([^"]*)"`)
)

// routes reads the patterns out of the file that registers them.
func routes(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("../../web/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]string{"": ""}
	for _, m := range constant.FindAllStringSubmatch(string(source), -1) {
		constants[m[1]] = m[2]
	}
	var out []string
	for _, m := range handled.FindAllStringSubmatch(string(source), -1) {
		value, ok := constants[m[2]]
		if !ok {
			t.Fatalf("%q: no constant %s", m[0], m[2])
		}
		out = append(out, m[1]+value+m[3])
	}
	if n := strings.Count(string(source), "mux.Handle"); n != len(out) || n == 0 {
		t.Fatalf("read %d of %d routes", len(out), n)
	}
	return out
}

// scene is a program with one case at Nordvik and one draft of Kari's.
type scene struct {
	*world
	caseID, draft, draftID string
}

func newScene(t *testing.T) scene {
	t.Helper()
	s := scene{world: newWorld(t)}
	body := strings.Replace(ownB, "Lysfest", secret, 1)
	r := s.do(t, "POST", makeB, strings.NewReader(body), "Content-Type", jsonKind,
		"Authorization", bearer(s.write(t)))
	if r.status != 201 {
		t.Fatalf("the case is not made: %d %s", r.status, r.body)
	}
	s.caseID = strings.TrimPrefix(idOf(t, r), "51001/")
	p, err := signedIn(t, s.address, kari).Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(p.URL, "/")
	if p.Status != 200 || len(parts) < 6 {
		t.Fatalf("the draft is not made: %d %s", p.Status, p.URL)
	}
	s.draft, s.draftID = strings.Join(parts[:6], "/"), parts[5]
	return s
}

// address gives a route's method and an address that it serves. A case's is B's at Nordvik, an
// instance's is Kari's draft.
func (s scene) routeAddress(t *testing.T, route string) (method, path string) {
	t.Helper()
	method, path, ok := strings.Cut(route, " ")
	if !ok {
		return "GET", "/my/finnes-ikke"
	}
	guid := s.draftID
	if strings.HasPrefix(path, "/inbox") {
		guid = s.caseID
	}
	app := appA
	if strings.HasSuffix(path, "/start") {
		app = appB
	}
	page := "soker"
	if strings.HasPrefix(path, "/dev") {
		page = "finnes-ikke"
	}
	return method, strings.NewReplacer(
		"{$}", "", "{org}/{app}", app, "{app}", "stottesak", "{party}", "50001", "{guid}", guid,
		"{task}", "Task_1", "{page}", page, "{component}", "bater", "{subpage}", "bat",
		"{orgnr}", nordvik, "{element}", "11111111-1111-4111-8111-111111111111",
		"{delivery}", "11111111-1111-4111-8111-111111111111", "{action}", "take", "{act}", "assign", "{grant}", "1",
		"/static/{file}", static.URL("app.css"),
	).Replace(path)
}

// ask requests a route as a browser on one of our own pages would.
func (s scene) ask(t *testing.T, route, lang, cookies string) reply {
	t.Helper()
	method, path := s.routeAddress(t, route)
	if strings.HasSuffix(path, "/upload") {
		body, kind := parcel(t, part{name: "file:vedlegg", file: "kart.pdf", body: "%PDF-1.7"})
		return s.do(t, method, path, body, "Content-Type", kind, "Accept-Language", lang,
			"Cookie", cookies, "Sec-Fetch-Site", "same-origin")
	}
	if method == "POST" {
		body := strings.NewReader("version=1&task=Task_1&page=soker")
		return s.do(t, method, path, body, "Content-Type", formKind, "Accept-Language", lang,
			"Cookie", cookies, "Sec-Fetch-Site", "same-origin")
	}
	return s.do(t, method, path, nil, "Accept-Language", lang, "Cookie", cookies)
}

// TestRoutes_EachAsksForItsRight walks every route without a session, and with one of somebody
// who has no right there, in three languages.
func TestRoutes_EachAsksForItsRight(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	all := routes(t)
	cookies := map[string]string{}
	for _, who := range []string{ola, siri} {
		cookies[who] = signedIn(t, s.address, who).Cookies()
	}
	answers := 0
	for _, route := range all {
		kind, known := doors[route]
		if !known {
			t.Errorf("the route %q is not in the table", route)
			continue
		}
		t.Run(route, func(t *testing.T) {
			answers += s.anonymous(t, route, kind)
			for who, c := range cookies {
				if route == "POST /logout" {
					continue
				}
				answers += s.stranger(t, route, kind, who, c)
			}
		})
	}
	if len(doors) != distinct(all) {
		t.Errorf("the table has %d routes, web/routes.go %d", len(doors), distinct(all))
	}
	t.Logf("%d routes, %d answers", len(all), answers)
}

func distinct(all []string) int {
	seen := map[string]bool{}
	for _, s := range all {
		seen[s] = true
	}
	return len(seen)
}

func (s scene) anonymous(t *testing.T, route string, kind door) int {
	t.Helper()
	_, path := s.routeAddress(t, route)
	for _, lang := range []string{"nb", "nn", "en"} {
		r := s.ask(t, route, lang, "")
		plain(t, r, lang)
		if kind == open {
			continue
		}
		want := "/login?return=" + url.QueryEscape(path)
		if got := r.header.Get("Location"); r.status != 303 || got != want {
			t.Errorf("without a session: got %d to %q, want 303 to %q", r.status, got, want)
		}
	}
	return 3
}

func (s scene) stranger(t *testing.T, route string, kind door, who, cookies string) int {
	t.Helper()
	for _, lang := range []string{"nb", "nn", "en"} {
		r := s.ask(t, route, lang, cookies)
		p := plain(t, r, lang)
		refused := r.status == 403 || r.status == 404
		if kind == right && (!refused || p == nil || p.Heading() == "" || len(p.Main()) < 40) {
			t.Errorf("%s in %s: got %d, want a readable refusal: %.300s", who, lang, r.status,
				r.body)
		}
		if kind == person && r.status != 200 && r.status != 303 && r.status != 400 {
			t.Errorf("%s in %s: got %d", who, lang, r.status)
		}
	}
	return 3
}

// plain checks what every answer must have; it gives the page when the answer is one.
func plain(t *testing.T, r reply, lang string) *driver.Page {
	t.Helper()
	if r.status >= 500 {
		t.Errorf("got %d: %.300s", r.status, r.body)
	}
	if bytes.Contains(r.body, []byte(secret)) {
		t.Errorf("the answer tells what is not for this reader")
	}
	csp := r.header.Get("Content-Security-Policy")
	if csp == "" || strings.Contains(csp, "unsafe") {
		t.Errorf("Content-Security-Policy: %q", csp)
	}
	if got := r.header.Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("X-Content-Type-Options: %q", got)
	}
	if r.header.Get("Referrer-Policy") == "" {
		t.Error("no Referrer-Policy")
	}
	kind := r.header.Get("Content-Type")
	if got := r.header.Get("Cache-Control"); !strings.Contains(got, "no-store") &&
		!strings.HasPrefix(kind, "text/css") {
		t.Errorf("Cache-Control: %q", got)
	}
	if !strings.HasPrefix(kind, "text/html") || r.status == 303 {
		return nil
	}
	doc, err := html.Parse(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	p := &driver.Page{Status: r.status, Header: r.header, Body: r.body, Doc: doc}
	one(t, p, atom.H1)
	one(t, p, atom.Title)
	root := p.Find(func(n *html.Node) bool { return n.DataAtom == atom.Html })
	if got := driver.Attr(root, "lang"); got != lang {
		t.Errorf("lang is %q, want %q", got, lang)
	}
	return p
}

// one checks that the page has exactly one such element, and that it says something.
func one(t *testing.T, p *driver.Page, kind atom.Atom) {
	t.Helper()
	n := 0
	for d := range p.Doc.Descendants() {
		// An icon may have a title of its own.
		if d.Type == html.ElementNode && d.DataAtom == kind && d.Namespace == "" {
			n++
			if strings.TrimSpace(driver.Text(d)) == "" {
				t.Errorf("an empty %s", kind)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d %s, want 1", n, kind)
	}
}

// TestRoutes_NothingElseIsServed is X179: what a server may give away by accident.
func TestRoutes_NothingElseIsServed(t *testing.T) {
	t.Parallel()
	s := newWorld(t)
	tests := []string{
		"/debug/pprof", "/debug/pprof/", "/debug/vars", "/metrics", "/.git/config", "/.env",
		"/templates", "/templates/page", "/migrations/schema.sql", "/apps/register.json",
		"/static/", "/static/%2e%2e/go.mod", "/data/keys/maskinporten.pem",
		"/" + appA + "/config/authorization/policy.xml", "/my/x", "/inbox", "/admin", "/nordvik",
		"/sorvik/finnes-ikke",
	}
	for _, path := range tests {
		r := s.do(t, "GET", path, nil, "Accept-Language", "nn")
		if r.status != 404 {
			t.Errorf("X179 %s: got %d %s", path, r.status, r.header.Get("Location"))
		}
		plain(t, r, "nn")
	}
	t.Logf("%d addresses", len(tests))
}

// TestRoutes_AnAPIAnswersProblems checks that a system never meets a page.
func TestRoutes_AnAPIAnswersProblems(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	token := bearer(s.write(t))
	tests := []struct {
		method, path string
		status       int
	}{
		{"GET", makeB + "/51001/" + s.caseID, 403},
		{"GET", makeB + "/51001/" + strings.ToUpper(s.caseID), 403},
		{"POST", makeB + "/51001/" + s.caseID + "/data?dataType=vedlegg", 400},
		{"GET", makeB + "/51001/" + s.caseID + "/process", 403},
		{"PUT", makeB + "/51001/" + s.caseID + "/process/next", 415},
		{"GET", makeB + "/51001/" + s.caseID + "/finnes-ikke", 404},
		{"DELETE", makeB + "/51001/" + s.caseID, 403},
		{"GET", "/storage/api/v1/finnes-ikke", 404},
		{"POST", "/nordvik/finnes-ikke/instances", 404},
	}
	for _, test := range tests {
		r := s.do(t, test.method, test.path, strings.NewReader("{}"), "Authorization", token)
		if r.status != test.status {
			t.Errorf("%s %s: got %d, want %d", test.method, test.path, r.status, test.status)
		}
		plain(t, r, "nb")
		if !json.Valid(r.body) {
			t.Errorf("%s %s: %s", test.method, test.path, r.body)
		}
	}
	t.Logf("%d calls", len(tests))
}
