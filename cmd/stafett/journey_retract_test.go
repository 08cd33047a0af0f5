package main

import (
	"fmt"
	"strings"
	"testing"
)

// retracts corrects an application that has been sent, and then withdraws it, with the pages of
// both sides.
func (s *stage) retracts(t *testing.T, js bool) {
	title := fmt.Sprintf("Rettet og trukket, skript %v", js)
	receipt := apply(t.Context(), t, signedIn(t, s.address, kari), title, []byte("%PDF-1.7\nkart"))
	status := strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
	caseURL := find(t.Context(), t, signedIn(t, s.address, ingrid), title)

	p := s.signIn(t, js, kari)
	p.open(status)
	p.Click("Rett søknaden")
	p.says("Du retter en søknad")
	p.Fill("Hvilket telefonnummer kan vi ringe?", "400 00 177")
	draft := strings.TrimSuffix(p.path(), "soker")
	p.Click("Neste")
	p.at(draft + "arrangement")
	p.open(draft + "se-over")
	p.says("Dette har du endret", "400 00 101", "400 00 177")
	p.look("review-correction")
	p.Click("Send inn søknaden")
	p.says("Rettingen er sendt inn")
	p.Click("Følg søknaden")
	p.says("Du rettet søknaden", "400 00 177")
	p.Click("Trekk søknaden")
	p.Fill("Hvorfor trekker du søknaden?", "Vi får ikke leid lokalet.")
	p.look("withdraw")
	p.Click("Trekk søknaden")
	p.says("Trukket", "Du trakk søknaden", "Vi får ikke leid lokalet.")
	p.look("status-withdrawn")

	worker := s.signIn(t, js, ingrid)
	worker.arrives(caseURL, "Søkeren trakk søknaden")
	worker.says("Vi får ikke leid lokalet.", "Søkeren rettet søknaden", "400 00 101", "400 00 177")
	worker.look("case-withdrawn")
	worker.open("/inbox/" + nordvik + "?view=closed")
	worker.says("Trukket av søkeren")
	worker.look("inbox-withdrawn")
}
