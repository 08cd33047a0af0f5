package login_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

func TestSession_IsRotatedAtSignIn(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	back := b.choose(b.begin("/", 0), kariNumber)
	planted := &browser{t: t, d: d, cookie: b.cookie}
	if _, err := b.finish(back); err != nil {
		t.Fatal(err)
	}
	if b.cookie.Value == planted.cookie.Value {
		t.Error("the token from before the sign-in is still in use")
	}
	if !planted.actor().Anonymous() {
		t.Error("the token from before the sign-in is signed in")
	}
	if n := d.Count(t, "session", "true"); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
}

// act makes the browser act for a party.
func (b *browser) act(party core.PartyID) error {
	w := httptest.NewRecorder()
	r := b.request("/party")
	a, err := b.d.login.Actor(r)
	if err != nil {
		return err
	}
	err = b.d.login.ChooseParty(w, r, a, party)
	b.keep(w)
	return err
}

func TestChooseParty_RotatesTheSessionAndAuditsIt(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(kariNumber)
	old := &browser{t: t, d: d, cookie: b.cookie}
	before := b.actor()
	if err := b.act(solutiontest.Band); err != nil {
		t.Fatal(err)
	}
	a := b.actor()
	if a.User != solutiontest.Kari || a.Party != solutiontest.Band || a.Level != before.Level ||
		a.Name != before.Name {
		t.Errorf("acts as %+v", a)
	}
	if b.cookie.Value == old.cookie.Value || !old.actor().Anonymous() {
		t.Error("the old token is still good")
	}
	if n := d.Count(t, "audit_event", "act = 'party' AND outcome = 'done' AND party = $1",
		solutiontest.Band); n != 1 {
		t.Errorf("%d audit lines of the change, want 1", n)
	}
}

// TestSignIn_MoreSecurelyKeepsWhomThePersonActsFor: and somebody else acts for themselves.
func TestSignIn_MoreSecurelyKeepsWhomThePersonActsFor(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	again := func(number string, level int) core.Actor {
		t.Helper()
		if _, err := b.finish(b.choose(b.begin("/my", level), number)); err != nil {
			t.Fatal(err)
		}
		return b.actor()
	}
	again(kariNumber, 3)
	if err := b.act(solutiontest.Band); err != nil {
		t.Fatal(err)
	}
	if a := again(kariNumber, 4); a.Party != solutiontest.Band || a.Level != 4 {
		t.Errorf("Kari acts as %+v", a)
	}
	if a := again(ingridNumber, 4); a.Party != solutiontest.Ingrid {
		t.Errorf("Ingrid acts as %+v", a)
	}
}

func TestChooseParty_OfAForeignPartyIsForbiddenAndChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(kariNumber)
	token := b.cookie.Value
	foreign := []core.PartyID{solutiontest.Nordvik, solutiontest.Sorvik, solutiontest.Ola, 1, 0, -1}
	for _, party := range foreign {
		is(t, "a foreign party", b.act(party), fault.Forbidden, "fault.party")
	}
	if b.cookie.Value != token || b.actor().Party != solutiontest.Kari {
		t.Errorf("acts for %d", b.actor().Party)
	}
	if n := d.Count(t, "audit_event", "act = 'party' AND outcome = 'refused'"); n != len(foreign) {
		t.Errorf("%d audit lines of %d refusals", n, len(foreign))
	}
}

func TestSession_EndsWhenItIsIdleOrOld(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(kariNumber)
	move := func(set string) { storetest.Exec(t, d.Database, "UPDATE session SET "+set) }
	cases := []struct {
		name, set string
		in        bool
	}{
		{"29 minutes idle", "last_seen = now() - interval '29 minutes'", true},
		{"31 minutes idle", "last_seen = now() - interval '31 minutes'", false},
		{"in use", "last_seen = now()", true},
		{"119 minutes old", "created = now() - interval '119 minutes'", true},
		{"121 minutes old", "created = now() - interval '121 minutes'", false},
	}
	for _, c := range cases {
		move(c.set)
		if in := !b.actor().Anonymous(); in != c.in {
			t.Errorf("%s: signed in %v, want %v", c.name, in, c.in)
		}
	}
	t.Logf("checked %d ages", len(cases))
}

func TestSession_ARequestStartsTheIdleTimeAnew(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(kariNumber)
	storetest.Exec(t, d.Database, "UPDATE session SET last_seen = now() - interval '29 minutes'")
	b.actor()
	if n := d.Count(t, "session", "last_seen > now() - interval '1 minute'"); n != 1 {
		t.Error("a request did not touch the session")
	}
}

func TestSession_ChangeOfPartyDoesNotMakeItYounger(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(kariNumber)
	storetest.Exec(t, d.Database, "UPDATE session SET created = now() - interval '119 minutes'")
	if err := b.act(solutiontest.Band); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, "session", "created < now() - interval '118 minutes'"); n != 1 {
		t.Error("the change of party gave the session two more hours")
	}
	// A new sign-in does.
	b.signIn(kariNumber)
	if n := d.Count(t, "session", "created > now() - interval '1 minute'"); n != 1 {
		t.Error("a new sign-in goes on with the old session's age")
	}
}

// logout signs out and gives the address to go on to.
func (b *browser) logout() string {
	b.t.Helper()
	w := httptest.NewRecorder()
	r := b.request("/logout")
	a, err := b.d.login.Actor(r)
	if err != nil {
		b.t.Fatal(err)
	}
	to, err := b.d.login.Logout(w, r, a)
	if err != nil {
		b.t.Fatalf("logout: %v", err)
	}
	b.keep(w)
	return to
}

func TestLogout_KillsTheSessionAndEndsTheProvidersToo(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(kariNumber)
	old := &browser{t: t, d: d, cookie: b.cookie}
	to := b.logout()
	if b.cookie != nil || !old.actor().Anonymous() || d.Count(t, "session", "true") != 0 {
		t.Error("the session lives on")
	}
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, d.issuer+"/endsession?") ||
		u.Query().Get("id_token_hint") == "" || u.Query().Get("post_logout_redirect_uri") != baseURL+"/" {
		t.Errorf("on to %q", to)
	}
	if n := d.Count(t, "audit_event", "act = 'logout' AND actor = $1", solutiontest.Kari); n != 1 {
		t.Errorf("%d audit lines of the logout, want 1", n)
	}
	if to := old.logout(); to != "/" {
		t.Errorf("nobody is sent to %q", to)
	}
}

func TestFrontChannelLogout_EndsTheSessionsOfThatSignInOnly(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	kari, ingrid := d.browser(t), d.browser(t)
	kari.signIn(kariNumber)
	ingrid.signIn(ingridNumber)
	if n := d.Count(t, "session", "sid <> ''"); n != 2 {
		t.Errorf("%d sessions know the provider's, want 2", n)
	}
	for name, args := range map[string][2]string{
		"another issuer": {"http://evil.example", "x"}, "no session": {d.issuer, ""},
	} {
		err := d.login.FrontChannelLogout(t.Context(), args[0], args[1])
		is(t, name, err, fault.Malformed, "fault.malformed")
	}
	if err := d.login.FrontChannelLogout(t.Context(), d.issuer, "unknown"); err != nil {
		t.Errorf("an unknown session: %v", err)
	}
	const sid = "the provider's session"
	storetest.Exec(t, d.Database, "UPDATE session SET sid = $2 WHERE person = $1",
		solutiontest.Kari, sid)
	if kari.actor().Anonymous() {
		t.Fatal("Kari is not signed in")
	}
	if err := d.login.FrontChannelLogout(t.Context(), d.issuer, sid); err != nil {
		t.Fatal(err)
	}
	if !kari.actor().Anonymous() {
		t.Error("Kari's session lives on")
	}
	if ingrid.actor().Anonymous() {
		t.Error("Ingrid's session went with Kari's")
	}
}

func TestSession_AForeignCookieIsNobody(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(kariNumber)
	for _, value := range []string{"", "x", strings.Repeat("a", 5000), b.cookie.Value[1:]} {
		stranger := &browser{t: t, d: d, cookie: b.cookie}
		c := *b.cookie
		c.Value = value
		stranger.cookie = &c
		if !stranger.actor().Anonymous() {
			t.Errorf("%.20q is signed in", value)
		}
	}
}
