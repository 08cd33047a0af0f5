package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
)

// engine is a Go benchmark of the packages, and what its figures are called.
type engine struct {
	number, folder, benchmark string
	// show prints the medians: nanoseconds, bytes and allocations for each run.
	show func(number string, ns, bytes, allocations float64)
}

var allEngines = []engine{
	{"P14", "./internal/app", "BenchmarkLoadAndCheck", func(p string, ns, _, _ float64) {
		figure(p, "all example apps loaded and checked", ns/1e6, "ms", 0)
	}},
	{"P15", "./internal/altinntest", "BenchmarkPage_HundredComponents",
		func(p string, ns, bytes, _ float64) {
			figure(p, "page of 100 components built and rendered", ns/1e6, "ms", 2)
			figure(p, "what it allocates", bytes/1e3, "kB", 1000)
		}},
	{"P17", "./internal/expr", "BenchmarkHidden_Compound", func(p string, ns, _, allocations float64) {
		figure(p, "expressions a second (and, or, four comparisons)", 1e9/ns, "/s", 0)
		figure(p, "allocations of one evaluation", allocations, "", 0)
	}},
}

// engines runs the packages' own benchmarks of what needs no server.
func engines(ctx context.Context, _ *server) error {
	for _, e := range allEngines {
		if err := e.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", e.benchmark, err)
		}
	}
	return nil
}

func (e engine) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^"+e.benchmark+"$",
		"-benchmem", "-count", strconv.Itoa(rounds), e.folder)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	ns, err := medianOf(out, "ns/op")
	if err != nil {
		return err
	}
	bytes, err := medianOf(out, "B/op")
	if err != nil {
		return err
	}
	allocations, err := medianOf(out, "allocs/op")
	if err != nil {
		return err
	}
	e.show(e.number, ns, bytes, allocations)
	return nil
}

// medianOf reads a measure out of what the benchmarks print, one line for each round.
func medianOf(out []byte, unit string) (float64, error) {
	found := regexp.MustCompile(`\s([0-9.e+]+) `+regexp.QuoteMeta(unit)).FindAllSubmatch(out, -1)
	if len(found) != rounds {
		return 0, fmt.Errorf("%d figures of %s, want %d:\n%s", len(found), unit, rounds, out)
	}
	var list []float64
	for _, m := range found {
		n, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			return 0, err
		}
		list = append(list, n)
	}
	return percentile(list, 50), nil
}
