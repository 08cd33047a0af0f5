// Command bench measures the program against this machine's own limit in the same run, and
// prints both with their ratio: a machine is shared and noisy, so only the ratios count
// (docs/performance.md). It starts its own server and durable database on loopback, and stops
// them again.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure is what can be asked for by its name.
type measure struct {
	name  string
	parts parts
}

// measures are taken in turn: first with the example apps as they are, then with handovers that
// carry attachments but no PDF, then with handovers of the answers alone.
var measures = []measure{
	{"engines", parts{engines}},
	{"starts", parts{starts, atRest, openInboxes, weight}},
	{"pages", parts{running, pages}},
	{"saves", parts{running, saves, rows}},
	{"uploads", parts{uploadMemory, uploadRate}},
	{"pdfs", parts{running, pdfs}},
	{"relays", parts{
		running, relaysWithPDF, withAttachments, relaysWithAttachment, withAnswersAlone, relaysAndWaits,
	}},
	{"drain", parts{withAnswersAlone, drain}},
}

type parts = []func(context.Context, *server) error

func run(ctx context.Context) error {
	only := flag.String("only", "", "names of what to measure, with commas between; all when empty")
	cases := flag.Int("archive", 100_000, "cases in the larger archive that lists are measured in")
	rows := flag.Int("rows", rowsInMemory, "rows of the tables of lists whose buffers are counted")
	flag.Parse()
	list, err := chosen(*only, append(measures,
		measure{"buffers", parts{countBuffers(*rows)}}, measure{"archive", parts{archives(*cases)}}))
	if err != nil {
		return err
	}
	s, err := newServer(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	for _, m := range list {
		for _, part := range m.parts {
			if err := part(ctx, s); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

// chosen keeps the measures that are named.
func chosen(only string, all []measure) ([]measure, error) {
	if only == "" {
		return all, nil
	}
	var list []measure
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(all, func(m measure) bool { return m.name == name })
		if i < 0 {
			var names []string
			for _, m := range all {
				names = append(names, m.name)
			}
			return nil, fmt.Errorf("nothing is called %q; there are %s", name, strings.Join(names, ", "))
		}
		list = append(list, all[i])
	}
	return list, nil
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
