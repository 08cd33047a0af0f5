// Command stafett runs multi-app solutions: citizens' forms, organisations' cases, and the
// handovers between them. `stafett serve` is the server; the other subcommands prepare, check
// and try.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes that scripts may rely on.
const (
	exitFailed = 1
	// exitUsage: a wrong or missing setting, told in a line.
	exitUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "stafett:", err)
	if _, ok := errors.AsType[*usageError](err); ok {
		os.Exit(exitUsage)
	}
	os.Exit(exitFailed)
}

type command struct {
	about string
	run   func(ctx context.Context, c Config, args []string, out io.Writer) error
}
