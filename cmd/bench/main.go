// Command bench measures the program against this machine's own limit in the same run, and
// prints both with their ratio: a machine is shared and noisy, so only the ratios count
// (docs/performance.md). It starts its own server and durable database on loopback, and stops
// them again.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run takes each measure in turn.
func run(ctx context.Context) error {
	s, err := newServer(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	for _, measure := range []func(context.Context, *server) error{
		starts, memory, weight, pages, relays,
	} {
		if err := measure(ctx, s); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// line prints one figure: what, how much, the limit beside it, and the ratio.
func line(what string, got, limit float64, unit string) {
	fmt.Printf("%-52s %10.1f  limit %10.1f %-6s ratio %.2f\n", what, got, limit, unit, got/limit)
}

// figure prints a figure that has no limit to stand beside.
func figure(what string, got float64, unit string) {
	fmt.Printf("%-52s %10.1f %s\n", what, got, unit)
}
