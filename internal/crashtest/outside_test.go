package crashtest

import (
	"context"
	"flag"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"stafett/internal/driver"
)

var wrong = flag.Int("wrong", 1, "how often B and the issuer give each of their wrong answers")

// administrator is the test person who sets going what has stopped.
const administrator = "30817137810"

// TestOutside is F10 and F11: B and the token issuer give every wrong answer of their tables while
// citizens send. Every receipt has its one case in the end, what had to be parked was, and nothing
// was sent where configuration did not say.
func TestOutside(t *testing.T) {
	t.Parallel()
	random := seeded(t, 2)
	s := newServer(t, random)
	answers := newSchedule(random, len(faultyAnswers), *wrong)
	tokens := newSchedule(random, len(faultyTokens), *wrong)
	b := newFaultyTarget(t, s.addr, answers)
	issuer := newFaultyIssuer(t, tokens)
	s.base = b.URL
	s.further = issuer.settings(t, s.dir)
	s.start(t)
	ledger := &ledger{}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var citizens sync.WaitGroup
	for n := range submitters {
		citizens.Go(func() { newCitizen(t, s, ledger, n).sendUntil(ctx) })
	}
	tor := signedIn(t, s, administrator)
	lately, last := time.Now(), 0
	for left := 1; left > 0; time.Sleep(50 * time.Millisecond) {
		if left = answers.left() + tokens.left(); left != last {
			lately, last = time.Now(), left
		}
		if time.Since(lately) > settle {
			t.Fatalf("%d wrong answers of B and %d of the issuer are left\n%s", answers.left(), tokens.left(),
				s.standing(t))
		}
	}
	stop()
	citizens.Wait()
	s.retryParked(t, tor)
	s.waitForDeliveries(t, settle)
	checkCases(t, s, ledger)
	checkOutside(t, s, b, issuer)
}

func signedIn(t *testing.T, s *server, number string) *driver.Browser {
	t.Helper()
	b := driver.New(s.base)
	if _, err := b.SignIn(t.Context(), number); err != nil {
		t.Fatal(err)
	}
	return b
}

// retryParked sets going what has stopped, as an administrator does, until nothing stands.
func (s *server) retryParked(t *testing.T, tor *driver.Browser) {
	t.Helper()
	const path = "/admin/" + nordvik + "/deliveries/retry"
	for end := time.Now().Add(settle); ; time.Sleep(50 * time.Millisecond) {
		var waiting, parked int
		err := s.db.QueryRow(t.Context(), `
			SELECT count(*) FILTER (WHERE d.state = 'waiting'), count(*) FILTER (WHERE d.state = 'parked')
			FROM delivery AS d`).Scan(&waiting, &parked)
		switch {
		case err != nil || time.Now().After(end):
			t.Fatalf("%d deliveries wait and %d stand: %v\n%s", waiting, parked, err, s.standing(t))
		case waiting+parked == 0:
			return
		case parked == 0:
			continue
		}
		for _, to := range []string{"nordvik/stottesak", "nordvik/arrangementsstotte"} {
			p, err := tor.Post(t.Context(), path, url.Values{"to": {to}})
			if err != nil || p.Status != http.StatusOK {
				t.Fatalf("retry: %v %v", p, err)
			}
		}
	}
}

// standing tells why deliveries have not arrived.
func (s *server) standing(t *testing.T) string {
	t.Helper()
	var why string
	err := s.db.QueryRow(t.Context(), `
		SELECT string_agg(w.line, E'\n')
		FROM (
		    SELECT concat_ws(' ', d.to_app, d.kind, d.state, d.error_code, d.error_detail, count(*), max(d.attempts),
		        max(b.code), max(b.until - now()), string_agg(DISTINCT j.state::text, ',')) AS line
		    FROM delivery AS d
		    LEFT JOIN breaker AS b ON b.to_app = d.to_app
		    LEFT JOIN river_job AS j ON j.args ->> 'delivery' = d.id::text
		    WHERE d.state <> 'delivered'
		    GROUP BY d.to_app, d.kind, d.state, d.error_code, d.error_detail
		) AS w`).Scan(&why)
	if err != nil {
		return err.Error()
	}
	return why
}

// checkOutside counts what the tables have done.
func checkOutside(t *testing.T, s *server, b *faultyTarget, issuer *faultyIssuer) {
	t.Helper()
	var names, grants []string
	parking := 0
	for _, f := range faultyAnswers {
		names = append(names, f.name)
		if f.parks {
			parking += *wrong
		}
	}
	for _, f := range faultyTokens {
		grants = append(grants, f.name)
		if f.parks {
			parking += *wrong
		}
	}
	b.schedule.check(t, "F10 wrong answers of B", names, *wrong)
	issuer.schedule.check(t, "F11 wrong answers of the issuer", grants, *wrong)
	var parked int
	err := s.db.QueryRow(t.Context(),
		`SELECT count(*) FROM delivery_attempt WHERE outcome = 'parked'`).Scan(&parked)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d attempts were parked, %d had to be; of 100 MB %d were taken", parked, parking,
		b.mostRead.Load())
	if parked < parking {
		t.Errorf("%d attempts were parked, want %d", parked, parking)
	}
	if n := b.strayed.Load(); n != 0 {
		t.Errorf("%d requests followed a redirect", n)
	}
	if n := b.mostRead.Load(); n == 0 || n > 20 {
		t.Errorf("%d MB of an answer of 100 were taken", n)
	}
}
