package devidp_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/oauth2"
)

func TestAuthorize_SendsTheBrowserNowhereUnlessClientAndAddressAreKnown(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for name, changes := range map[string][]string{
		"unknown client":    {"client_id", "stranger"},
		"no client":         {"client_id", ""},
		"other address":     {"redirect_uri", "https://evil.example/auth/callback"},
		"address and more":  {"redirect_uri", callback + "/x"},
		"address and query": {"redirect_uri", callback + "?x=1"},
		"other port":        {"redirect_uri", strings.Replace(callback, ":9/", ":10/", 1)},
		"no address":        {"redirect_uri", ""},
		"address in script": {"redirect_uri", "javascript:alert(1)"},
	} {
		q := p.begin(oauth2.GenerateVerifier(), changes...)
		if got := p.open("/authorize", q); got.status != http.StatusBadRequest || got.to != nil {
			t.Errorf("%s: GET got %d to %v", name, got.status, got.to)
		}
		q.Set("pid", kari)
		if got := p.post("/authorize", q); got.status != http.StatusBadRequest || got.to != nil {
			t.Errorf("%s: POST got %d to %v", name, got.status, got.to)
		}
	}
	twice := p.begin(oauth2.GenerateVerifier())
	twice.Add("redirect_uri", "https://evil.example/")
	if got := p.open("/authorize", twice); got.status != http.StatusBadRequest || got.to != nil {
		t.Errorf("address twice: got %d to %v", got.status, got.to)
	}
}

func TestAuthorize_TellsTheClientWhatElseIsWrong(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for _, tt := range []struct{ name, value, want string }{
		{"response_type", "token", "unsupported_response_type"},
		{"response_type", "", "unsupported_response_type"},
		{"response_mode", "fragment", "invalid_request"},
		{"scope", "profile", "invalid_scope"},
		{"state", "", "invalid_request"},
		{"nonce", "", "invalid_request"},
		{"code_challenge", "", "invalid_request"},
		{"code_challenge", "short", "invalid_request"},
		{"code_challenge_method", "plain", "invalid_request"},
		{"code_challenge_method", "", "invalid_request"},
		{"acr_values", "Level4", "invalid_request"},
		{"prompt", "none", "login_required"},
		{"request", "eyJ", "request_not_supported"},
		{"request_uri", "urn:x", "request_uri_not_supported"},
	} {
		q := p.begin(oauth2.GenerateVerifier(), tt.name, tt.value)
		for method, got := range map[string]reply{
			"GET": p.open("/authorize", q), "POST": p.post("/authorize", withPerson(q)),
		} {
			if got.status != http.StatusSeeOther || got.to.Query().Get("error") != tt.want ||
				got.to.Query().Get("iss") != p.issuer || got.to.Query().Get("code") != "" {
				t.Errorf("%s %s=%q: got %d to %v", method, tt.name, tt.value, got.status, got.to)
			}
		}
	}
}

func withPerson(q url.Values) url.Values {
	form := url.Values{"pid": {kari}}
	for name := range q {
		form.Set(name, q.Get(name))
	}
	return form
}

func TestAuthorize_OnlyListedPersonsCanBeChosen(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for _, person := range []string{"", "17912099997", kari + " ", "kari"} {
		if got := p.pick(oauth2.GenerateVerifier(), person); got.status != http.StatusBadRequest {
			t.Errorf("%q: got %d to %v", person, got.status, got.to)
		}
	}
}

func TestAuthorize_CancelGoesBackWithoutACode(t *testing.T) {
	t.Parallel()
	p := setup(t)
	form := p.begin(oauth2.GenerateVerifier())
	form.Set("cancel", "1")
	q := p.post("/authorize", form).to.Query()
	if q.Get("error") != "access_denied" || q.Get("state") != "state-1" || q.Get("code") != "" {
		t.Errorf("got %v", q)
	}
}

func TestToken_CodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	p, verifier := setup(t), oauth2.GenerateVerifier()
	code := p.choose(verifier, kari)
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 10 {
		assertion := p.assertion(p.key, nil)
		all.Go(func() {
			if _, err := p.exchange(code, verifier, assertion); err == nil {
				taken.Add(1)
			} else if errorWord(err) != "invalid_grant" {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 {
		t.Errorf("taken %d times", taken.Load())
	}
}

func TestToken_CodeFitsOneSignInOnly(t *testing.T) {
	t.Parallel()
	p, verifier := setup(t), oauth2.GenerateVerifier()
	trade := func(code, verifier string) error {
		_, err := p.exchange(code, verifier, p.assertion(p.key, nil))
		return err
	}
	code := p.choose(verifier, kari)
	p.expect("wrong verifier", "invalid_grant", trade(code, oauth2.GenerateVerifier()))
	p.expect("right verifier after a wrong one", "invalid_grant", trade(code, verifier))
	p.expect("empty verifier", "invalid_grant", trade(p.choose(verifier, kari), ""))
	p.expect("unknown code", "invalid_grant", trade("nope", verifier))
	p.expect("no code", "invalid_grant", trade("", verifier))
	code = p.choose(verifier, kari)
	p.now.Add(60)
	p.expect("code after a minute", "invalid_grant", trade(code, verifier))

	code = p.choose(verifier, kari)
	p.config.RedirectURL = farewell
	p.expect("another redirect_uri", "invalid_grant", trade(code, verifier))
	p.config.RedirectURL = callback

	code = p.choose(verifier, kari)
	p.id, p.config.ClientID = "other", "other"
	p.expect("another client", "invalid_grant", trade(code, verifier))
}

func TestToken_RefusesAClientThatCannotProveItself(t *testing.T) {
	t.Parallel()
	p, verifier := setup(t), oauth2.GenerateVerifier()
	code := p.choose(verifier, kari)
	used := p.assertion(p.key, nil)
	if _, err := p.exchange("nope", verifier, used); errorWord(err) != "invalid_grant" {
		t.Fatalf("a right assertion: got %v", err)
	}
	for name, assertion := range map[string]string{
		"none":           "",
		"garbage":        "a.b.c",
		"used before":    used,
		"another key":    p.assertion(mustKey(t, otherKeyOf), nil),
		"iss":            p.assertion(p.key, map[string]any{"iss": "other"}),
		"sub":            p.assertion(p.key, map[string]any{"sub": "other"}),
		"no sub":         p.assertion(p.key, map[string]any{"sub": nil}),
		"aud":            p.assertion(p.key, map[string]any{"aud": "https://idporten.no"}),
		"two audiences":  p.assertion(p.key, map[string]any{"aud": []string{p.issuer, "https://x"}}),
		"expired":        p.assertion(p.key, map[string]any{"exp": p.clock().Unix()}),
		"no exp":         p.assertion(p.key, map[string]any{"exp": nil}),
		"lives long":     p.assertion(p.key, map[string]any{"exp": p.clock().Unix() + 3600}),
		"issued later":   p.assertion(p.key, map[string]any{"iat": p.clock().Unix() + 60}),
		"no jti":         p.assertion(p.key, map[string]any{"jti": nil}),
		"jti very long":  p.assertion(p.key, map[string]any{"jti": strings.Repeat("x", 129)}),
		"signature lost": used[:strings.LastIndex(used, ".")+1],
	} {
		_, err := p.exchange(code, verifier, assertion)
		p.expect(name, "invalid_client", err)
	}
	if _, err := p.exchange(code, verifier, p.assertion(p.key, nil)); err != nil {
		t.Errorf("the code was used up by somebody who was refused: %v", err)
	}
	for _, aud := range []any{p.issuer + "/token", []string{p.issuer}} {
		assertion := p.assertion(p.key, map[string]any{"aud": aud})
		if _, err := p.exchange(p.choose(verifier, kari), verifier, assertion); err != nil {
			t.Errorf("aud %v: %v", aud, err)
		}
	}
}

func TestToken_TakesNoOtherWayIn(t *testing.T) {
	t.Parallel()
	p := setup(t)
	right := func() url.Values {
		return url.Values{"grant_type": {"authorization_code"}, "client_id": {p.id}, "code": {"x"},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
			"client_assertion":      {p.assertion(p.key, nil)}}
	}
	for _, tt := range []struct{ name, value, want string }{
		{"code", "x", "invalid_grant"},
		{"grant_type", "password", "unsupported_grant_type"},
		{"client_id", "stranger", "invalid_client"},
		{"client_secret", "x", "invalid_client"},
		{"client_assertion_type", "x", "invalid_client"},
	} {
		form := right()
		form.Set(tt.name, tt.value)
		if got := p.post("/token", form); !strings.Contains(got.body, `"error":"`+tt.want+`"`) {
			t.Errorf("%s=%s: got %d %s", tt.name, tt.value, got.status, got.body)
		}
	}
	twice := right()
	twice.Add("client_id", p.id)
	if got := p.post("/token", twice); !strings.Contains(got.body, `"error":"invalid_request"`) {
		t.Errorf("client twice: got %d %s", got.status, got.body)
	}
	if got := p.open("/token", right()); got.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: got %d", got.status)
	}
}

func TestEndSession_SendsTheBrowserToRegisteredAddressesOnly(t *testing.T) {
	t.Parallel()
	p, verifier := setup(t), oauth2.GenerateVerifier()
	token, err := p.exchange(p.choose(verifier, kari), verifier, p.assertion(p.key, nil))
	if err != nil {
		t.Fatal(err)
	}
	hint, _ := token.Extra("id_token").(string)
	forged := p.assertion(p.key, map[string]any{"aud": p.id})
	p.now.Add(3600) // people sign out long after the id token's time
	const to = "post_logout_redirect_uri"
	for _, tt := range []struct {
		form url.Values
		want string
	}{
		{url.Values{"client_id": {p.id}, to: {farewell}}, farewell},
		{url.Values{"id_token_hint": {hint}, to: {farewell}}, farewell},
		{url.Values{"client_id": {p.id}, "state": {"a b"}, to: {farewell}}, farewell + "?state=a+b"},
		{url.Values{"client_id": {p.id}, "state": {"a\r\nb"}, to: {farewell}}, farewell},
		{url.Values{"id_token_hint": {forged}, to: {farewell}}, ""},
		{url.Values{"id_token_hint": {hint}, "client_id": {"other"}, to: {farewell}}, ""},
		{url.Values{to: {farewell}}, ""},
		{url.Values{"client_id": {p.id}, to: {"https://evil.example/"}}, ""},
		{url.Values{"client_id": {"other"}, to: {farewell}}, ""},
	} {
		for method, got := range map[string]reply{
			"GET": p.open("/endsession", tt.form), "POST": p.post("/endsession", tt.form),
		} {
			to := got.header.Get("Location")
			if to != tt.want || tt.want == "" && got.status != http.StatusBadRequest {
				t.Errorf("%v by %s: got %d to %q, want %q", tt.form, method, got.status, to, tt.want)
			}
		}
	}
	got := p.open("/endsession", nil)
	if got.status != http.StatusOK || !strings.Contains(got.body, "Du er logget ut") {
		t.Errorf("without an address: got %d", got.status)
	}
}
