package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strings"
	"time"

	"stafett/internal/driver"
)

const (
	// relayed is how many submissions one measure of relays has.
	relayed = 256
	// attached is the size of the attachment, in bytes.
	attached = 100_000
	// waitLimit is how long the last case may take to come.
	waitLimit = 2 * time.Minute
)

func relaysWithPDF(ctx context.Context, s *server) error {
	got, err := relays(ctx, s, connections, nil)
	if err == nil {
		line("P1", "relays with PDF, 16 clients", got[0], got[1], "/s", 0)
	}
	return err
}

func relaysWithAttachment(ctx context.Context, s *server) error {
	got, err := relays(ctx, s, connections, newFile(attached))
	if err == nil {
		line("P2", "relays with one 100 kB attachment, 16 clients", got[0], got[1], "/s", 0.3)
	}
	return err
}

// relaysAndWaits measures relays of answers alone, with few clients and many, and then how long people
// wait at half of what the usual number does.
func relaysAndWaits(ctx context.Context, s *server) error {
	var usual float64
	for _, clients := range []int{1, connections, mostClients} {
		got, err := relays(ctx, s, clients, nil)
		if err != nil {
			return err
		}
		what, good := fmt.Sprintf("relays, clients: %d", clients), 0.0
		if clients == connections {
			usual, good = got[0], 0.3
		}
		line("P1", what, got[0], got[1], "/s", good)
	}
	return waits(ctx, s, usual/2)
}

// relays measures full submissions, from the citizen's press of the button until the case
// exists, beside the bare SQL transactions that they need on the same database. With a file,
// each submission begins with its upload.
func relays(
	ctx context.Context, s *server, clients int, file *multipartFile,
) ([]float64, error) {
	if err := prepareBare(ctx, s); err != nil {
		return nil, err
	}
	people, err := applicants(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := warm(ctx, s, people, clients, file); err != nil {
		return nil, err
	}
	return inTurn(
		func() (float64, error) { return sendAll(ctx, s, people, clients, relayed, file) },
		func() (float64, error) { return bareRelays(ctx, s, clients, file) },
	)
}

// warm has as much go through as one measure does, twice: what is made at the first use is not measured.
// In between it does what autovacuum does within a minute, since a database in use does not plan for
// empty tables; every session then plans each statement anew.
func warm(
	ctx context.Context, s *server, people []*applicant, clients int, file *multipartFile,
) error {
	if _, err := sendAll(ctx, s, people, clients, relayed, file); err != nil {
		return err
	}
	if _, err := s.db.Exec(ctx, "ANALYZE"); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	_, err := sendAll(ctx, s, people, clients, relayed, file)
	return err
}

// sendAll has so many clients send n drafts, waits until the last has become a case, and gives cases a
// second.
func sendAll(
	ctx context.Context, s *server, people []*applicant, clients, n int, file *multipartFile,
) (float64, error) {
	list, err := copies(ctx, people, n)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	err = share(clients, n, func(i int) error {
		if file != nil {
			if err := list[i].upload(ctx, *file); err != nil {
				return err
			}
		}
		return list[i].submit(ctx)
	})
	if err != nil {
		return 0, err
	}
	if err := s.delivered(ctx, waitLimit); err != nil {
		return 0, err
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// delivered waits until no delivery waits. One that is parked will never come.
// It asks seldom, and not how many: that would take time from what is measured.
func (s *server) delivered(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for waiting, parked := true, false; waiting; time.Sleep(20 * time.Millisecond) {
		err := s.db.QueryRow(ctx, `
			SELECT EXISTS (SELECT FROM delivery WHERE state = 'waiting'),
			    EXISTS (SELECT FROM delivery WHERE state = 'parked')`).Scan(&waiting, &parked)
		if err != nil {
			return err
		}
		if parked {
			return errors.New("a delivery was given up")
		}
	}
	return nil
}

// multipartFile is a PDF file as an upload's body.
type multipartFile struct {
	contentType, body string
	content           []byte
}

func newFile(size int) *multipartFile {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	content := []byte("%PDF-1.7\n" + strings.Repeat("x", size-9))
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition("file:vedlegg", "plan.pdf"))
	h.Set("Content-Type", "application/pdf")
	// A buffer takes all that is written to it.
	part, _ := w.CreatePart(h)
	_, _ = part.Write(content)
	_ = w.Close()
	return &multipartFile{w.FormDataContentType(), out.String(), content}
}

// signIn gives a browser in which the caseworker is signed in.
func signIn(ctx context.Context, s *server, number string) (*driver.Browser, error) {
	b := driver.New("http://" + s.addr)
	_, err := b.SignIn(ctx, number)
	return b, err
}
