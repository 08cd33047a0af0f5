package handover_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/orgtoken"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

func TestDeliver_CarriesWhatWasFrozenAtSubmit(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	b := newTarget(t, answer(http.StatusCreated, madeBody(id)))
	s := relayed(t, b)
	d := planned(t, s)
	// Whatever happens to the source afterwards, what is handed over stands.
	storetest.Exec(t, s.Database,
		"UPDATE element SET body = '{\"arrangement\":{\"navn\":\"Endret\"}}' "+
			"WHERE type = 'soknad'")
	storetest.Exec(t, s.Database, "UPDATE instance SET title = 'Endret', reference = 'NK-0000-0000' "+
		"WHERE id = $1", d.Source.ID)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	calls := b.got()
	if len(calls) != 1 || calls[0].path != "POST /nordvik/stottesak/instances" ||
		calls[0].key != d.ID.String() || calls[0].prefer != "return=minimal, report" || !strings.HasPrefix(calls[0].token, "Bearer ") {
		t.Fatalf("calls %+v", calls)
	}
	var sent struct {
		AppID         string            `json:"appId"`
		InstanceOwner map[string]string `json:"instanceOwner"`
		DataValues    map[string]string `json:"dataValues"`
	}
	if err := json.Unmarshal(calls[0].part("instance").body, &sent); err != nil {
		t.Fatal(err)
	}
	if sent.AppID != "nordvik/stottesak" ||
		sent.InstanceOwner["organisationNumber"] != solutiontest.NordvikNumber ||
		sent.InstanceOwner["personNumber"] != "" ||
		sent.DataValues[handover.ValueReference] != d.Reference ||
		sent.DataValues[handover.ValueSource] != d.Source.String() ||
		sent.DataValues[handover.ValueDelivery] != d.ID.String() {
		t.Errorf("template %+v", sent)
	}
	form := calls[0].part("sak")
	if form == nil || !contains(form.body, `"tittel":"Lysfest i mørketida"`) ||
		!contains(form.body, "72000") || !contains(form.body, "Leie av lyd og lys") ||
		contains(form.body, "Endret") || contains(form.body, "altinnRowId") {
		t.Errorf("form data %s", form.body)
	}
	file := calls[0].part("vedlegg")
	sum := sha256.Sum256([]byte(solutiontest.PDF))
	if file == nil || string(file.body) != solutiontest.PDF || file.filename != "budsjett.pdf" ||
		file.digest != "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":" {
		t.Errorf("attachment %+v", file)
	}
	if pdf := calls[0].part("soknad-pdf"); pdf == nil || pdf.filename != d.Reference+".pdf" {
		t.Errorf("the submission's PDF: %+v", pdf)
	}
	after, attempts := shown(t, s, d.ID)
	if after.State != core.DeliveryDelivered || after.Target == nil || after.Target.ID != id ||
		len(attempts) != 1 || attempts[0].Outcome != "delivered" {
		t.Errorf("delivery %+v, attempts %+v", after, attempts)
	}
	if n := s.Count(t, "audit_event", "act = 'deliver' AND instance = $1", d.Source.ID); n != 1 {
		t.Errorf("%d audit lines of the delivery, want 1", n)
	}
	// Once more does nothing: it is done.
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil || len(b.got()) != 1 {
		t.Errorf("delivered again: %d calls, %v", len(b.got()), err)
	}
}

func TestDeliver_TakesAnEarlierInstanceForTheSameKey(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	b := newTarget(t, answer(http.StatusOK, madeBody(id)))
	s := relayed(t, b)
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if after, _ := shown(t, s, d.ID); after.State != core.DeliveryDelivered || after.Target.ID != id {
		t.Errorf("delivery %+v", after)
	}
}

func TestDeliver_ParksAtOnceWhatWouldBeAnsweredTheSameAgain(t *testing.T) {
	t.Parallel()
	good := madeBody(uuid.New())
	problem := `{"type":"about:blank","title":"Kari Solbakken er ukjent","detail":"14827941388",` +
		`"code":"data","errors":[{"path":"sak.tittel","code":"type","value":"Lysfest i mørketida"},` +
		`{"path":"Kari Solbakken","code":"<script>"}]}`
	cases := map[string]struct {
		answer       http.HandlerFunc
		code, detail string
	}{
		"400":              {answer(400, problem), "http_400", "data sak.tittel=type"},
		"400 without JSON": {answer(400, "<h1>Kari Solbakken</h1>"), "http_400", ""},
		"403":              {answer(403, `{"code":"forbidden"}`), "http_403", "forbidden"},
		"404":              {answer(404, ""), "http_404", ""},
		"409": {answer(409, `{"code":"idempotency_key_reused"}`), "http_409",
			"idempotency_key_reused"},
		"413":       {answer(413, ""), "http_413", ""},
		"401 twice": {answer(401, `{"code":"invalid_token"}`), "http_401", "invalid_token"},
		"no JSON":   {answer(201, "OK"), "strange_answer", ""},
		"strange id": {answer(201, strings.Replace(good, `"51001/`, `"51001-`, 1)),
			"strange_answer", ""},
		"id without a guid": {answer(201, `{"id":"51001/x","appId":"nordvik/stottesak"}`),
			"strange_answer", ""},
		"other app": {answer(201, strings.Replace(good, "stottesak", "parkering", 1)),
			"strange_answer", ""},
		"other owner": {answer(201, strings.Replace(good, solutiontest.NordvikNumber,
			solutiontest.SorvikNumber, 1)), "strange_answer", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newTarget(t, c.answer)
			s := relayed(t, b)
			d := planned(t, s)
			if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
				t.Errorf("a parked delivery is to be tried again: %v", err)
			}
			after, attempts := shown(t, s, d.ID)
			if after.State != core.DeliveryParked || after.ErrorCode != c.code ||
				after.ErrorDetail != c.detail || after.Target != nil {
				t.Errorf("%s, code %q, detail %q; want parked, %q, %q",
					after.State, after.ErrorCode, after.ErrorDetail, c.code, c.detail)
			}
			if len(attempts) != 1 || attempts[0].Code != c.code {
				t.Errorf("attempts %+v", attempts)
			}
			if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
				t.Errorf("a job of a parked delivery: %v", err)
			}
			if after, _ := shown(t, s, d.ID); after.Attempts != 1 {
				t.Errorf("a parked delivery was tried: %d attempts", after.Attempts)
			}
			silent(t, s)
		})
	}
	t.Logf("checked %d answers", len(cases))
}

// silent fails when anything of the case stands in the log or in a job's row.
func silent(t *testing.T, s *solutiontest.Solution) {
	t.Helper()
	log := s.Log.String()
	for _, value := range []string{
		"Kari Solbakken", "14827941388", "Lysfest", "kari@solbakken.example", "78903", "Nordvikparken",
		"budsjett.pdf", "Bearer", "eyJ",
	} {
		if strings.Contains(log, value) {
			t.Errorf("the log holds %q: %s", value, log)
		}
		const row = "(args::text || COALESCE(errors::text, '') || metadata::text) LIKE $1"
		if n := s.Count(t, "river_job", row, "%"+value+"%"); n != 0 {
			t.Errorf("a job row holds %q", value)
		}
		const delivery = "(error_code || error_detail) LIKE $1"
		if n := s.Count(t, "delivery", delivery, "%"+value+"%"); n != 0 {
			t.Errorf("a delivery's error holds %q", value)
		}
	}
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func TestDeliver_TriesAgainWhatMayPass(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer http.HandlerFunc
		code   string
	}{
		"500": {answer(500, "Kari Solbakken"), "http_500"}, "502": {answer(502, ""), "http_502"},
		"503": {answer(503, ""), "http_503"}, "429": {answer(429, ""), "http_429"},
		"408": {answer(408, ""), "http_408"}, "hung up": {hangUp, "network"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newTarget(t, c.answer, c.answer, answer(201, madeBody(uuid.New())))
			s := relayed(t, b)
			d := planned(t, s)
			for n := 1; n <= 2; n++ {
				before := time.Now()
				err := s.Handover.Deliver(t.Context(), d.ID)
				if err == nil || !strings.Contains(err.Error(), c.code) {
					t.Errorf("attempt %d: %v, want %s", n, err, c.code)
				}
				got, attempts := shown(t, s, d.ID)
				if got.State != core.DeliveryWaiting || got.Attempts != n || len(attempts) != n ||
					attempts[0].Outcome != "failed" || attempts[0].Code != c.code || got.NextTry == nil {
					t.Fatalf("after attempt %d: %+v, %+v", n, got, attempts)
				}
				if wait := got.NextTry.Sub(before); wait < handover.Backoff(n)-time.Second {
					t.Errorf("the next try is in %v, want %v", wait, handover.Backoff(n))
				}
			}
			if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
				t.Fatal(err)
			}
			calls := b.got()
			if got, _ := shown(t, s, d.ID); got.State != core.DeliveryDelivered || len(calls) != 3 {
				t.Errorf("%s after %d calls", got.State, len(calls))
			}
			for _, c := range calls[1:] {
				if c.key != calls[0].key || string(c.part("sak").body) != string(calls[0].part("sak").body) ||
					string(c.part("soknad-pdf").body) != string(calls[0].part("soknad-pdf").body) {
					t.Error("a later attempt sent something else under the same key")
				}
			}
			silent(t, s)
		})
	}
	t.Logf("checked %d answers", len(cases))
}

func TestDeliver_ToNobodyIsTriedAgainUntilTheBudgetIsSpent(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(500, ""))
	s := relayed(t, b)
	d := planned(t, s)
	b.Close()
	if err := s.Handover.Deliver(t.Context(), d.ID); err == nil {
		t.Error("a refused connection is not tried again")
	}
	got, attempts := shown(t, s, d.ID)
	if got.State != core.DeliveryWaiting || got.ErrorCode != "network" || got.ErrorDetail != "refused" ||
		len(attempts) != 1 {
		t.Errorf("delivery %+v", got)
	}
	if strings.Contains(got.ErrorDetail+attempts[0].Detail, "127.0.0.1") {
		t.Error("people are shown the target's address")
	}
	storetest.Exec(t, s.Database, "UPDATE delivery SET tried_since = tried_since - interval '8 days'")
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Errorf("after eight days: %v", err)
	}
	if got, _ := shown(t, s, d.ID); got.State != core.DeliveryParked {
		t.Errorf("after eight days it is %s", got.State)
	}
}

func TestDeliver_A401GetsOneFreshToken(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(401, ""), answer(201, madeBody(uuid.New())))
	s := relayed(t, b)
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	calls := b.got()
	if len(calls) != 2 || calls[0].token == calls[1].token || calls[1].token == "" {
		t.Fatalf("%d calls, another token %v", len(calls), calls[0].token != calls[len(calls)-1].token)
	}
	got, attempts := shown(t, s, d.ID)
	if got.State != core.DeliveryDelivered || len(attempts) != 1 {
		t.Errorf("%s after %d attempts", got.State, len(attempts))
	}

	stubborn := newTarget(t, answer(401, ""))
	s = relayed(t, stubborn)
	if err := s.Handover.Deliver(t.Context(), planned(t, s).ID); err != nil {
		t.Error(err)
	}
	if n := len(stubborn.got()); n != 2 {
		t.Errorf("%d calls to a target that takes no token, want 2", n)
	}
}

func TestDeliver_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		var reached atomic.Int32
		elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reached.Add(1)
		}))
		t.Cleanup(elsewhere.Close)
		b := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
		})
		// The client that is handed in would follow.
		s := relayed(t, b, func(c *handover.Config) { c.HTTP = &http.Client{} })
		d := planned(t, s)
		if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
			t.Error(err)
		}
		if n := reached.Load(); n != 0 {
			t.Errorf("%d: the token went %d times where configuration did not say", status, n)
		}
		if got, _ := shown(t, s, d.ID); got.State != core.DeliveryParked || got.Target != nil {
			t.Errorf("%d: %s", status, got.State)
		}
	}
}

func TestDeliver_ThreeFailingPDFsDoNotStopTheCase(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(201, madeBody(uuid.New())))
	var drawn atomic.Int32
	s := relayed(t, b, func(c *handover.Config) {
		c.Render = func(*app.Definition, store.DeliverySource, string) ([]byte, error) {
			drawn.Add(1)
			return nil, errors.New("no such glyph")
		}
	})
	d := planned(t, s)
	for n := 1; n <= 2; n++ {
		if err := s.Handover.Deliver(t.Context(), d.ID); err == nil {
			t.Fatalf("attempt %d did not fail", n)
		}
		if got, _ := shown(t, s, d.ID); got.ErrorCode != "pdf" || got.State != core.DeliveryWaiting {
			t.Errorf("after attempt %d: %+v", n, got)
		}
	}
	if len(b.got()) != 0 {
		t.Error("the target was called without a PDF too early")
	}
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	got, _ := shown(t, s, d.ID)
	calls := b.got()
	if got.State != core.DeliveryDelivered || !got.WithoutPDF || len(calls) != 1 ||
		calls[0].part("soknad-pdf") != nil || calls[0].part("vedlegg") == nil {
		t.Errorf("delivery %+v, %d calls", got, len(calls))
	}
	if n := drawn.Load(); n != 3 {
		t.Errorf("drawn %d times, want 3", n)
	}
	silent(t, s)
}

func TestDeliver_DrawsThePDFOnce(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(500, ""), answer(201, madeBody(uuid.New())))
	var drawn atomic.Int32
	s := relayed(t, b, func(c *handover.Config) {
		draw := c.Render
		c.Render = func(d *app.Definition, src store.DeliverySource, to string) ([]byte, error) {
			drawn.Add(1)
			return draw(d, src, to)
		}
	})
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err == nil {
		t.Fatal("the first attempt did not fail")
	}
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if n := drawn.Load(); n != 1 {
		t.Errorf("drawn %d times, want once", n)
	}
}

func TestDeliver_AnAttemptThatLostItsPlaceWritesNothing(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]http.HandlerFunc{
		"made": answer(201, madeBody(uuid.New())), "refused": answer(400, ""), "failed": answer(500, ""),
	} {
		var s *solutiontest.Solution
		b := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
			// Meanwhile another worker began the next attempt.
			storetest.Exec(t, s.Database, "UPDATE delivery SET attempts = attempts + 1")
			late(w, r)
		})
		s = relayed(t, b)
		d := planned(t, s)
		// Whether the lost attempt's job is tried again does not matter: it begins anew.
		err := s.Handover.Deliver(t.Context(), d.ID)
		got, attempts := shown(t, s, d.ID)
		if got.State != core.DeliveryWaiting || got.Target != nil || got.ErrorCode != "" ||
			got.Attempts != 2 || len(attempts) != 0 {
			t.Errorf("%s: %+v, %d attempts, %v", name, got, len(attempts), err)
		}
		if n := s.Count(t, "audit_event", "act = 'deliver'"); n != 0 {
			t.Errorf("%s: %d audit lines of a delivery", name, n)
		}
	}
}

func TestDeliver_WithoutTargetOrTokenClientParks(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(201, madeBody(uuid.New())))
	cases := map[string]func(*handover.Config){
		"no_target": func(c *handover.Config) {
			c.Locate = func(core.AppRef) handover.Target { return handover.Target{} }
		},
		"no_token_client": func(c *handover.Config) {
			c.Tokens = func(string) *orgtoken.Client { return nil }
		},
	}
	for code, change := range cases {
		s := relayed(t, b, change)
		d := planned(t, s)
		if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
			t.Error(err)
		}
		if got, _ := shown(t, s, d.ID); got.State != core.DeliveryParked || got.ErrorCode != code {
			t.Errorf("%s: %s %s", code, got.State, got.ErrorCode)
		}
	}
	if len(b.got()) != 0 {
		t.Error("the target was called")
	}
}

func TestDeliver_OfNothingIsDone(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	if err := s.Handover.Deliver(t.Context(), uuid.New()); err != nil {
		t.Errorf("a job whose delivery is gone: %v", err)
	}
}

// TestDeliver_ACertificateForAnotherNameGetsNothing is X093.
func TestDeliver_ACertificateForAnotherNameGetsNothing(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]int32{"localhost": 0, "127.0.0.1": 1} {
		var reached atomic.Int32
		b := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reached.Add(1)
			answer(201, madeBody(uuid.New()))(w, r)
		}))
		b.Config.ErrorLog = log.New(io.Discard, "", 0)
		b.StartTLS()
		t.Cleanup(b.Close)
		s := relayed(t, newTarget(t, answer(500, "")), func(c *handover.Config) {
			c.HTTP = b.Client()
			c.Locate = func(ref core.AppRef) handover.Target {
				return handover.Target{
					URL: strings.Replace(b.URL, "127.0.0.1", host, 1), Audience: "https://stafett.example/" + ref.String(),
				}
			}
		})
		d := planned(t, s)
		err := s.Handover.Deliver(t.Context(), d.ID)
		if got := reached.Load(); got != want || (err == nil) != (want == 1) {
			t.Errorf("%s: the application was sent %d times, want %d (%v)", host, got, want, err)
		}
	}
}
