package main

import (
	"strings"
	"testing"

	"stafett/internal/driver"
)

// TestCopy_BeginsAnewFromTheStatusPage presses the button on the page of what was sent.
func TestCopy_BeginsAnewFromTheStatusPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	review, err := b.FillIn(t.Context(), p, driver.EventSupport("Lysfest"))
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := b.Send(t.Context(), review)
	if err != nil {
		t.Fatal(err)
	}
	status := get(t.Context(), t, b, strings.TrimSuffix(receipt.URL, "/receipt")+"/status")
	again := press(t.Context(), t, b, status, "/copy")
	if !strings.Contains(again.Main(), "Svarene er fra et skjema du har sendt før") ||
		typed(t, again, "soker.kontaktperson") != "Kari Solbakken" {
		t.Errorf("the new form is %s: %s", again.URL, again.Main())
	}
	if strings.Contains(again.Main(), "nye eller endret") {
		t.Error("something is said to have changed")
	}
}
