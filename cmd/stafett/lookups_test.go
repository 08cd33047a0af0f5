package main

import (
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stafett/web/api"
)

// linesOf gives the audit lines of one request, as "act outcome thing purpose detail".
func (s *stand) linesOf(t *testing.T, request string) []string {
	t.Helper()
	if request == "" {
		t.Fatal("the answer has no request id")
	}
	rows, err := s.db.Query(t.Context(), `SELECT concat_ws(' ', act, outcome,
		CASE instance WHEN $2::uuid THEN 'draft' WHEN $3::uuid THEN 'sent' WHEN $4::uuid THEN 'case'
			ELSE COALESCE(NULLIF(org || '/' || app, '/'), 'none') END,
		COALESCE(NULLIF(purpose, ''), organisation_number),
		(SELECT string_agg(key || '=' || value, ' ' ORDER BY key) FROM jsonb_each_text(detail)
			WHERE key NOT IN ('element', 'token', 'delivery')))
		FROM audit_event WHERE request = $1 ORDER BY id`,
		request, s.own.guid, s.sent.guid, s.held.guid)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lookups are what each route that reads writes in the look-up log, for one who may: act, outcome,
// what was read (Kari's draft, what she sent, the case, an app, or none of these), the role or the
// organisation of a token, and the shape of what was asked for. A route that reads nothing of an
// instance or an organisation's has "". A new route fails the test until it stands here.
var lookups = map[string]string{
	"GET /{$}":                      "",
	"GET /static/{file}":            "",
	"GET /static/theme/{file}":      "",
	"GET /about/{topic}":            "",
	"GET /login":                    "",
	"GET /auth/callback":            "",
	"GET /auth/frontchannel-logout": "",
	"GET /dev/gallery":              "",
	"GET /dev/gallery/{page}":       "",
	"GET /dev/notices":              "",
	"/":                             "",
	"GET /signed-in":                "",
	"GET /party":                    "",
	"GET /my/requests":              "",
	"GET /admin/{orgnr}":            "",

	"GET /my": "list done none PRIV draft=some part=own rows=n; " +
		"list done none PRIV active=some archived=some part=own rows=n",
	"GET /my/drafts":   "list done none PRIV draft=some part=own rows=n",
	"GET /my/sent":     "list done none PRIV active=some archived=some part=own rows=n",
	"GET /my/messages": "list done none PRIV part=messages rows=n",
	"GET /my/data.zip": "export done none PRIV part=own rows=n; export done sent PRIV; " +
		"export done draft PRIV; export done nordvik/arrangementsstotte PRIV",
	"GET /{org}/{app}": "list done nordvik/arrangementsstotte PRIV part=drafts rows=n; " +
		"list done nordvik/arrangementsstotte DAGL part=drafts rows=n",

	"GET /inbox/{orgnr}":           "list done none nordvik-kultur rows=n view=open",
	"GET /inbox/{orgnr}/cases.csv": "export done none nordvik-kultur rows=n view=open",
	// It tells how many cases have come, and nothing of them: the list is what is looked at.
	"GET /inbox/{orgnr}/live": "",
	// A person's own choices, and nothing of a case.
	"GET /inbox/{orgnr}/keys":        "",
	"GET /inbox/{orgnr}/views":       "",
	"GET /inbox/{orgnr}/numbers":     "list done none nordvik-kultur part=numbers rows=n",
	"GET /inbox/{orgnr}/numbers.csv": "export done none nordvik-kultur part=numbers rows=n",
	// Words only: the list that they lead to tells of the search.
	"POST /inbox/{orgnr}/search":                     "",
	"GET /inbox/{orgnr}/bulk/{bulk}":                 "list done none nordvik-kultur part=bulk rows=n",
	"GET /inbox/{orgnr}/case/{guid}":                 "read done case nordvik-kultur",
	"GET /inbox/{orgnr}/case/{guid}/files/{element}": "download done case nordvik-kultur",
	"GET /inbox/{orgnr}/case/{guid}/access":          "read done case nordvik-kultur part=access",
	"GET /inbox/{orgnr}/case/{guid}/{action}":        "read done case nordvik-kultur",

	"GET /inbox/{orgnr}/case/{guid}/files/{element}/view":    "read done case nordvik-kultur part=file",
	"GET /inbox/{orgnr}/case/{guid}/files/{element}/content": "download done case nordvik-kultur",
	"GET /inbox/{orgnr}/case/{guid}/attachments.zip":         "download done case nordvik-kultur files=n part=all",
	"GET /inbox/{orgnr}/case/{guid}/dossier.pdf":             "print done case nordvik-kultur part=dossier",

	"GET /admin/{orgnr}/people":                  "admin done none HADM part=people rows=n",
	"GET /admin/{orgnr}/people/{party}":          "admin done none HADM part=person person=50004 rows=n",
	"GET /admin/{orgnr}/people/grant":            "admin done none HADM part=people rows=n",
	"GET /admin/{orgnr}/people/withdraw/{grant}": "admin done none HADM part=people rows=n",
	"GET /admin/{orgnr}/people/requests":         "admin done none HADM part=requests rows=n",
	"GET /admin/{orgnr}/solution":                "admin done none HADM part=solution rows=n",
	"GET /admin/{orgnr}/solution/{app}":          "admin done nordvik/stottesak HADM part=policy rows=n",
	"GET /admin/{orgnr}/deliveries":              "admin done none HADM part=deliveries rows=n",
	"GET /admin/{orgnr}/deliveries/{delivery}":   "admin done nordvik/stottesak HADM part=delivery rows=n",
	// It has arrived, so that there is nothing to give up: it leads back to the delivery.
	"GET /admin/{orgnr}/deliveries/{delivery}/give-up": "admin done nordvik/stottesak HADM part=delivery rows=n",
	"GET /admin/{orgnr}/log":                           "log done none HADM rows=n",
	"GET /admin/{orgnr}/log.csv":                       "export done none HADM rows=n",
	"GET /admin/{orgnr}/subscriptions":                 "admin done none HADM part=subscriptions rows=n",
	"GET " + subscriptionPage:                          "admin done none HADM part=subscription rows=n",

	"GET /{org}/{app}/instance/{party}/{guid}":                 "read done sent PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/{task}/{page}":   "read done draft PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/files/{element}": "download done sent PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/delete":          "read done draft PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/receipt":         "read done sent PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/receipt.pdf":     "print done sent PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/status":          "read done sent PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/confirm":         "read done sent PRIV",
	"GET /{org}/{app}/instance/{party}/{guid}/withdraw":        "read done sent PRIV",
	"GET " + entryPages:                "read done draft PRIV",
	"GET " + entryPages + "/{subpage}": "read done draft PRIV",

	"GET " + oneInstance:                        "read done case 310246816",
	"GET " + oneInstance + "/validate":          "read done case 310246816",
	"GET " + oneInstance + "/process":           "read done case 310246816",
	"GET " + oneInstance + "/process/next":      "read done case 310246816",
	"GET " + oneInstance + "/process/history":   "read done case 310246816",
	"GET " + oneElement:                         "download done case 310246816",
	"GET " + oneElement + "/tags":               "read done case 310246816",
	"GET " + oneElement + "/validate":           "read done case 310246816",
	"GET /{org}/{app}/instances/{party}/active": "list done none 310246816 apps=1 complete=some owner=some rows=n",
	"GET /storage/api/v1/instances":             "list done none 310246816 rows=n",
	"GET " + oneStored:                          "read done case 310246816",
	"GET " + oneStored + "/dataelements":        "read done case 310246816",
	"GET " + oneStored + "/data/{element}":      "download done case 310246816",
	"GET " + oneStored + "/process/history":     "read done case 310246816",

	"GET /events/api/v1/app/{org}/{app}":   "list done none 310246816 part=events rows=n",
	"GET /events/api/v1/events/app":        "list done none 310246816 part=events rows=n",
	"GET " + subscriptions:                 "list done none 310246816 part=subscriptions rows=n",
	"GET " + oneSubscription:               "list done none 310246816 part=subscription rows=n",
	"GET " + oneSubscription + "/attempts": "list done none 310246816 part=subscription rows=n",

	"GET /authentication/api/v1/exchange/maskinporten": "exchange done none 310246816",
}

// searches are further looks, by what is asked and typed.
var searches = []struct{ who, method, path, typed, line string }{
	{ingrid, "GET", "/inbox/" + nordvik + "?q=lysfest+-regn&view=mine", "",
		"search done none nordvik-kultur rows=n view=mine without=1 words=1"},
	{ingrid, "GET", "/inbox/" + nordvik + "?q=tildelt:meg+eldre:3d&sort=due", "",
		"search done none nordvik-kultur assigned=me older=3 rows=n sort=due view=open"},
	{ingrid, "GET", "/inbox/" + nordvik + "?q=merkelapp:haster&view=waiting", "",
		"search done none nordvik-kultur rows=n tags=1 view=waiting"},
	{ingrid, "GET", "/inbox/" + nordvik + "?q=bydel:nord+status:open&view=approval", "",
		"search done none nordvik-kultur fields=1 rows=n statuses=1 view=approval"},
	{ingrid, "GET", "/inbox/" + nordvik + "/cases.csv?q=lysfest&view=mine", "",
		"export done none nordvik-kultur rows=n view=mine words=1"},
	{ingrid, "GET", "/inbox/" + nordvik + "/numbers.csv?of=weeks&weeks=26", "",
		"export done none nordvik-kultur part=numbers rows=n"},
	{ingrid, "POST", "/inbox/" + nordvik + "/search", siri,
		"search done none nordvik-kultur by=number rows=n"},
	{ingrid, "POST", "/inbox/" + nordvik + "/search", "{reference}",
		"search done case nordvik-kultur by=reference rows=n"},
	{"", "GET", storage + "?org=nordvik&searchString=Hemmelig", "",
		"search done none 310246816 rows=n search=some"},
}

var rowCount = regexp.MustCompile(`\b(rows|files)=\d+`)

// TestLookups_EveryRouteThatReadsLeavesItsLine holds the look-up log against the table: what each
// look leaves, that a refused one leaves a line too, and that no line holds what was read or typed.
func TestLookups_EveryRouteThatReadsLeavesItsLine(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	looks, refusals := 0, 0
	for _, route := range append(routes(t), api.Patterns()...) {
		method, pattern, _ := strings.Cut(route, " ")
		want, known := lookups[route]
		if !known && (method != "GET" || apiDoors[route] == forTokens || apiDoors[route] == forAnybody) {
			continue // It changes something, or tells of apps only.
		}
		if !known {
			t.Errorf("the route %q is not in the table", route)
			continue
		}
		r, refused := s.looked(t, route, method, pattern)
		looks += s.left(t, route, want, r)
		if refused != nil && want != "" {
			lines := s.linesOf(t, refused.header.Get("X-Request-Id"))
			if refusals++; len(lines) == 0 || !strings.Contains(lines[0], " refused ") {
				t.Errorf("%s, refused with %d: the log has %q", route, refused.status, lines)
			}
		}
	}
	for _, one := range searches {
		looks += s.left(t, one.path+" "+one.typed, one.line, s.searched(t, one.who, one.method, one.path, one.typed))
	}
	s.tellsNothing(t, "lysfest", "hemmelig", kari, ingrid, siri, tor, ola)
	if t.Logf("%d looks, %d refused ones", looks, refusals); looks < 50 || refusals < 30 {
		t.Error("too few were checked")
	}
}

// looked asks a route as one who may, and as one who may not where there is such a one.
func (s *stand) looked(t *testing.T, route, method, pattern string) (r reply, refused *reply) {
	t.Helper()
	row, page := doors[route]
	if !page {
		other := s.call(t, method, pattern, "other")
		if refused = &other; other.status != 403 {
			refused = nil
		}
		return s.call(t, method, pattern, "write"), refused
	}
	method, path := s.pageRequest(t, route)
	who := kari
	switch row {
	case forOffice, forCaseworker:
		who = ingrid
	case forAdministrator:
		who = tor
	}
	if strings.Contains(row, "-") {
		no := s.page(t, method, path, "Cookie", s.cookies[berit])
		refused = &no
	}
	return s.page(t, method, path, "Cookie", s.cookies[who]), refused
}

// searched types something in the search, or asks an address for it.
func (s *stand) searched(t *testing.T, who, method, path, typed string) reply {
	t.Helper()
	if who == "" {
		return s.do(t, method, path, nil, "Authorization", bearer(s.tokens["/storage write"]))
	}
	typed = strings.ReplaceAll(typed, "{reference}",
		s.word(t, `SELECT reference FROM instance WHERE id = $1`, s.held.guid))
	var body io.Reader
	if method == "POST" {
		body = strings.NewReader(url.Values{"q": {typed}}.Encode())
	}
	return s.do(t, method, path, body, "Content-Type", formKind, "Sec-Fetch-Site", "same-origin",
		"Cookie", s.cookies[who])
}

// left checks the lines of a request; it gives 1 when there were to be some.
func (s *stand) left(t *testing.T, what, want string, r reply) int {
	t.Helper()
	got := strings.Join(s.linesOf(t, r.header.Get("X-Request-Id")), "; ")
	if got = rowCount.ReplaceAllString(got, "$1=n"); got != want {
		t.Errorf("%s (%d): the log has %q, want %q", what, r.status, got, want)
	}
	if want == "" {
		return 0
	}
	return 1
}

// tellsNothing checks that no line of the log holds any of the words.
func (s *stand) tellsNothing(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if n := s.number(t, `SELECT count(*) FROM audit_event AS v
			WHERE strpos(lower(row_to_json(v)::text), $1) > 0`, word); n > 0 {
			t.Errorf("%d lines of the log hold %q", n, word)
		}
	}
}

// TestLookups_AListTellsHowManyRowsWereShown counts them on the page.
func TestLookups_AListTellsHowManyRowsWereShown(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	clerk := signedIn(t, s.address, ingrid)
	shown := map[string]string{"": "1", "?view=closed": "0", "?q=lysfest": "1", "?q=skogstur": "0"}
	for query, want := range shown {
		r := s.do(t, "GET", "/inbox/"+nordvik+query, nil, "Cookie", clerk.Cookies())
		got := s.word(t, `SELECT detail->>'rows' FROM audit_event WHERE request = $1`,
			r.header.Get("X-Request-Id"))
		if has := strings.Contains(string(r.body), s.caseID); got != want || has != (want == "1") {
			t.Errorf("%q: the log tells of %q rows, want %s; the case is shown: %v", query, got, want, has)
		}
	}
}
