package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"stafett/internal/orgtoken"
	"stafett/internal/text"
	"stafett/internal/tokentest"
)

// signIn goes through a sign-in at which the provider answers with the case's token.
func (g *gauntlet) signIn(t *testing.T, c tokentest.Case) []string {
	t.Helper()
	var faults []string
	first := true
	var token string
	round := func(last bool) tokentest.Answer {
		b := g.browse(t, c.Send.Mode)
		back := b.begin(t, g)
		if first || c.Send.Resign {
			g.world.Set("NONCE", back.nonce)
			token = g.world.Token(c)
		}
		first = false
		g.provider.Give(token)
		sessions := g.sessions(t)
		got := b.finish(t, g, back, c.Send.Callback)
		if last {
			faults = append(faults, g.session(t, c, got, sessions)...)
		}
		return got
	}
	for n := 1; n < c.Send.Repeat; n++ {
		got := round(false)
		if c.Send.ExpectFirst == "accept" && got.Status != http.StatusOK {
			faults = append(faults, fmt.Sprintf("time %d: got %d", n, got.Status))
		}
	}
	got := round(true)
	return append(append(faults, c.Faults(got)...), g.called()...)
}

// sessions counts those in which somebody is signed in.
func (g *gauntlet) sessions(t *testing.T) (n int) {
	t.Helper()
	err := g.db.QueryRow(t.Context(),
		`SELECT count(*) FROM session WHERE person IS NOT NULL`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// session judges whether somebody is signed in now, and who.
func (g *gauntlet) session(
	t *testing.T, c tokentest.Case, got tokentest.Answer, before int,
) (faults []string) {
	t.Helper()
	after := g.sessions(t)
	if !c.Expect.Accept {
		if cookies := got.Header.Values("Set-Cookie"); after != before || len(cookies) > 0 {
			faults = append(faults, fmt.Sprintf("%d sessions, %d before; cookies set: %d",
				after, before, len(cookies)))
		}
		return faults
	}
	if after != before+1 {
		faults = append(faults, fmt.Sprintf("%d sessions, %d before: want one more", after, before))
	}
	s, err := orgtoken.Parse(g.world.Token(c))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := s.Claims.Text("pid")
	var person string
	err = g.db.QueryRow(t.Context(), `SELECT p.person_number FROM session s
		JOIN party p ON p.id = s.person ORDER BY s.created DESC LIMIT 1`).Scan(&person)
	if err != nil {
		t.Fatal(err)
	}
	if person != want {
		faults = append(faults, "the session belongs to somebody else than pid names")
	}
	return faults
}

// traveller is a browser of its own on its way through a sign-in.
type traveller struct {
	address string
	client  *http.Client
}

// answerBack is what the provider was told and must answer with.
type answerBack struct{ state, nonce, code string }

func (g *gauntlet) browse(t *testing.T, mode string) traveller {
	t.Helper()
	if mode == "" {
		mode = Development
	}
	address, known := g.servers[mode]
	if !known {
		t.Fatalf("there is no mode %q", mode)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := noRedirects(time.Minute)
	client.Jar = jar
	return traveller{address, client}
}

// highest is the level of idporten-loa-high, which the cases ask for.
const highest = "4"

// begin asks to sign in and gives what the provider was told.
func (b traveller) begin(t *testing.T, g *gauntlet) answerBack {
	t.Helper()
	r, err := b.client.Get(b.address + "/login?level=" + highest)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	to, err := url.Parse(r.Header.Get("Location"))
	if err != nil || r.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign in: got %d to %s, %v", r.StatusCode, to, err)
	}
	q := to.Query()
	return answerBack{q.Get("state"), q.Get("nonce"), g.provider.Code(q.Get("code_challenge"))}
}

// finish brings the provider's answer with what the case changes in it. 303 to a page of ours is
// what the cases call 200; a page with one of our texts about sign-in is login_failed.
func (b traveller) finish(
	t *testing.T, g *gauntlet, back answerBack, changes map[string]*string,
) tokentest.Answer {
	t.Helper()
	q := url.Values{"state": {back.state}, "code": {back.code}, "iss": {g.provider.Issuer}}
	method := http.MethodGet
	for name, value := range changes {
		switch {
		case name == "method" && value != nil:
			method = *value
		case value == nil:
			q.Del(name)
		default:
			q.Set(name, *value)
		}
	}
	address, body := b.address+"/auth/callback?"+q.Encode(), ""
	if method != http.MethodGet {
		address, body = b.address+"/auth/callback", q.Encode()
	}
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", g.provider.Issuer)
	}
	return b.read(t, r)
}

func (b traveller) read(t *testing.T, r *http.Request) tokentest.Answer {
	t.Helper()
	answer, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := tokentest.Answer{Status: answer.StatusCode, Header: answer.Header}
	if answer.StatusCode == http.StatusSeeOther && answer.Header.Get("Location") == "/" {
		got.Status = http.StatusOK
	}
	for _, key := range []string{"failed", "cancelled", "level", "state"} {
		if strings.Contains(string(page), text.T("nb", "fault.login_"+key)) {
			got.Body = map[string]any{"error": "login_failed"}
		}
	}
	return got
}
