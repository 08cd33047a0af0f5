package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
)

// engine is a Go benchmark of the packages, with the figures that are read from it.
type engine struct {
	folder, benchmark string
	readings          []reading
}

// reading is a figure: which measure of the benchmark it is, and what is printed of it.
type reading struct {
	number, what, measure string
	of                    func(n float64) float64
	unit                  string
	good                  float64
}

func millis(ns float64) float64 { return ns / 1e6 }
func kilo(n float64) float64    { return n / 1e3 }
func rate(ns float64) float64   { return 1e9 / ns }
func same(n float64) float64    { return n }

var allEngines = []engine{
	{"./internal/app", "BenchmarkLoadAndCheck", []reading{
		{"P14", "all example apps loaded and checked", "ns/op", millis, "ms", 0},
	}},
	{"./internal/altinntest", "BenchmarkPage_HundredComponents", []reading{
		{"P15", "page of 100 components built and rendered, processor", "cpu-ns/op", millis, "ms", 2},
		{"P15", "what it allocates", "B/op", kilo, "kB", 1000},
	}},
	{"./internal/expr", "BenchmarkHidden_Compound", []reading{
		{"P17", "expressions a second (and, or, four comparisons)", "ns/op", rate, "/s", 0},
		{"P17", "allocations of one evaluation", "allocs/op", same, "", 0},
	}},
	{"./internal/access", "BenchmarkDecide", []reading{
		{"P18", "access decisions a second", "ns/op", rate, "/s", 0},
		{"P18", "allocations of one decision", "allocs/op", same, "", 0},
	}},
	{"./internal/access", "BenchmarkWhoMay/all=false", []reading{
		{"P19", "who can see a case, 10,000 grants, one that opens it", "ns/op", millis, "ms", 100},
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
	for _, r := range e.readings {
		n, err := medianOf(out, r.measure)
		if err != nil {
			return err
		}
		figure(r.number, r.what, r.of(n), r.unit, r.good)
	}
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
