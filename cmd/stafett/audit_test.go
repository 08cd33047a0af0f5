package main

import (
	"errors"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/store/storetest"
)

func TestAudit_VerifiesAndPrintsTheHead(t *testing.T) {
	t.Parallel()
	s, url := storetest.New(t)
	audited := func(args ...string) (string, error) {
		var out strings.Builder
		c, rest, err := ReadConfig("audit", append(args, "-database-url", url),
			func(string) string { return "" }, &out)
		if err == nil {
			c.allowUnsafe = true
			err = audit(t.Context(), c, rest, &out)
		}
		return out.String(), err
	}
	if out, err := audited("head"); err == nil {
		t.Errorf("nothing sealed: got %q, want an error", out)
	}
	line := core.Event{Act: core.ActRead, Outcome: core.OutcomeDone}
	if err := s.Audit(t.Context(), line, line); err != nil {
		t.Fatal(err)
	}
	for n := 0; n < 2; {
		some, err := s.SealAudit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n += some
	}
	head, err := audited("head")
	if err != nil || !strings.HasPrefix(head, "1:") {
		t.Fatalf("got %q, %v", head, err)
	}
	head = strings.TrimSpace(head)
	out, err := audited("verify", "-head", head)
	if err != nil || out != "checked 1 seals of 2 lines: 0 faults\n" {
		t.Errorf("got %q, %v", out, err)
	}
	storetest.Exec(t, url, "ALTER TABLE audit_event DISABLE TRIGGER ALL")
	storetest.Exec(t, url, "UPDATE audit_event SET act = 'other' WHERE id = 2")
	out, err = audited("verify", "-from", "1", "-to", "1")
	_, usage := errors.AsType[*usageError](err)
	if err == nil || usage || !strings.HasPrefix(out, "line 2 (seal 1): has been changed\n") {
		t.Errorf("tampered with: got %q, %v", out, err)
	}
	for _, args := range [][]string{
		{}, {"head", "verify"}, {"other"}, {"verify", "-from", "x"}, {"verify", "-from", "2", "-to", "1"},
		{"verify", "-head", "1"},
	} {
		_, err := audited(args...)
		if _, usage := errors.AsType[*usageError](err); !usage {
			t.Errorf("%q: got %v, want a usage error", args, err)
		}
	}
}
