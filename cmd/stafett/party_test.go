package main

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// TestStory_ForAnOrganisation: Kari applies as chair of Nordvik Musikkforening.
func TestStory_ForAnOrganisation(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	ctx := t.Context()
	b := signedIn(t, address, kari)
	before := b.Cookies()
	p, err := b.Post(ctx, "/party", url.Values{"party": {"51003"}, "return": {"/my"}})
	if err != nil || p.Status != 200 {
		t.Fatalf("choose party: %v %v", p, err)
	}
	if b.Cookies() == before {
		t.Error("the session was not rotated at the change of party")
	}
	first, err := b.Start(ctx, "nordvik/arrangementsstotte")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(first.URL, "/51003/") || !strings.Contains(first.Main(), "Nordvik Musikkforening") {
		t.Errorf("the draft is not the organisation's: %s", first.URL)
	}
	a := driver.EventSupport("Vårkonsert med korpset")
	a.Fields["soker.kategori"] = "lag"
	review, err := b.FillIn(ctx, first, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Send(ctx, review); err != nil {
		t.Fatal(err)
	}
	worker := signedIn(t, address, ingrid)
	c := get(ctx, t, worker, find(ctx, t, worker, "Vårkonsert med korpset"))
	if !strings.Contains(c.Main(), "Nordvik Musikkforening") {
		t.Error("the case does not say who applies")
	}
	// Nobody but those with a role in the organisation may see its form.
	other := signedIn(t, address, "03859138887")
	if p, err := other.Get(ctx, first.URL); err != nil || p.Status != 403 {
		t.Errorf("another person at the organisation's draft: got %v %v", p.Status, err)
	}
	if p, err := other.Post(ctx, "/party", url.Values{"party": {"51003"}, "return": {"/my"}}); err != nil || p.Status != 403 {
		t.Errorf("another person as the organisation: got %v %v", p.Status, err)
	}
}
