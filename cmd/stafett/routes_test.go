package main

import (
	"bytes"
	"encoding/json"
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

// entryPages are the pages of an entry of a subform.
const entryPages = "/{org}/{app}/instance/{party}/{guid}/{task}/{page}/{component}/{element}"

// subscriptionPage is where an administrator sees one subscription.
const subscriptionPage = "/admin/{orgnr}/subscriptions/{subscription}"

// A row of the table of pages has a mark for nobody and one for each of testPersons: what the
// route answers them when it is asked for what newStand made.
//
//	o  it opens, or the request gets as far as to be found wrong (2xx, 303, 409, 422)
//	L  it leads to the sign-in page, and from there back
//	-  it is refused (403)
//	m  there is nothing in the request that could be answered (400)
//	4  there is no such page (404)
//
// The marks stand for nobody; Kari, Ola, Amina; Ingrid, Per, Lise; Tor, Siri; Jon, Berit.
const (
	forAll       = "o ooo ooo oo oo"
	unanswerable = "m mmm mmm mm mm"
	noPage       = "4 444 444 44 44"
	forSignedIn  = "L ooo ooo oo oo"
	forNobody    = "L --- --- -- --"
	// forOwner is what Kari alone may do with her draft and what she has sent.
	forOwner       = "L o-- --- -- --"
	forOwnerNoPage = "L 4-- --- -- --"
	// forOffice is for everybody who has a role in some case at Nordvik, forCaseworker for those
	// who have the one that this case's policy asks for.
	forOffice        = "L --- ooo -- --"
	forCaseworker    = "L --- o-- -- --"
	forAdministrator = "L --- --- o- --"
)

// doors is every route of web/routes.go. A new route fails the test until it stands here.
var doors = map[string]string{
	"GET /{$}":                      forAll,
	"GET /static/{file}":            forAll,
	"GET /static/theme/{file}":      forAll,
	"GET /about/{topic}":            forAll,
	"GET /login":                    forAll,
	"GET /auth/callback":            unanswerable,
	"GET /auth/frontchannel-logout": unanswerable,
	"POST /logout":                  forAll,
	"POST /language":                forAll,
	"GET /dev/gallery":              forAll,
	"GET /dev/gallery/{page}":       noPage,
	"GET /dev/notices":              forAll,
	"/":                             noPage,
	"GET /{org}/{app}":              forAll,

	"GET /signed-in":  forSignedIn,
	"POST /signed-in": forSignedIn,
	"GET /party":      forSignedIn,
	// The party that is chosen is Kari's own.
	"POST /party": forOwner,
	// It leads on to a page that asks for the right.
	"GET /admin/{orgnr}": forSignedIn,
	"GET /my":            forSignedIn,
	"GET /my/drafts":     forSignedIn,
	"GET /my/sent":       forSignedIn,
	"GET /my/messages":   forSignedIn,
	"GET /my/requests":   forSignedIn,
	"GET /my/data.zip":   forSignedIn,
	// What is posted here names no organisation.
	"POST /my/requests": "L mmm mmm mm mm",
	// No draft is named.
	"POST /my/restore": "L mmm mmm mm mm",

	"GET /inbox/{orgnr}":           forOffice,
	"GET /inbox/{orgnr}/cases.csv": forOffice,
	"GET /inbox/{orgnr}/live":      forOffice,
	"GET /inbox/{orgnr}/keys":      forOffice,
	"POST /inbox/{orgnr}/choices":  forOffice,
	"GET /inbox/{orgnr}/views":     forOffice,
	// No view is named.
	"POST /inbox/{orgnr}/views":      "L --- mmm -- --",
	"GET /inbox/{orgnr}/numbers":     forOffice,
	"GET /inbox/{orgnr}/numbers.csv": forOffice,
	"POST /inbox/{orgnr}/search":     forOffice,
	"POST /inbox/{orgnr}/next":       forOffice,
	// Nothing is posted that could be done.
	"POST /inbox/{orgnr}/bulk":                        "L --- mmm -- --",
	"GET /inbox/{orgnr}/bulk/{bulk}":                  forCaseworker,
	"POST /inbox/{orgnr}/bulk/{bulk}/{step}":          forCaseworker,
	"GET /inbox/{orgnr}/case/{guid}":                  forCaseworker,
	"GET /inbox/{orgnr}/case/{guid}/files/{element}":  forCaseworker,
	"GET /inbox/{orgnr}/case/{guid}/access":           forCaseworker,
	"GET /inbox/{orgnr}/case/{guid}/{action}":         forCaseworker,
	"POST /inbox/{orgnr}/case/{guid}/{action}":        forCaseworker,
	"POST /inbox/{orgnr}/case/{guid}/write/save":      forCaseworker,
	"POST /inbox/{orgnr}/case/{guid}/work/{act}":      forCaseworker,
	"GET /admin/{orgnr}/people":                       forAdministrator,
	"GET /admin/{orgnr}/people/{party}":               forAdministrator,
	"GET /admin/{orgnr}/people/grant":                 forAdministrator,
	"POST /admin/{orgnr}/people/grant":                forAdministrator,
	"GET /admin/{orgnr}/people/withdraw/{grant}":      forAdministrator,
	"POST /admin/{orgnr}/people/withdraw/{grant}":     forAdministrator,
	"GET /admin/{orgnr}/people/requests":              forAdministrator,
	"POST /admin/{orgnr}/people/requests/{request}":   forAdministrator,
	"GET /admin/{orgnr}/solution":                     forAdministrator,
	"GET /admin/{orgnr}/solution/{app}":               forAdministrator,
	"GET /admin/{orgnr}/deliveries":                   forAdministrator,
	"GET /admin/{orgnr}/deliveries/{delivery}":        forAdministrator,
	"POST /admin/{orgnr}/deliveries/{delivery}/retry": forAdministrator,

	// What a case has to look at and to take away.
	"GET /inbox/{orgnr}/case/{guid}/files/{element}/view":    forCaseworker,
	"GET /inbox/{orgnr}/case/{guid}/files/{element}/content": forCaseworker,
	"GET /inbox/{orgnr}/case/{guid}/attachments.zip":         forCaseworker,
	"GET /inbox/{orgnr}/case/{guid}/dossier.pdf":             forCaseworker,

	// No target is named.
	"POST /admin/{orgnr}/deliveries/retry":              "L --- --- m- --",
	"GET /admin/{orgnr}/deliveries/{delivery}/give-up":  forAdministrator,
	"POST /admin/{orgnr}/deliveries/{delivery}/give-up": forAdministrator,
	"GET /admin/{orgnr}/log":                            forAdministrator,
	"GET /admin/{orgnr}/log.csv":                        forAdministrator,
	"GET /admin/{orgnr}/subscriptions":                  forAdministrator,
	"GET " + subscriptionPage:                           forAdministrator,
	"POST " + subscriptionPage + "/test":                forAdministrator,
	"POST " + subscriptionPage + "/stop":                forAdministrator,
	"POST " + subscriptionPage + "/replay":              forAdministrator,
	// The app is the case's, which no person may start.
	"POST /{org}/{app}/start":                                   forNobody,
	"GET /{org}/{app}/instance/{party}/{guid}":                  forOwner,
	"GET /{org}/{app}/instance/{party}/{guid}/files/{element}":  forOwner,
	"GET /{org}/{app}/instance/{party}/{guid}/delete":           forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/delete":          forOwner,
	"GET /{org}/{app}/instance/{party}/{guid}/receipt":          forOwner,
	"GET /{org}/{app}/instance/{party}/{guid}/receipt.pdf":      forOwner,
	"GET /{org}/{app}/instance/{party}/{guid}/status":           forOwner,
	"GET /{org}/{app}/instance/{party}/{guid}/confirm":          forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/action/{action}": forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/copy":            forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/correct":         forOwner,
	"GET /{org}/{app}/instance/{party}/{guid}/withdraw":         forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/withdraw":        forOwner,
	// Nobody has written to Kari, so there is nothing to answer.
	"POST /{org}/{app}/instance/{party}/{guid}/message":              "L m-- --- -- --",
	"GET /{org}/{app}/instance/{party}/{guid}/{task}/{page}":         forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/{task}/{page}":        forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/{task}/{page}/save":   forOwner,
	"POST /{org}/{app}/instance/{party}/{guid}/{task}/{page}/upload": forOwner,
	// Kari's form has no subform.
	"GET " + entryPages:                        forOwnerNoPage,
	"GET " + entryPages + "/{subpage}":         forOwnerNoPage,
	"POST " + entryPages + "/{subpage}":        forOwner,
	"POST " + entryPages + "/{subpage}/save":   forOwner,
	"POST " + entryPages + "/{subpage}/upload": forOwner,
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
	party := "50001"
	if strings.HasPrefix(path, "/admin") {
		party = "50004"
	}
	page := "soker"
	if strings.HasPrefix(path, "/dev") {
		page = "finnes-ikke"
	}
	return method, strings.NewReplacer(
		"{$}", "", "{org}/{app}", app, "{app}", "stottesak", "{party}", party, "{guid}", guid,
		"{task}", "Task_1", "{page}", page, "{component}", "bater", "{subpage}", "bat",
		"{orgnr}", nordvik, "{element}", "11111111-1111-4111-8111-111111111111",
		"{delivery}", "11111111-1111-4111-8111-111111111111", "{action}", "take", "{act}", "assign", "{grant}", "1",
		"{subscription}", "1", "{bulk}", "11111111-1111-4111-8111-111111111111", "{step}", "do",
		"/static/{file}", static.URL("app.css"), "/static/theme/{file}", "/static/theme/"+nordvikTheme(t).Style.Name,
	).Replace(path)
}

// plain checks what every answer must have; it gives the page when the answer is one.
func plain(t *testing.T, r reply, lang string) *driver.Page {
	t.Helper()
	if r.status >= 500 {
		t.Errorf("got %d: %.300s", r.status, r.body)
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
