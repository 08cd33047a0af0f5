package main

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"
)

// TestUX49_TheReceiptIsThereWhileTheReceiverIsAway is UX.md's point 49, and what the status page then
// says: on its way, delayed with nothing lost, and there when the receiver is back. Then it is point 55:
// who opens it is told.
func TestUX49_TheReceiptIsThereWhileTheReceiverIsAway(t *testing.T) {
	t.Parallel()
	g, _, _ := newGate(t, nil)
	ctx := t.Context()
	first, again := make(chan struct{}), make(chan struct{})
	var calls atomic.Int32
	g.says(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			close(first)
			select { // it neither answers nor refuses
			case <-again:
			case <-r.Context().Done():
			}
		}
		panic(http.ErrAbortHandler)
	})
	citizen := signedIn(t, g.URL, kari)
	receipt := apply(ctx, t, citizen, "Lysfest i Nordvikparken", []byte("%PDF-1.7\n"))
	if !strings.HasSuffix(receipt.URL, "/receipt") || receipt.Status != 200 {
		t.Fatalf("sent: got %d at %s", receipt.Status, receipt.URL)
	}
	<-first
	status := strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
	for _, want := range []string{"Referansen din er NK-", "Nordvik kommune", "Lysfest i Nordvikparken"} {
		if got := get(ctx, t, citizen, receipt.URL).Main(); !strings.Contains(got, want) {
			t.Errorf("the receipt lacks %q: %s", want, got)
		}
	}
	if got := get(ctx, t, citizen, status).Main(); !strings.Contains(got, "trygt lagret og på vei til Nordvik kommune. Du trenger") {
		t.Errorf("being delivered: %s", got)
	}
	close(again)
	says(ctx, t, citizen, status, "leveringen er forsinket. Ingenting er tapt", "Forsinket. Den kommer fram av seg selv.",
		"Ingen har åpnet")
	g.says(nil)
	says(ctx, t, citizen, status, "Nordvik kommune har søknaden")

	t.Run("UX55: who has looked at the case", func(t *testing.T) {
		worker := signedIn(t, g.URL, ingrid)
		get(ctx, t, worker, find(ctx, t, worker, "Lysfest i Nordvikparken"))
		p := seen{Page: says(ctx, t, citizen, status, "Hvem har åpnet saken")}
		told := p.elements(func(n *html.Node) bool {
			return n.Data == "tbody" && inside(n, func(n *html.Node) bool { return hasClass(n, "stack") })
		})
		words := ""
		for _, n := range told {
			words += flat(n)
		}
		for _, want := range []string{"Nordvik kommune", "Saksbehandler", "kl."} {
			if !strings.Contains(words, want) {
				t.Errorf("the list of who has opened it lacks %q: %s", want, words)
			}
		}
		if strings.Contains(string(p.Body), "Ingrid") {
			t.Error("the page names the person: it tells organisation, role and time")
		}
	})
}
