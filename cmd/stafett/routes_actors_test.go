package main

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/driver"
)

// person is a column of the table of pages: one of the ten test persons.
type caller struct{ name, number string }

// testPersons are the columns of the table of pages after the first, which is nobody.
var testPersons = []caller{
	{"Kari, the owner", kari},
	{"Ola, another citizen", ola},
	{"Amina, another citizen", amina},
	{"Ingrid, caseworker of the app", ingrid},
	{"Per, caseworker of another app", per},
	{"Lise, medical adviser", lise},
	{"Tor, administrator", tor},
	{"Siri, employed without a role", siri},
	{"Jon, caseworker of another organisation", jon},
	{"Berit, administrator of another organisation", berit},
}

// stand is a scene with something behind every address: Kari's draft and what she has sent, each
// with an attachment, the case that was made of it, which stands where it is assessed, its
// delivery, and a role that somebody has.
type stand struct {
	*abuse
	sent, held object
	// document is the case's form.
	document string
	cookies  map[string]string
	tokens   map[string]string
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{abuse: newAbuse(t), cookies: map[string]string{}}
	s.sent = s.object(t, s.kari)
	if _, err := s.kari.Send(t.Context(), get(t.Context(), t, s.kari,
		s.sent.base()+"/Task_1/se-over")); err != nil {
		t.Fatal(err)
	}
	browsers := map[string]*driver.Browser{}
	for _, p := range testPersons {
		browsers[p.number] = signedIn(t, s.address, p.number)
		s.cookies[p.number] = browsers[p.number].Cookies()
	}
	s.issue(t)
	s.held = s.delivered(t)
	s.document = s.word(t, `SELECT id::text FROM element WHERE instance = $1 AND body IS NOT NULL`,
		s.held.guid)
	one := "/inbox/" + nordvik + "/case/" + s.held.guid
	press(t.Context(), t, browsers[ingrid],
		get(t.Context(), t, browsers[ingrid], one+"/confirm"), "/confirm")
	return s
}

// delivered waits for the case that is made of what Kari has sent.
func (s *stand) delivered(t *testing.T) object {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		guid := s.word(t, `SELECT id::text FROM instance WHERE source_id = $1 AND ready`, s.sent.guid)
		if guid != "" {
			return object{party: "51001", guid: guid, element: s.word(t, `SELECT id::text FROM element
				WHERE instance = $1 AND upload IS NOT NULL ORDER BY id LIMIT 1`, guid)}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the case does not arrive")
	return object{}
}

// pageRequest gives the request of a route, for what stands behind it.
func (s *stand) pageRequest(t *testing.T, route string) (method, path string) {
	t.Helper()
	o := s.sent
	switch {
	case strings.Contains(route, "/inbox"):
		o = s.held
	case strings.Contains(route, "{task}") || strings.HasSuffix(route, "/delete"):
		o = s.own
	}
	fill := []string{
		"{guid}", o.guid, "{element}", o.element, "{topic}", "help",
		"/deliveries/{delivery}", "/deliveries/" + s.word(t,
			`SELECT id::text FROM delivery WHERE source_id = $1 LIMIT 1`, s.sent.guid),
	}
	if strings.Contains(route, "{grant}") {
		fill = append(fill, "{grant}", s.word(t, `INSERT INTO role_grant (person, party, role, source)
			VALUES (50002, 51001, 'ingenting', 'granted') RETURNING id::text`))
	}
	if strings.Contains(route, "{request}") {
		fill = append(fill, "{request}", s.word(t, `INSERT INTO role_request (person, party, role, reason)
			VALUES (50002, 51001, gen_random_uuid()::text, 'Ny jobb') RETURNING id::text`))
	}
	if strings.Contains(route, "{bulk}") {
		fill = append(fill, "{bulk}", s.word(t, `WITH made AS (
			INSERT INTO bulk (id, owner, person, act, given)
			VALUES (gen_random_uuid(), 51001, 50004, 'read', true) RETURNING id
		)
		INSERT INTO bulk_row (bulk, n, instance) SELECT id, 1, $1 FROM made RETURNING bulk::text`, s.held.guid))
	}
	if strings.Contains(route, "{subscription}") {
		fill = append(fill, "{subscription}", s.subscription(t))
	}
	return s.routeAddress(t, strings.NewReplacer(fill...).Replace(route))
}

// page requests a route as a browser on one of our own pages would.
func (s *stand) page(t *testing.T, method, path string, headers ...string) reply {
	t.Helper()
	if method == "GET" {
		return s.do(t, method, path, nil, headers...)
	}
	headers = append(headers, "Sec-Fetch-Site", "same-origin")
	if strings.HasSuffix(path, "/upload") {
		file, kind := parcel(t, part{name: "file:vedlegg", file: "kart.pdf", body: "%PDF-1.7 " + uuid.NewString()})
		return s.do(t, method, path, file, append(headers, "Content-Type", kind)...)
	}
	body := "version=1&task=Task_1&page=soker&party=50001&q=lysfest&key=" + s.unknown
	if path == "/language" {
		body = "language=nb"
	}
	return s.do(t, method, path, strings.NewReader(body),
		append(headers, "Content-Type", formKind)...)
}

// TestRoutes_EveryPageForEveryPerson walks every route with nobody's browser, in each test person's
// session and with a system's token.
func TestRoutes_EveryPageForEveryPerson(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	all, langs := routes(t), []string{"nb", "nn", "en"}
	answers := 0
	for n, route := range all {
		row, known := doors[route]
		marks := strings.ReplaceAll(row, " ", "")
		if !known || len(marks) != 1+len(testPersons) {
			t.Errorf("the route %q is not in the table, or its row %q is not whole", route, row)
			continue
		}
		t.Run(route, func(t *testing.T) {
			method, path := s.pageRequest(t, route)
			for i, mark := range marks {
				var who caller
				if i > 0 {
					who = testPersons[i-1]
				}
				lang := langs[(n+i)%len(langs)]
				r := s.page(t, method, path, "Accept-Language", lang, "Cookie",
					s.cookiesFor(t, route, who.number))
				meets(t, who.name, path, mark, r, lang)
				answers++
			}
			r := s.page(t, method, path, "Accept-Language", "nb", "Authorization",
				bearer(s.tokens["write"]))
			meets(t, "a system", path, rune(marks[0]), r, "nb")
			answers++
		})
	}
	if len(doors) != distinct(all) {
		t.Errorf("the table has %d routes, web/routes.go %d", len(doors), distinct(all))
	}
	if t.Logf("%d routes, %d answers", len(all), answers); answers != len(all)*(2+len(testPersons)) {
		t.Error("some were not asked")
	}
}

// cookiesFor gives a person's session: one of its own for a route that may end it.
func (s *stand) cookiesFor(t *testing.T, route, number string) string {
	t.Helper()
	if number != "" && (route == "POST /logout" || route == "POST /party") {
		return signedIn(t, s.address, number).Cookies()
	}
	return s.cookies[number]
}

// meets holds an answer against a mark of the table.
func meets(t *testing.T, who, path string, mark rune, r reply, lang string) {
	t.Helper()
	if who == "" {
		who = "nobody"
	}
	if mark == 'o' && r.status == 201 { // A line of a list, which a script has asked for.
		return
	}
	p := plain(t, r, lang)
	to := r.header.Get("Location")
	atLogin := r.status == 303 && strings.HasPrefix(to, "/login?")
	ok := false
	switch mark {
	case 'o':
		ok = r.status == 200 || r.status == 303 && !atLogin || r.status == 409 || r.status == 422
	case 'L':
		ok = atLogin && to == "/login?return="+url.QueryEscape(path)
	case '-':
		ok = r.status == 403 && p != nil && p.Heading() != "" && len(p.Main()) > 40
	case 'm':
		ok = r.status == 400
	case '4':
		ok = r.status == 404
	}
	if !ok {
		t.Errorf("%s, marked %c: got %d %s: %.300s", who, mark, r.status, to, r.body)
	}
	if mark != 'o' && bytes.Contains(r.body, []byte(secret)) {
		t.Errorf("%s: the answer tells what is not for them", who)
	}
}

func distinct(all []string) int {
	seen := map[string]bool{}
	for _, s := range all {
		seen[s] = true
	}
	return len(seen)
}
