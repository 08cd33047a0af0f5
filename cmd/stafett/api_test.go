package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/orgtoken"
)

const (
	makeB    = "/" + appB + "/instances"
	jsonKind = "application/json"
	// ownB is a template that makes a case of Nordvik's.
	ownB = `{"instanceOwner":{"organisationNumber":"` + nordvik + `"},` +
		`"prefill":{"sak.tittel":"Lysfest"}}`
)

func bearer(token string) string { return "Bearer " + token }

// told is a problem document.
type told struct {
	Title, Code string
	Status      int
	Errors      []struct{ Path, Code string }
}

func problemOf(t *testing.T, r reply) told {
	t.Helper()
	var p told
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("got content type %q, want a problem document: %s", got, r.body)
	}
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
	if p.Status != r.status || p.Title == "" {
		t.Errorf("the problem says %d %q beside status %d", p.Status, p.Title, r.status)
	}
	return p
}

// forged are tokens that no issuer of ours gave for B.
func (w *world) forged(t *testing.T) map[string]string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issuersOwn, err := readKey(w.data + "/keys/maskinporten.pem")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	claims := func(change func(map[string]any)) map[string]any {
		c := map[string]any{
			"iss": developmentIssuer(Config{BaseURL: w.address}), "aud": w.address + "/" + appB,
			"scope": access.ScopeWrite, "client_id": "nordvik", "token_type": "Bearer",
			"jti": "a", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
			"consumer": map[string]any{"authority": "iso6523-actorid-upis", "ID": "0192:" +
				nordvik},
		}
		change(c)
		return c
	}
	sign := func(key *rsa.PrivateKey, id string, c map[string]any) string {
		token, err := orgtoken.Sign(key, id, c)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	real := orgtoken.KeyID(&issuersOwn.PublicKey)
	return map[string]string{
		"good": sign(issuersOwn, real, claims(func(map[string]any) {})),
		"another key under the issuer's key id": sign(key, real,
			claims(func(map[string]any) {})),
		"expired": sign(issuersOwn, real, claims(func(c map[string]any) {
			c["iat"], c["exp"] = now.Add(-time.Hour).Unix(), now.Add(-time.Minute).Unix()
		})),
		"no audience": sign(issuersOwn, real, claims(func(c map[string]any) { delete(c, "aud") })),
		"the issuer as audience": sign(issuersOwn, real, claims(func(c map[string]any) {
			c["aud"] = developmentIssuer(Config{BaseURL: w.address})
		})),
		"another issuer": sign(issuersOwn, real, claims(func(c map[string]any) {
			c["iss"] = "https://maskinporten.example/"
		})),
		"no consumer": sign(issuersOwn, real, claims(func(c map[string]any) {
			delete(c,
				"consumer")
		})),
	}
}

// idToken gives the id_token of the newest sign-in, as the server keeps it for sign-out.
func (w *world) idToken(t *testing.T) string {
	t.Helper()
	token := w.word(t, `SELECT data->>'idToken' FROM session WHERE person IS NOT NULL
		ORDER BY created DESC LIMIT 1`)
	if strings.Count(token, ".") != 2 {
		t.Fatalf("the session keeps no id_token: %q", token)
	}
	return token
}

// TestAPI_OnlyTheOwnersTokenMakesACase is issue item 8.
func TestAPI_OnlyTheOwnersTokenMakesACase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	forged := w.forged(t)
	citizen, admin := signedIn(t, w.address, kari), signedIn(t, w.address, tor)
	signedIn(t, w.address, ola)
	idToken := w.idToken(t)
	write := w.write(t)
	tests := []struct {
		name                 string
		path, token, cookies string
		status               int
		code, reason, who    string
	}{
		{name: "X001 nothing", status: 401, code: "invalid_token"},
		{name: "X002 a citizen's session", path: makeB + "?instanceOwnerPartyId=50001",
			cookies: citizen.Cookies(), status: 403, code: "instantiate_not_allowed",
			reason: "session", who: "50001"},
		{name: "X004 a citizen's session for the organisation", cookies: citizen.Cookies(),
			status: 403,
			code:   "instantiate_not_allowed", reason: "session", who: "50001"},
		{name: "X004 the simplified way", path: makeB + "/create", cookies: citizen.Cookies(),
			status: 403,
			code:   "instantiate_not_allowed", reason: "session", who: "50001"},
		{name: "X008 an administrator's session", cookies: admin.Cookies(), status: 403,
			code: "instantiate_not_allowed", reason: "session", who: "50007"},
		{name: "a user's id_token", token: idToken, status: 401, code: "invalid_token",
			reason: "invalid_token"},
		{name: "a user's id_token with the session", token: idToken, cookies: citizen.Cookies(),
			status: 401,
			code:   "invalid_token", reason: "invalid_token"},
		{name: "no JWT", token: "abc", status: 401, code: "invalid_token"},
		{name: "X010 another organisation's token", token: w.token(t, "sorvik", appB,
			access.ScopeWrite),
			status: 403, reason: "", who: sorvik},
		{name: "X009 read scope only", token: w.token(t, "nordvik", appB, access.ScopeRead),
			status: 403,
			code:   "insufficient_scope", reason: "insufficient_scope", who: nordvik},
		{name: "a token for the other app", token: w.token(t, "nordvik", appA, access.ScopeWrite),
			status: 401,
			code:   "invalid_token", reason: "invalid_token"},
		{name: "another key", token: forged["another key under the issuer's key id"], status: 401,
			code: "invalid_token"},
		{name: "expired", token: forged["expired"], status: 401, code: "invalid_token"},
		{name: "no audience", token: forged["no audience"], status: 401, code: "invalid_token"},
		{name: "the issuer as audience", token: forged["the issuer as audience"], status: 401,
			code: "invalid_token"},
		{name: "another issuer", token: forged["another issuer"], status: 401,
			code: "invalid_token"},
		{name: "no consumer", token: forged["no consumer"], status: 401, code: "invalid_token"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, last := w.stored(t, appB), w.lastLine(t)
			path, authorization := test.path, ""
			if path == "" {
				path = makeB
			}
			if test.token != "" {
				authorization = bearer(test.token)
			}
			r := w.do(t, "POST", path, strings.NewReader(ownB), "Content-Type", jsonKind,
				"Authorization", authorization, "Cookie", test.cookies)
			p := problemOf(t, r)
			if r.status != test.status || test.code != "" && p.Code != test.code {
				t.Errorf("got %d %s, want %d %s", r.status, p.Code, test.status, test.code)
			}
			if r.status == 401 && !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("401 with WWW-Authenticate %q", r.header.Get("WWW-Authenticate"))
			}
			if after := w.stored(t, appB); after != before {
				t.Errorf("stored: %s, before: %s", after, before)
			}
			words := []string{"instantiate", "refused", appB}
			for _, word := range []string{test.reason, test.who} {
				if word != "" {
					words = append(words, word)
				}
			}
			w.logged(t, last, words...)
		})
	}
	t.Logf("%d callers refused", len(tests))
	for name, token := range map[string]string{"issued": write, "signed here": forged["good"]} {
		r := w.do(t, "POST", makeB, strings.NewReader(ownB), "Content-Type", jsonKind,
			"Authorization", bearer(token))
		if r.status != 201 {
			t.Errorf("a right token (%s): got %d %s", name, r.status, r.body)
		}
	}
}

// TestAPI_NoPageMakesACase shows that a person has no way to B but to read why.
func TestAPI_NoPageMakesACase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pages := 0
	for _, person := range []string{kari, ingrid, tor, siri} {
		b := signedIn(t, w.address, person)
		before := w.stored(t, appB)
		p, err := b.Get(t.Context(), "/"+appB)
		if err != nil {
			t.Fatal(err)
		}
		if p.FormTo("/start") != nil || p.Status >= 500 || p.Heading() == "" {
			t.Errorf("X005 %s: got %d with a way to start: %s", person, p.Status, p.Main())
		}
		last := w.lastLine(t)
		if p, err = b.Post(t.Context(), "/"+appB+"/start", nil); err != nil {
			t.Fatal(err)
		}
		if p.Status != 403 || p.Heading() == "" {
			t.Errorf("start by %s: got %d %s", person, p.Status, p.Main())
		}
		w.logged(t, last, "instantiate", "refused", appB)
		if after := w.stored(t, appB); after != before {
			t.Errorf("%s made something: %s", person, after)
		}
		pages += 2
	}
	t.Logf("%d pages tried", pages)
}

// TestAPI_TheSameCallMakesOneCase is X012, and what an idempotency key is held against.
func TestAPI_TheSameCallMakesOneCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	authorization := bearer(w.write(t))
	send := func(key, body string) reply {
		return w.do(t, "POST", makeB, strings.NewReader(body), "Content-Type", jsonKind,
			"Authorization", authorization, "Idempotency-Key", key)
	}
	first := send("one", ownB)
	where := first.header.Get("Location")
	if first.status != 201 || !strings.HasPrefix(where, w.address+makeB+"/51001/") {
		t.Fatalf("got %d, Location %q: %s", first.status, where, first.body)
	}
	again := send("one", ownB)
	if again.status != 200 || string(idOf(t, again)) != idOf(t, first) {
		t.Errorf("again: got %d %s, want 200 with %s", again.status, again.body, idOf(t, first))
	}
	last := w.lastLine(t)
	other := send("one", strings.Replace(ownB, "Lysfest", "Lysfesten", 1))
	if p := problemOf(t, other); other.status != 409 || p.Code != "idempotency_key_reused" {
		t.Errorf("other content: got %d %s", other.status, p.Code)
	}
	if lines := w.lines(t, last); len(lines) > 1 {
		t.Logf("audit lines of the conflict: %q", lines)
	}
	if second := send("two", ownB); second.status != 201 || idOf(t, second) == idOf(t, first) {
		t.Errorf("another key: got %d", second.status)
	}
	if p := problemOf(t, send(strings.Repeat("k", 201), ownB)); p.Code != "idempotency_key" {
		t.Errorf("a long key: got %s", p.Code)
	}
	if got := w.stored(t, appB); !strings.HasPrefix(got, "2 instances") {
		t.Errorf("stored: %s", got)
	}
	shown := w.do(t, "GET", strings.TrimPrefix(where, w.address), nil,
		"Authorization", bearer(w.token(t, "nordvik", appB, access.ScopeRead)))
	if shown.status != 200 || idOf(t, shown) != idOf(t, first) {
		t.Errorf("Location: got %d %s", shown.status, shown.body)
	}
}

// TestAPI_AMinimalAnswerReadsNothing is for senders who need no more than the instance's address: theirs is
// the same, it is told that the preference was heeded, and nobody is said to have looked.
func TestAPI_AMinimalAnswerReadsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	authorization := bearer(w.write(t))
	type answer struct {
		ID, AppID, Org string
		InstanceOwner  struct{ PartyID, OrganisationNumber string }
		SelfLinks      struct{ Apps, Platform string }
		Data           []any
	}
	for i, c := range []struct {
		prefer  string
		minimal bool
	}{
		{"", false}, {"return=representation", false}, {"respond-async", false}, {"return", false},
		{"return=minimal", true}, {`respond-async, Return = "minimal"; x=y`, true},
	} {
		last := w.lastLine(t)
		r := w.do(t, "POST", makeB, strings.NewReader(ownB), "Content-Type", jsonKind, "Authorization", authorization,
			"Prefer", c.prefer)
		var got answer
		if err := json.Unmarshal(r.body, &got); err != nil || r.status != 201 {
			t.Fatalf("%q: got %d, %v: %s", c.prefer, r.status, err, r.body)
		}
		where := w.address + makeB + "/" + got.ID
		if got.AppID != appB || got.Org != "nordvik" || got.InstanceOwner.PartyID != "51001" ||
			got.InstanceOwner.OrganisationNumber != nordvik || got.SelfLinks.Apps != where ||
			r.header.Get("Location") != where {
			t.Errorf("%q: got %s at %s", c.prefer, r.body, r.header.Get("Location"))
		}
		lines, applied := w.lines(t, last), r.header.Get("Preference-Applied")
		read := slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "read ") })
		if c.minimal != (applied == "return=minimal") || c.minimal != (got.Data == nil) || c.minimal == read {
			t.Errorf("%q: applied %q, data %v, lines %q", c.prefer, applied, got.Data, lines)
		}
		if made := i + 1; !strings.HasPrefix(w.stored(t, appB), strconv.Itoa(made)+" instances") {
			t.Errorf("%q: stored %s, want %d", c.prefer, w.stored(t, appB), made)
		}
	}
}

func idOf(t *testing.T, r reply) string {
	t.Helper()
	var inst struct{ ID string }
	if err := json.Unmarshal(r.body, &inst); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
	return inst.ID
}

func digestOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// TestAPI_AFaultyTemplateStoresNothing tries templates that do not fit: each is told with its
// place, and nothing of it is left.
func TestAPI_AFaultyTemplateStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	authorization := bearer(w.write(t))
	const pdf = "%PDF-1.7\nkart\n%%EOF"
	inst := part{name: "instance", kind: jsonKind, body: ownB}
	good := part{name: "vedlegg", file: "kart.pdf", kind: "application/pdf", body: pdf,
		digest: digestOf(pdf)}
	with := func(change func(*part)) part {
		p := good
		change(&p)
		return p
	}
	doc := func(body string) part { return part{name: "sak", kind: jsonKind, body: body} }
	tests := []struct {
		name, json string
		parts      []part
		status     int
		path, code string
	}{
		{name: "X018 another app in the body", json: `{"appId":"` + appA + `",` + ownB[1:],
			status: 400,
			path:   "appId", code: "mismatch"},
		{name: "X016 a person as owner", json: `{"instanceOwner":{"partyId":"50001"}}`,
			status: 403},
		{name: "an unknown owner", json: `{"instanceOwner":{"organisationNumber":"999999999"}}`,
			status: 404},
		{name: "no owner", json: `{}`, status: 400},
		{name: "owner's party is no number", json: `{"instanceOwner":{"partyId":"x"}}`,
			status: 400},
		{name: "prefill of an unknown field", status: 400, path: "sak.finnesIkke",
			json: strings.Replace(ownB, "sak.tittel", "sak.finnesIkke", 1)},
		{name: "prefill that does not convert", status: 400, path: "arrangement.deltakere",
			json: strings.Replace(ownB, `"sak.tittel":"Lysfest"`,
				`"arrangement.deltakere":"mange"`, 1)},
		{name: "no JSON", json: `{"instanceOwner":`, status: 400},
		{name: "the same key twice", json: `{"appId":"` + appB + `","appId":"` + appB + `"}`,
			status: 400},
		{name: "a source that is none", status: 400, path: "dataValues.sourceInstance",
			json: ownB[:len(ownB)-1] + `,"dataValues":{"sourceInstance":"x"}}`},
		{name: "X020 unknown data type", parts: []part{inst, {name: "annet", file: "a.pdf",
			kind: "application/pdf", body: pdf}},
			status: 400, path: "annet", code: "unknown_data_type"},
		{name: "X021 the third attachment", parts: []part{inst, good, good,
			with(func(p *part) { p.file, p.body = "a.exe", "MZ\x90" })},
			status: 400, path: "vedlegg"},
		{name: "an ending that the content is not", status: 400, path: "vedlegg",
			parts: []part{inst, good, with(func(p *part) { p.file, p.digest = "kart.png", "" })}},
		{name: "an empty file", parts: []part{inst, with(func(p *part) {
			p.body, p.digest = "",
				""
		})}, status: 400, path: "vedlegg"},
		{name: "a digest of something else", parts: []part{inst, good,
			with(func(p *part) { p.digest = digestOf("annet") })},
			status: 400, path: "vedlegg"},
		{name: "a digest that is none", parts: []part{inst, good,
			with(func(p *part) { p.digest = "md5=:AA==:" })},
			status: 400, path: "vedlegg"},
		{name: "unknown field in the document", parts: []part{inst, good,
			doc(`{"sak":{"finnesIkke":"x"}}`)}, status: 400,
			path: "sak.finnesIkke", code: "unknown"},
		{name: "a document that does not fit", parts: []part{inst, good,
			doc(`{"arrangement":{"deltakere":"mange"}}`)},
			status: 400, path: "arrangement.deltakere"},
		{name: "a document twice", parts: []part{inst, good, doc(`{}`), doc(`{}`)}, status: 400,
			path: "sak", code: "duplicate"},
		{name: "no instance part", parts: []part{good}, status: 400, path: "instance",
			code: "missing"},
		{name: "the instance part twice", parts: []part{inst, good, inst}, status: 400,
			path: "instance", code: "duplicate"},
		{name: "a PDF too many", parts: append([]part{inst},
			slices.Repeat([]part{with(func(p *part) { p.name = "soknad-pdf" })}, 51)...),
			status: 400, path: "soknad-pdf", code: "max_count"},
		{name: "X156 ten thousand parts", parts: func() []part {
			many := []part{inst}
			for range 10_000 {
				many = append(many, good)
			}
			return many
		}(), status: 400},
		{name: "an instance part over the limit", parts: []part{good, {name: "instance",
			kind: jsonKind,
			body: `{"dataValues":{"a":"` + strings.Repeat("x", 70<<10) + `"}}`}}, status: 413},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := w.stored(t, appB)
			var r reply
			if test.parts == nil {
				r = w.do(t, "POST", makeB, strings.NewReader(test.json), "Content-Type", jsonKind,
					"Authorization", authorization)
			} else {
				body, kind := parcel(t, test.parts...)
				r = w.do(t, "POST", makeB, body, "Content-Type", kind, "Authorization",
					authorization)
			}
			p := problemOf(t, r)
			if r.status != test.status {
				t.Errorf("got %d, want %d: %s", r.status, test.status, r.body)
			}
			if test.path != "" && (len(p.Errors) == 0 || p.Errors[0].Path != test.path ||
				test.code != "" && p.Errors[0].Code != test.code) {
				t.Errorf("got %+v, want one at %s: %s", p.Errors, test.path, test.code)
			}
			if after := w.stored(t, appB); after != before {
				t.Errorf("stored: %s, before: %s", after, before)
			}
		})
	}
	t.Logf("%d faulty templates", len(tests))
	body, kind := parcel(t, inst, good, doc(`{"sak":{"tittel":"Lysfest"}}`))
	if r := w.do(t, "POST", makeB, body, "Content-Type", kind, "Authorization",
		authorization); r.status != http.StatusCreated {
		t.Errorf("the good ones: got %d %s", r.status, r.body)
	}
	if got := w.stored(t, appB); got != "1 instances, 2 elements, 0 loose uploads" {
		t.Errorf("stored: %s", got)
	}
}
