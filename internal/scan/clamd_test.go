package scan

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stafett/internal/scan/scantest"
)

func at(t *testing.T, address string) *Clamd {
	t.Helper()
	c, err := New(address, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestScan_TellsWhatTheScannerSays(t *testing.T) {
	t.Parallel()
	fake := scantest.New(t)
	long := strings.Repeat("x", 3*piece)
	cases := map[string]struct{ body, found string }{
		"clean":               {"a letter", ""},
		"empty":               {"", ""},
		"whole pieces":        {long, ""},
		"a byte more":         {long + "x", ""},
		"found":               {scantest.EICAR, "Eicar-Signature"},
		"found over two ones": {strings.Repeat("x", piece-10) + scantest.EICAR, "Eicar-Signature"},
	}
	for name, c := range cases {
		found, err := at(t, fake.Address).Scan(t.Context(), strings.NewReader(c.body))
		if err != nil || found != c.found {
			t.Errorf("%s: found %q, %v; want %q", name, found, err, c.found)
		}
		if got := fake.Last(); got != c.body {
			t.Errorf("%s: the scanner got %d bytes, want %d", name, len(got), len(c.body))
		}
	}
	t.Logf("checked %d files", len(cases))
}

func TestScan_WithoutAWholeAnswerAFileIsNotClean(t *testing.T) {
	t.Parallel()
	gone := scantest.New(t)
	gone.Close()
	cut, refuses, tooMuch := scantest.New(t), scantest.New(t), scantest.New(t)
	cut.Answer("stream: OK") // no zero byte: the connection ended within it
	refuses.Answer("INSTREAM size limit exceeded. ERROR\x00")
	tooMuch.Answer(strings.Repeat("x", 2*maxAnswer) + "\x00")
	cases := map[string]struct {
		address string
		body    io.Reader
		says    string
	}{
		"gone":         {gone.Address, strings.NewReader("a"), "scanner: dial"},
		"cut off":      {cut.Address, strings.NewReader("a"), "no whole answer"},
		"refuses":      {refuses.Address, strings.NewReader("a"), "size limit exceeded"},
		"babbles":      {tooMuch.Address, strings.NewReader("a"), "no whole answer"},
		"file too big": {scantest.New(t).Address, strings.NewReader(strings.Repeat("x", 1<<20+1)), "longer than"},
		"file unread": {scantest.New(t).Address, io.MultiReader(strings.NewReader("a"),
			failing{}), "file to scan"},
	}
	for name, c := range cases {
		found, err := at(t, c.address).Scan(t.Context(), c.body)
		if err == nil || found != "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: found %q, %v; want an error with %q", name, found, err, c.says)
		}
	}
	t.Logf("checked %d scanners", len(cases))
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the database is gone") }

func TestScan_DoesNotWaitForASilentScanner(t *testing.T) {
	t.Parallel()
	fake := scantest.New(t)
	fake.Silent()
	c := at(t, fake.Address)
	c.time = 50 * time.Millisecond
	if found, err := c.Scan(t.Context(), strings.NewReader("a")); err == nil || found != "" {
		t.Errorf("silent: found %q, %v", found, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := at(t, fake.Address).Scan(ctx, strings.NewReader("a")); err == nil {
		t.Error("a request that is gone is scanned for")
	}
}

func TestScan_OverAUnixSocket(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	fake := scantest.On(t, l)
	if found, err := at(t, fake.Address).Scan(t.Context(), strings.NewReader(scantest.EICAR)); err != nil ||
		found != "Eicar-Signature" {
		t.Errorf("found %q, %v", found, err)
	}
}

func TestNew_TakesAnAddressOrASocket(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"127.0.0.1:3310": true, "clamd:3310": true, "[::1]:3310": true, "/run/clamd.sock": true,
		"": false, "clamd": false, "clamd:": false, "run/clamd.sock": false, "tcp://clamd:3310": false,
	} {
		if _, err := New(address, 1); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	for _, s := range []string{
		"stream: OK\x00", "stream: Eicar-Signature FOUND\x00", "stream: a b FOUND\x00", "stream: FOUND\x00",
		"stream:  FOUND\x00", "INSTREAM size limit exceeded. ERROR\x00", "stream: OK", "", "\x00",
		"stream: OK\x00stream: X FOUND\x00", "stream: \x1b[31m\xff FOUND\x00",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		found, err := readAnswer(bytes.NewReader(answer))
		if err == nil && found == "" && !bytes.HasPrefix(answer, []byte("stream: OK\x00")) {
			t.Fatalf("%q is taken as clean", answer)
		}
		if err != nil && found != "" || len(found) > maxName || strings.ContainsFunc(found,
			func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("%q: found %q, %v", answer, found, err)
		}
	})
}
