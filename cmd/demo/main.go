// Command demo fills a running development server, so that a municipality is at work in it: demo
// [address]. The address is http://127.0.0.1:8080 by default. What is there already is left alone.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"stafett/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	address := "http://127.0.0.1:8080"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	report, err := demo.Fill(ctx, address, false)
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		fmt.Fprintln(os.Stderr, "demo: is `make run` running?")
		os.Exit(1)
	}
	if err := report.Write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}
