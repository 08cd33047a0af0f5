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

// run takes each measure in turn: first with the example apps as they are, then with handovers
// that carry attachments but no PDF, then with handovers of the answers alone.
func run(ctx context.Context) error {
	s, err := newServer(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	for _, measure := range []func(context.Context, *server) error{
		engines, starts, atRest, openInboxes, weight, pages, saves, rows, uploadMemory, pdfs, relaysWithPDF,
		withAttachments, relaysWithAttachment,
		withAnswersAlone, relaysAndWaits, drain,
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

// line prints one figure: its number, what, how much, the limit beside it, their ratio, and the
// ratio that is good; 0 when none is asked for.
func line(number, what string, got, limit float64, unit string, good float64) {
	fmt.Printf("%-4s%-56s %9.1f  limit %9.1f %-5s ratio %.2f%s\n",
		number, what, got, limit, unit, got/limit, threshold("%.2f", good))
}

// figure prints a figure that has no limit to stand beside, with what is good.
func figure(number, what string, got float64, unit string, good float64) {
	fmt.Printf("%-4s%-56s %9.1f %-5s%s\n", number, what, got, unit, threshold("%g", good))
}

func threshold(format string, good float64) string {
	if good == 0 {
		return ""
	}
	return fmt.Sprintf(" (good "+format+")", good)
}
