package handover_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// later fails unless an attempt ends with "try again later".
func later(t *testing.T, s *solutiontest.Solution, id uuid.UUID) *handover.Later {
	t.Helper()
	l, ok := errors.AsType[*handover.Later](s.Handover.Deliver(t.Context(), id))
	if !ok {
		t.Fatal("it is not to be tried again")
	}
	return l
}

func quick(c *handover.Config) {
	c.Hold = handover.Hold{Limit: 2, First: time.Minute, Longest: time.Minute}
}

func TestHold_ATargetThatFailsIsLeftAloneUntilItAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails http.HandlerFunc
		// A refusal shows that the target is there again as well as a case does.
		answers http.HandlerFunc
		ends    core.DeliveryState
	}{
		"503, then made":        {answer(503, ""), answer(201, madeBody(uuid.New())), core.DeliveryDelivered},
		"500, then refused":     {answer(500, ""), answer(422, ""), core.DeliveryParked},
		"a page, then made":     {answer(502, "<h1>"), answer(201, madeBody(uuid.New())), core.DeliveryDelivered},
		"hung up, then refused": {hangUp, answer(403, ""), core.DeliveryParked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newTarget(t, c.fails, c.fails, c.fails, c.answers)
			s := relayed(t, b, quick)
			first, second, third := planned(t, s), planned(t, s), planned(t, s)
			later(t, s, first.ID)
			later(t, s, second.ID)
			for range 3 {
				held := later(t, s, third.ID)
				if held.Code != "held" || held.Wait < 20*time.Second || held.Wait > 80*time.Second {
					t.Errorf("held: %+v", held)
				}
			}
			if got, attempts := shown(t, s, third.ID); got.Attempts != 0 || len(attempts) != 0 ||
				len(b.got()) != 2 {
				t.Errorf("held back: %d attempts, %d calls", got.Attempts, len(b.got()))
			}
			over := func() {
				storetest.Exec(t, s.Database, "UPDATE breaker SET until = now()")
			}
			over()
			if l := later(t, s, third.ID); l.Code == "held" {
				t.Error("nobody goes to see")
			}
			// It doubles, but not past the longest, which is a minute.
			if l := later(t, s, first.ID); l.Code != "held" || l.Wait < 20*time.Second || l.Wait > 80*time.Second {
				t.Errorf("after a failed probe: %+v", l)
			}
			over()
			storetest.Exec(t, s.Database, "UPDATE river_job SET state = 'scheduled', "+
				"scheduled_at = now() + interval '1 hour'")
			if err := s.Handover.Deliver(t.Context(), third.ID); err != nil {
				t.Fatal(err)
			}
			if got, _ := shown(t, s, third.ID); got.State != c.ends {
				t.Errorf("it is %s, want %s", got.State, c.ends)
			}
			if n := s.Count(t, "breaker", "true"); n != 0 {
				t.Error("the target is still left alone")
			}
			waiting := s.Count(t, "delivery", "state = 'waiting'")
			if n := s.Count(t, "river_job", "kind = 'deliver' AND scheduled_at <= now()"); n != waiting || n == 0 {
				t.Errorf("%d jobs were woken, want %d", n, waiting)
			}
			if calls := len(b.got()); calls != 4 {
				t.Errorf("%d calls, want 4", calls)
			}
		})
	}
}

// A probe that does not get so far as the target must not keep the place.
func TestHold_AProbeWithoutTokenLetsTheNextGo(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(500, ""), answer(500, ""), answer(201, madeBody(uuid.New())))
	var s *solutiontest.Solution
	astray := false
	s = relayed(t, b, quick, func(c *handover.Config) {
		locate := c.Locate
		c.Locate = func(ref core.AppRef) handover.Target {
			if astray {
				return handover.Target{}
			}
			return locate(ref)
		}
	})
	first, second := planned(t, s), planned(t, s)
	later(t, s, first.ID)
	later(t, s, second.ID)
	storetest.Exec(t, s.Database, "UPDATE breaker SET until = now()")
	astray = true
	if err := s.Handover.Deliver(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	astray = false
	if err := s.Handover.Deliver(t.Context(), second.ID); err != nil {
		t.Errorf("the next: %v", err)
	}
	if got, _ := shown(t, s, second.ID); got.State != core.DeliveryDelivered {
		t.Errorf("the next is %s", got.State)
	}
}

func TestDeliver_WaitsAsLongAsTheTargetAsks(t *testing.T) {
	t.Parallel()
	after := func(status int, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value)
			w.WriteHeader(status)
		}
	}
	date := func(status int, d time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			after(status, time.Now().Add(d).UTC().Format(http.TimeFormat))(w, r)
		}
	}
	cases := map[string]struct {
		answer http.HandlerFunc
		least  time.Duration
		most   time.Duration
	}{
		"429, seconds":  {after(429, "120"), 2 * time.Minute, 151 * time.Second},
		"503, a date":   {date(503, 2*time.Minute), 100 * time.Second, 151 * time.Second},
		"in the past":   {date(503, -time.Hour), 0, time.Second},
		"far too long":  {after(503, "99999999999"), time.Hour, 76 * time.Minute},
		"negative":      {after(503, "-7"), 0, time.Second},
		"not a time":    {after(503, "soon"), 0, time.Second},
		"without":       {answer(503, ""), 0, time.Second},
		"less than own": {after(503, "0"), 200 * time.Millisecond, time.Second},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := relayed(t, newTarget(t, c.answer))
			d := planned(t, s)
			before := time.Now()
			l := later(t, s, d.ID)
			after := time.Now()
			if l.Wait < c.least || l.Wait > c.most {
				t.Errorf("waits %v, want %v to %v", l.Wait, c.least, c.most)
			}
			got, _ := shown(t, s, d.ID)
			if got.NextTry.Before(before.Add(l.Wait-time.Second)) ||
				got.NextTry.After(after.Add(l.Wait+time.Second)) {
				t.Errorf("the delivery says %v, the job %v", got.NextTry, l.Wait)
			}
		})
	}
	t.Logf("checked %d answers", len(cases))
}

func TestDeliver_KeepsTheTargetsOwnWordsWithoutTheCase(t *testing.T) {
	t.Parallel()
	problem := func(title, detail string) http.HandlerFunc {
		return answer(422, `{"title":"`+title+`","detail":"`+detail+`","code":"invalid"}`)
	}
	cases := map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"title and detail": {problem("Skjemaet er endret", "Versjon 4 tas ikke imot etter 1. mai."),
			"Skjemaet er endret – Versjon 4 tas ikke imot etter 1. mai."},
		"an answer of the case in the detail": {problem("Feil i skjemaet", "Kjenner ikke Lysfest i mørketida"),
			"Feil i skjemaet"},
		"part of an answer":   {problem("Nei", "Ukjent: MØRKETIDA? lysfest!"), "Nei"},
		"the sender's name":   {problem("Solbakken er ikke registrert", "Prøv igjen"), "Prøv igjen"},
		"a person's number":   {problem("Ukjent 148279 41388", ""), ""},
		"a telephone number":  {problem("Ring 78 90 30 00", ""), ""},
		"line breaks":         {problem(`Stengt\nfor\u0007 i dag`, ""), "Stengt for i dag"},
		"no problem document": {answer(422, "<h1>Stengt</h1>"), ""},
		"no words":            {answer(422, `{"code":"invalid"}`), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := relayed(t, newTarget(t, c.answer))
			d := planned(t, s)
			if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
				t.Fatal(err)
			}
			got, attempts := shown(t, s, d.ID)
			if got.Said != c.want || len(attempts) != 1 || attempts[0].Said != c.want {
				t.Errorf("kept %q, %q; want %q", got.Said, attempts[0].Said, c.want)
			}
			silent(t, s)
		})
	}
	t.Logf("checked %d answers", len(cases))
}
