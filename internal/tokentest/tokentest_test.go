package tokentest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"stafett/internal/tokentest"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestEveryCaseBuilds(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	seen := map[string]bool{}
	for _, target := range []string{tokentest.Grant, tokentest.Access, tokentest.IDToken} {
		for _, c := range w.Cases(target) {
			if seen[c.ID] {
				t.Errorf("%s is there twice", c.ID)
			}
			seen[c.ID] = true
			token := w.Token(c)
			if strings.Contains(token, "${") || token == "" && c.Name != "empty assertion" {
				t.Errorf("%s: got %q", c.ID, token)
			}
			if len(c.Expect.HTTP) == 0 || !c.Expect.Accept && c.Expect.Reason == "" {
				t.Errorf("%s: expects nothing", c.ID)
			}
		}
	}
	if len(seen) < 280 {
		t.Errorf("only %d cases", len(seen))
	}
}

// The provider and the base id token are right by the judgement of a library that is not ours.
func TestProvide_GoesThroughAnOrdinaryRelyingParty(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, time.Now())
	p := w.Provide()
	provider, err := oidc.NewProvider(t.Context(), p.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	p.Give(w.Token(tokentest.Case{Target: tokentest.IDToken}))
	config := oauth2.Config{ClientID: w.Get("RP"), Endpoint: provider.Endpoint()}
	got, err := config.Exchange(t.Context(), "code-1")
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := got.Extra("id_token").(string)
	verifier := provider.Verifier(&oidc.Config{ClientID: w.Get("RP"), Now: w.Now})
	token, err := verifier.Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if token.Nonce != w.Get("NONCE") || token.Subject != "pairwise-7f0c" {
		t.Errorf("got %+v", token)
	}
	if forms := p.Forms(); len(forms) != 1 || forms[0].Get("code") != "code-1" {
		t.Errorf("forms: got %v", forms)
	}
}
