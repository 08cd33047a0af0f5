package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"stafett/store"
)

// audit looks after the audit log: verify recomputes its seals, head prints the newest one.
func audit(ctx context.Context, c Config, args []string, out io.Writer) error {
	r, err := auditRange(c)
	if err != nil {
		return err
	}
	do, ok := map[string]func(context.Context, *store.Store, store.AuditRange, io.Writer) error{
		"verify": auditVerify, "head": auditHead,
	}[oneOf(args)]
	if !ok {
		return &usageError{"audit: takes one of verify and head"}
	}
	db, err := openDatabase(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer db.close()
	return do(ctx, db.store, r, out)
}

// oneOf gives the only argument; empty when there is none or more.
func oneOf(args []string) string {
	if len(args) != 1 {
		return ""
	}
	return args[0]
}

func auditRange(c Config) (store.AuditRange, error) {
	var r store.AuditRange
	for name, into := range map[string]*int64{"from": &r.From, "to": &r.To} {
		if c.own[name] == "" {
			continue
		}
		n, err := strconv.ParseInt(c.own[name], 10, 64)
		if err != nil || n <= 0 {
			return r, &usageError{name + ": must be the number of a seal"}
		}
		*into = n
	}
	if r.To != 0 && r.To < r.From {
		return r, &usageError{"to: must not be before from"}
	}
	if c.own["head"] == "" {
		return r, nil
	}
	head, err := store.ParseAuditHead(c.own["head"])
	if err != nil {
		return r, &usageError{"head: " + err.Error()}
	}
	r.Head = &head
	return r, nil
}

func auditVerify(ctx context.Context, s *store.Store, r store.AuditRange, out io.Writer) error {
	report, err := s.VerifyAudit(ctx, r, func(f store.AuditFault) { fmt.Fprintln(out, f) })
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "checked %d seals of %d lines: %d faults\n", report.Seals, report.Lines, report.Faults)
	if report.Unsealed > 0 {
		fmt.Fprintf(out, "%d lines wait for their seal, the oldest since %s\n", report.Unsealed,
			report.Oldest.Format(time.RFC3339))
	}
	if report.Faults > 0 {
		return errors.New("the audit log is not as it was sealed")
	}
	return nil
}

func auditHead(ctx context.Context, s *store.Store, _ store.AuditRange, out io.Writer) error {
	head, err := s.AuditHead(ctx)
	if err != nil {
		return err
	}
	if head.Number == 0 {
		return errors.New("nothing is sealed yet")
	}
	_, err = fmt.Fprintln(out, head)
	return err
}
