// Command demo fills a running development server with applications, sent through the same
// pages that a citizen uses: demo [address]. The address is http://127.0.0.1:8080 by default.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"stafett/internal/driver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	address := "http://127.0.0.1:8080"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	if err := fill(ctx, address); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		fmt.Fprintln(os.Stderr, "demo: is `make run` running?")
		os.Exit(1)
	}
}

// citizens are the test persons who apply, and what for.
var citizens = map[string][]string{
	"14827941388": {"Lysfest i Nordvikparken", "Vårkonsert med korpset", "Julekonsert i Vika kirke", "Bygdekino for barn"},
	"03859138887": {"Nyttårsløpet 2027", "Dugnadsfest på Nordsida", "Sjakkturnering for alle"},
	"21918845590": {"Kulturkveld på biblioteket", "Matfestival ved hamna", "Seniordans på samfunnshuset"},
}

func fill(ctx context.Context, address string) error {
	for person, events := range citizens {
		b := driver.New(address)
		if _, err := b.SignIn(ctx, person); err != nil {
			return err
		}
		for _, event := range events {
			if err := send(ctx, b, event); err != nil {
				return err
			}
			fmt.Println("sent:", event)
		}
	}
	return nil
}

func send(ctx context.Context, b *driver.Browser, event string) error {
	first, err := b.Start(ctx, "nordvik/arrangementsstotte")
	if err != nil {
		return err
	}
	application := driver.EventSupport(event)
	application.Files = map[string]driver.File{"vedlegg": {
		Name: "situasjonskart.pdf", ContentType: "application/pdf",
		Content: []byte("%PDF-1.7\n% Et situasjonskart\n"),
	}}
	review, err := b.FillIn(ctx, first, application)
	if err != nil {
		return err
	}
	_, err = b.Send(ctx, review)
	return err
}
