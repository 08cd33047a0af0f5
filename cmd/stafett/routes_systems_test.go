package main

import (
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/orgtoken"
	"stafett/web/api"
)

// callers are the columns of the table of the API: who asks, with which token.
var callers = []string{
	"nobody", "citizen", "caseworker", "administrator",
	"write", "read", "other", "expired", "elsewhere",
}

// A row of the table of the API has a mark for each of callers: nobody; the sessions of a citizen,
// a caseworker and an administrator; the service owner's token with both scopes and with the one
// for reading; another organisation's with both; one that has run out, and one that is good for
// something else.
//
//	o  the request gets as far as to what it asks for, which there may be something wrong with
//	1  no token, or none that holds (401)
//	-  refused (403)
//
// The case stands where its service owner may write but not delete.
const (
	forAnybody  = "o ooo oo o oo"
	forTokens   = "1 111 oo o 11"
	toRead      = "1 111 oo - 11"
	toWrite     = "1 111 o- - 11"
	toDelete    = "1 111 -- - 11"
	toMake      = "1 --- o- - 11"
	oneElement  = "/{org}/{app}/instances/{party}/{guid}/data/{element}"
	oneInstance = "/{org}/{app}/instances/{party}/{guid}"
	oneStored   = "/storage/api/v1/instances/{party}/{guid}"

	toSubscribe     = "1 111 o- - 11"
	subscriptions   = "/events/api/v1/subscriptions"
	oneSubscription = subscriptions + "/{subscription}"
)

// apiDoors is every route of the API. A new route fails the test until it stands here.
var apiDoors = map[string]string{
	"POST /{org}/{app}/instances":                     toMake,
	"POST /{org}/{app}/instances/create":              toMake,
	"GET /{org}/{app}/instances/{party}/active":       toRead,
	"GET " + oneInstance:                              toRead,
	"DELETE " + oneInstance:                           toDelete,
	"POST " + oneInstance + "/complete":               toWrite,
	"PUT " + oneInstance + "/substatus":               toWrite,
	"POST " + oneInstance + "/deliveries":             toWrite,
	"POST " + oneInstance + "/data":                   toWrite,
	"POST " + oneInstance + "/data/{type}":            toWrite,
	"PATCH " + oneInstance + "/data":                  toWrite,
	"GET " + oneInstance + "/validate":                toRead,
	"GET " + oneInstance + "/process":                 toRead,
	"GET " + oneInstance + "/process/next":            toRead,
	"GET " + oneInstance + "/process/history":         toRead,
	"POST " + oneInstance + "/process/start":          toWrite,
	"PUT " + oneInstance + "/process/next":            toWrite,
	"PUT " + oneInstance + "/process/completeProcess": toWrite,
	"GET " + oneElement:                               toRead,
	"PUT " + oneElement:                               toWrite,
	"PATCH " + oneElement:                             toWrite,
	"DELETE " + oneElement:                            toWrite,
	"POST " + oneElement + "/{sub}":                   toWrite,
	"GET " + oneElement + "/tags":                     toRead,
	"PUT " + oneElement + "/tags":                     toWrite,
	"DELETE " + oneElement + "/tags/{tag}":            toWrite,
	"GET " + oneElement + "/validate":                 toRead,

	"GET /storage/api/v1/instances":           toRead,
	"GET " + oneStored:                        toRead,
	"DELETE " + oneStored:                     toDelete,
	"POST " + oneStored + "/complete":         toWrite,
	"PUT " + oneStored + "/substatus":         toWrite,
	"PUT " + oneStored + "/presentationtexts": toWrite,
	"PUT " + oneStored + "/datavalues":        toWrite,
	"GET " + oneStored + "/dataelements":      toRead,
	"POST " + oneStored + "/data":             toWrite,
	"GET " + oneStored + "/data/{element}":    toRead,
	"PUT " + oneStored + "/data/{element}":    toWrite,
	"DELETE " + oneStored + "/data/{element}": toWrite,
	"GET " + oneStored + "/process/history":   toRead,

	"GET /events/api/v1/app/{org}/{app}": toRead,
	"GET /events/api/v1/events/app":      toRead,
	"POST " + subscriptions:              toSubscribe,
	// Another service owner's system is given its own, which are none.
	"GET " + subscriptions:                 "1 111 o- o 11",
	"GET " + oneSubscription:               toSubscribe,
	"DELETE " + oneSubscription:            toSubscribe,
	"GET " + oneSubscription + "/attempts": toSubscribe,
	"POST " + oneSubscription + "/test":    toSubscribe,
	"POST " + oneSubscription + "/replay":  toSubscribe,

	// What an app is made of is no secret between organisations.
	"GET /{org}/{app}/api/v1/applicationmetadata":                             forTokens,
	"GET /{org}/{app}/api/v1/meta/process":                                    forTokens,
	"GET /{org}/{app}/api/v1/meta/authorizationpolicy":                        forTokens,
	"GET /{org}/{app}/api/v1/texts/{name}":                                    forTokens,
	"GET /{org}/{app}/api/layouts/{name}":                                     forTokens,
	"GET /{org}/{app}/api/layoutsets":                                         forTokens,
	"GET /{org}/{app}/api/layoutsettings/{name}":                              forTokens,
	"GET /{org}/{app}/api/jsonschema/{name}":                                  forTokens,
	"GET /{org}/{app}/api/validationconfig/{name}":                            forTokens,
	"GET /{org}/{app}/api/options/{name}":                                     forTokens,
	"GET /storage/api/v1/applications":                                        forTokens,
	"GET /storage/api/v1/applications/{org}":                                  forTokens,
	"GET /storage/api/v1/applications/{org}/{app}":                            forTokens,
	"GET /authentication/api/v1/exchange/maskinporten":                        forTokens,
	"GET /authentication/api/v1/openid/.well-known/openid-configuration":      forAnybody,
	"GET /authentication/api/v1/openid/.well-known/openid-configuration/jwks": forAnybody,
}

// issue gives the tokens of the callers: for the apps, for the storage and for the exchange.
func (s *stand) issue(t *testing.T) {
	t.Helper()
	gone, app := s.forged(t)["expired"], s.token(t, "nordvik", appA, bothScopes)
	const stored, trade, told = "/storage ", "/authentication ", "/events "
	const every = eventScopes
	s.tokens = map[string]string{
		"write": s.token(t, "nordvik", appB, bothScopes),
		"read":  s.token(t, "nordvik", appB, access.ScopeRead),
		"other": s.token(t, "sorvik", appB, bothScopes), "expired": gone, "elsewhere": app,

		stored + "write":   s.exchanged(t, "nordvik", bothScopes),
		stored + "read":    s.exchanged(t, "nordvik", access.ScopeRead),
		stored + "other":   s.exchanged(t, "sorvik", bothScopes),
		stored + "expired": s.expired(t), stored + "elsewhere": s.token(t, "nordvik", exchangeName, bothScopes),

		told + "write":   s.exchanged(t, "nordvik", every),
		told + "read":    s.exchanged(t, "nordvik", access.ScopeRead),
		told + "other":   s.exchanged(t, "sorvik", every),
		told + "expired": s.expired(t), told + "elsewhere": s.token(t, "nordvik", exchangeName, every),

		trade + "write":   s.token(t, "nordvik", exchangeName, bothScopes),
		trade + "read":    s.token(t, "nordvik", exchangeName, access.ScopeRead),
		trade + "other":   s.token(t, "sorvik", exchangeName, bothScopes),
		trade + "expired": gone, trade + "elsewhere": app,
	}
}

// expired gives a token that our exchange could have given an hour ago.
func (s *stand) expired(t *testing.T) string {
	t.Helper()
	key, err := readKey(s.data + "/keys/exchange.pem")
	if err != nil {
		t.Fatal(err)
	}
	good, err := orgtoken.Parse(s.exchanged(t, "nordvik", bothScopes))
	if err != nil {
		t.Fatal(err)
	}
	claims, now := maps.Clone(map[string]any(good.Claims)), time.Now()
	claims["iat"], claims["exp"] = now.Add(-time.Hour).Unix(), now.Add(-time.Minute).Unix()
	token, err := orgtoken.Sign(key, orgtoken.KeyID(&key.PublicKey), claims)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// apiAddress gives an address that a route of the API serves.
func (s *stand) apiAddress(t *testing.T, method, pattern string) string {
	t.Helper()
	name, element := "sak", s.held.element
	switch {
	case method == "PUT" && strings.HasSuffix(pattern, "{element}"), method == "PATCH",
		strings.HasSuffix(pattern, "/validate"):
		element = s.document
	case method == "DELETE" && strings.HasSuffix(pattern, "{element}"):
		element = s.attach(t)
	}
	if strings.Contains(pattern, "/texts/") {
		name = "nb"
	}
	if strings.Contains(pattern, "{subscription}") {
		pattern = strings.NewReplacer("{subscription}", s.subscription(t)).Replace(pattern)
	}
	path := strings.NewReplacer("{org}/{app}", appB, "{org}", "nordvik", "{party}", s.held.party,
		"{guid}", s.held.guid, "{element}", element, "{tag}", "x", "{sub}", "tags",
		"{type}", "vedlegg", "{name}", name).Replace(pattern)
	switch {
	case path == storage:
		path += "?org=nordvik"
	case strings.HasSuffix(path, "/events/app"):
		path += "?app=" + appB
	case strings.HasSuffix(pattern, "/data") && strings.Contains(pattern, "{guid}"):
		path += "?dataType=vedlegg"
	}
	return path
}

// subscription gives Nordvik a subscription of its own, to nowhere.
func (s *stand) subscription(t *testing.T) string {
	t.Helper()
	return s.word(t, `INSERT INTO subscription (org, organisation_number, endpoint, secret, state)
		VALUES ('nordvik', $1, 'https://127.0.0.1:1/', sha256('x'), 'parked') RETURNING id::text`, nordvik)
}

// attach gives the case a file that may be taken away.
func (s *stand) attach(t *testing.T) (element string) {
	t.Helper()
	r := s.call(t, "POST", oneInstance+"/data", "write")
	at := strings.LastIndexByte(r.header.Get("Location"), '/')
	if r.status != 201 || at < 0 {
		t.Fatalf("the file is not taken: %d %s", r.status, r.body)
	}
	return r.header.Get("Location")[at+1:]
}

// apiBody gives a body that a route of the API reads. It changes nothing that the next caller
// would miss.
func (s *stand) apiBody(method, pattern string) (kind, body string) {
	switch {
	case method == "GET" || method == "DELETE" || strings.HasSuffix(pattern, "/complete"):
		return "", ""
	case strings.HasSuffix(pattern, subscriptions):
		return jsonKind, `{"endPoint":"https://127.0.0.1:1/","resourceFilter":"urn:altinn:resource:app_nordvik_stottesak"}`
	case strings.HasSuffix(pattern, "/substatus"):
		return jsonKind, `{"label":"x"}`
	case strings.HasSuffix(pattern, "/datavalues"):
		return jsonKind, `{"values":{}}`
	case strings.HasSuffix(pattern, "/presentationtexts"):
		return jsonKind, `{"texts":{}}`
	case strings.HasSuffix(pattern, "/tags"):
		return jsonKind, `{"tags":["x"]}`
	case strings.HasSuffix(pattern, "/{sub}"):
		return jsonKind, `"x"`
	case strings.HasSuffix(pattern, "/instances") || strings.HasSuffix(pattern, "/create"):
		return jsonKind, ownB
	case method == "POST" && strings.Contains(pattern, "/data"):
		return "application/pdf", "%PDF-1.7"
	case method == "PATCH" && strings.HasSuffix(pattern, "/data"):
		return jsonKind, `{"patches":[{"dataElementId":"` + s.document + `","patch":[]}]}`
	case method == "PATCH":
		return jsonKind, `{"patch":[],"ignoredValidators":[]}`
	}
	return jsonKind, `{}`
}

// call asks a route of the API.
func (s *stand) call(t *testing.T, method, pattern, who string) reply {
	t.Helper()
	return s.callAt(t, method+" "+pattern, s.apiAddress(t, method, pattern), who)
}

// callAt asks a route of the API at an address.
func (s *stand) callAt(t *testing.T, route, path, who string) reply {
	t.Helper()
	method, pattern, _ := strings.Cut(route, " ")
	token := s.tokens[who]
	for _, first := range []string{"/storage", "/authentication", "/events"} {
		if strings.HasPrefix(path, first) {
			token = s.tokens[first+" "+who]
		}
	}
	if token != "" {
		token = bearer(token)
	}
	session := map[string]string{"citizen": kari, "caseworker": ingrid, "administrator": tor}[who]
	kind, text := s.apiBody(method, pattern)
	var body io.Reader
	if text != "" {
		body = strings.NewReader(text)
	}
	return s.do(t, method, path, body, "Content-Type", kind, "Authorization", token,
		"Cookie", s.cookies[session], "Content-Disposition", `attachment; filename="kart.pdf"`)
}

// TestRoutes_EveryCallForEverySystem walks every route of the API.
func TestRoutes_EveryCallForEverySystem(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	answers := 0
	for _, route := range api.Patterns() {
		row, known := apiDoors[route]
		marks := strings.ReplaceAll(row, " ", "")
		if !known || len(marks) != len(callers) {
			t.Errorf("the route %q is not in the table, or its row %q is not whole", route, row)
			continue
		}
		t.Run(route, func(t *testing.T) {
			method, pattern, _ := strings.Cut(route, " ")
			for i, mark := range marks {
				r := s.call(t, method, pattern, callers[i])
				plain(t, r, "nb")
				if answers++; !meant(mark, r.status) {
					t.Errorf("%s, marked %c: got %d %.200s", callers[i], mark, r.status, r.body)
				}
				if mark != 'o' && strings.Contains(string(r.body), secret) {
					t.Errorf("%s: the answer tells what is not for them", callers[i])
				}
			}
		})
	}
	if n := len(api.Patterns()); len(apiDoors) != n || answers != n*len(callers) {
		t.Errorf("the table has %d routes, the API %d, and %d answers came", len(apiDoors), n, answers)
	}
	t.Logf("%d routes, %d answers", len(apiDoors), answers)
}

// meant tells whether a status is what a mark of the table of the API means.
func meant(mark rune, status int) bool {
	switch mark {
	case '1':
		return status == 401
	case '-':
		return status == 403
	}
	return status < 500 && status != 401 && status != 403
}
