package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// reader reads one address in somebody's session, over and over.
type reader struct {
	client        *http.Client
	url, cookies  string
	read, refused int
	// cut tells that a download was under way when the role was withdrawn: it got no further.
	cut bool
	// late are the reads that began after the withdrawal was answered and were let in.
	late []string
}

// once reads, and tells whether it was let in.
func (r *reader) once(ctx context.Context) (bool, error) {
	q, err := http.NewRequestWithContext(ctx, "GET", r.url, nil)
	if err != nil {
		return false, err
	}
	q.Header.Set("Cookie", r.cookies)
	answer, err := r.client.Do(q)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return false, err
	}
	if answer.StatusCode != 200 && answer.StatusCode != 403 {
		return false, fmt.Errorf("%s: got %d", r.url, answer.StatusCode)
	}
	return answer.StatusCode == 200, nil
}

// run reads until a read that began after the withdrawal has been answered. It tells once it has
// been let in.
func (r *reader) run(ctx context.Context, withdrawn *atomic.Bool, letIn func()) error {
	for after := false; !after; {
		after = withdrawn.Load()
		ok, err := r.once(ctx)
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF) && !after && !r.cut && strings.Contains(r.url, "/files/"):
			r.cut = true
		case err != nil:
			return err
		case ok && after:
			r.late = append(r.late, r.url)
		case ok:
			if r.read++; r.read == 1 {
				letIn()
			}
		default:
			r.refused++
		}
	}
	return nil
}

// race gives a role, has the addresses read in parallel, and withdraws the role while they are.
func (s scene) race(t *testing.T, admin, cookies string, paths []string) (readers []*reader) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	grant := s.word(t, `INSERT INTO role_grant (person, party, role, source, reason)
		VALUES (50008, 51001, 'nordvik-kultur', 'granted', 'x') RETURNING id::text`)
	var withdrawn atomic.Bool
	var reading, done sync.WaitGroup
	errs := make([]error, len(paths))
	reading.Add(len(paths))
	for i, path := range paths {
		r := &reader{client: s.client, url: s.address + path, cookies: cookies}
		readers = append(readers, r)
		done.Go(func() {
			var once sync.Once
			letIn := func() { once.Do(reading.Done) }
			errs[i] = r.run(ctx, &withdrawn, letIn)
			letIn()
		})
	}
	reading.Wait()
	answer := s.do(t, "POST", "/admin/"+nordvik+"/people/withdraw/"+grant, strings.NewReader("x=1"),
		"Content-Type", formKind, "Cookie", admin, "Sec-Fetch-Site", "same-origin")
	withdrawn.Store(true)
	done.Wait()
	if answer.status != 303 {
		t.Fatalf("the role is not withdrawn: %d %s", answer.status, answer.body)
	}
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return readers
}

// TestRevocation_NoReadThatBeginsAfterSucceeds withdraws a role while pages, lists, searches and
// downloads that it opens are read: 50 times, and 1,000 with STAFETT_CHAOS set. A system's token
// has no role that could be withdrawn, so the API is not among them.
func TestRevocation_NoReadThatBeginsAfterSucceeds(t *testing.T) {
	t.Parallel()
	rounds := 50
	if os.Getenv("STAFETT_CHAOS") != "" {
		rounds = 1000
	}
	s := newScene(t)
	body, kind := parcel(t, part{name: "instance", kind: jsonKind, body: ownB},
		part{name: "vedlegg", file: "kart.pdf", kind: "application/pdf", body: "%PDF-1.7"})
	made := s.do(t, "POST", makeB, body, "Content-Type", kind, "Authorization", bearer(s.write(t)))
	guid := strings.TrimPrefix(idOf(t, made), "51001/")
	file := s.word(t, `SELECT id::text FROM element WHERE instance = $1 AND upload IS NOT NULL`, guid)
	admin, cookies := signedIn(t, s.address, tor).Cookies(), signedIn(t, s.address, siri).Cookies()
	inbox := "/inbox/" + nordvik
	one := inbox + "/case/" + guid
	paths := []string{
		one, inbox, one + "/files/" + file, inbox + "?q=lysfest", one + "/access",
		"/" + appB + "/instance/51001/" + guid + "/receipt.pdf",
	}
	before, after := 0, 0
	for round := range rounds {
		pair := []string{paths[round%len(paths)], paths[(round+1+round/len(paths))%len(paths)]}
		for _, r := range s.race(t, admin, cookies, pair) {
			if len(r.late) > 0 || r.read == 0 || r.refused == 0 {
				t.Errorf("%s: let in %d times, refused %d times, and let in after the withdrawal %d times",
					r.url, r.read, r.refused, len(r.late))
			}
			before, after = before+r.read, after+r.refused
		}
	}
	if t.Logf("%d withdrawals, %d reads let in before and %d refused after", rounds, before, after); after < rounds {
		t.Error("too few reads")
	}
}
