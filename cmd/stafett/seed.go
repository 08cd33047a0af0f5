package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"stafett/internal/archive"
	"stafett/internal/demo"
	"stafett/store"
)

// seed adds the register's people, organisations and roles to the database, and as many made-up
// cases as there are to be.
func seed(ctx context.Context, c Config, _ []string, out io.Writer) error {
	cases, number, err := archiveSize(c)
	if err != nil {
		return err
	}
	if err := seedRegister(ctx, c, out); err != nil || cases == 0 {
		return err
	}
	began := time.Now()
	added, err := fillArchive(ctx, c, cases, number)
	if errors.Is(err, archive.ErrNoPatterns) {
		fmt.Fprintln(out, "there is nothing to copy yet: the program makes some matters first")
		if err = makePatterns(ctx, c); err == nil {
			began = time.Now()
			added, err = fillArchive(ctx, c, cases, number)
		}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d cases are added in %.1f s\n", added, time.Since(began).Seconds())
	return err
}

// archiveSize reads how many cases there are to be, and by which number they are drawn.
func archiveSize(c Config) (cases int, number uint64, err error) {
	cases, err = strconv.Atoi(cmp.Or(c.own["cases"], "0"))
	if err != nil || cases < 0 {
		return 0, 0, &usageError{"cases: must be a number of cases"}
	}
	if cases > 0 && c.Mode == Production {
		return 0, 0, &usageError{"cases: made-up cases are refused in production mode"}
	}
	if number, err = strconv.ParseUint(cmp.Or(c.own["seed"], "1"), 10, 64); err != nil {
		return 0, 0, &usageError{"seed: must be a number"}
	}
	return cases, number, nil
}

func seedRegister(ctx context.Context, c Config, out io.Writer) error {
	db, err := openDatabase(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer db.close()
	folders, _ := loadApps(c)
	people, err := readRegister(folders)
	if err != nil {
		return err
	}
	if err := people.Seed(ctx, db.store, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d parties, %d register roles and %d grants are in place\n",
		len(people.Parties), len(people.Roles), len(people.Grants))
	return err
}

func fillArchive(ctx context.Context, c Config, cases int, number uint64) (int, error) {
	db, err := openDatabase(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return 0, err
	}
	defer db.close()
	a, err := store.OpenArchive(ctx, db.url)
	if err != nil {
		return 0, err
	}
	defer a.Close()
	added, err := archive.Fill(ctx, db.store, a, cases, number, time.Now())
	if err == nil {
		_, err = db.store.SealAudit(ctx)
	}
	return added, err
}

// makePatterns runs the program and walks some matters through its pages, as people do: what is
// copied afterwards is what the program makes.
func makePatterns(ctx context.Context, c Config) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c.Addr, c.OpsAddr, c.BaseURL, c.LogLevel = "127.0.0.1:0", "127.0.0.1:0", "", slog.LevelError
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- Run(ctx, c, io.Discard, func(a string) { address <- a }) }()
	select {
	case err := <-done:
		return err
	case at := <-address:
		_, err := demo.Fill(ctx, at, true)
		stop()
		return errors.Join(err, <-done)
	}
}
