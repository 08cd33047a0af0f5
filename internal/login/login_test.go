package login_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/devidp"
	"stafett/internal/fault"
	"stafett/internal/login"
	"stafett/internal/solutiontest"
)

func TestLocalPath(t *testing.T) {
	t.Parallel()
	good := []string{
		"/", "/my", "/inbox/310246816", "/nordvik/arrangementsstotte", "/inbox/310246816?task=a&page=2",
		"/nordvik/arrangementsstotte/instance/50001/0191a1b2-0000-7000-8000-000000000001/soker",
		"/a?x=1,2&y=[0]", "/a?back=https://elsewhere.example/", "/a%20b", "/a//b",
	}
	for _, path := range good {
		if got := login.LocalPath(path); got != path {
			t.Errorf("%q becomes %q", path, got)
		}
	}
	bad := []string{
		"", "my", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, `\/evil.example`,
		"https://evil.example", "http:evil.example", "https:evil", "//evil.example/%2f..",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "/%09/evil.example",
		"/%0d%0aSet-Cookie:x", "/%2fevil.example", "/%5cevil.example", "/..//evil.example",
		"/../x", "/a/../..//evil.example", "/%2e%2e//evil.example", "/./x", "/a/%2e%2e/b", "/a\tb", "/a\r\nb",
		"/a\x00b", "/a#b", " /a", "/a ", "/login", "/login?return=/login", "/logout", "/auth/callback?code=1",
		"/%6cogin", "/å", "/<script>", `/"`, "/'", "/a;b", "/%zz", "/" + strings.Repeat("a", 2000),
		"/@evil.example", "http://stafett.example@evil.example/",
	}
	for _, path := range bad {
		if got := login.LocalPath(path); got != "/" {
			t.Errorf("%q is followed as %q", path, got)
		}
	}
	t.Logf("checked %d paths", len(good)+len(bad))
}

func TestSignIn_GivesThePersonAtTheLevelOfTheSignIn(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	if a := b.actor(); !a.Anonymous() || d.login.HasCookie(b.request("/")) {
		t.Errorf("before: %+v", a)
	}
	path, err := b.finish(b.choose(b.begin("/nordvik/arrangementsstotte", 0), kariNumber,
		"acr", devidp.ACRSubstantial))
	if err != nil || path != "/nordvik/arrangementsstotte" {
		t.Fatalf("on to %q, %v", path, err)
	}
	a := b.actor()
	if a.Kind != core.ActorPerson || a.User != solutiontest.Kari || a.Party != solutiontest.Kari ||
		a.Name != "Kari Solbakken" || a.Level != 3 || a.Session == "" {
		t.Errorf("signed in as %+v", a)
	}
	const line = "act = 'login' AND outcome = 'done' AND actor = $1 AND session = $2"
	if n := d.Count(t, "audit_event", line, solutiontest.Kari, a.Session); n != 1 {
		t.Errorf("%d audit lines of the sign-in with the session's mark, want 1", n)
	}
	c := b.cookie
	if !c.HttpOnly || c.Path != "/" || c.SameSite == 0 || c.Domain != "" || len(c.Value) < 40 {
		t.Errorf("cookie %+v", c)
	}
	if n := d.Count(t, "session", "data::text LIKE $1 OR encode(hash, 'escape') LIKE $1",
		"%"+c.Value+"%"); n != 0 {
		t.Error("the cookie's token stands in the database")
	}
	if n := d.Count(t, "audit_event", "session = $1", c.Value); n != 0 {
		t.Error("the cookie's token stands in the audit log")
	}
}

func TestSignIn_TheCookieIsBoundToTheHostUnderHTTPS(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(c *login.Config) { c.BaseURL = "https://stafett.example" })
	b := d.browser(t)
	b.begin("/", 0)
	if c := b.cookie; !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || c.Path != "/" {
		t.Errorf("cookie %+v", c)
	}
}

func TestSignIn_APersonWhoIsNewGetsAPartyOnce(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	b.signIn(newcomer(t))
	first := b.actor()
	if first.User == 0 || strings.Contains(first.Name, newcomer(t)) {
		t.Errorf("signed in as %+v", first)
	}
	again := d.browser(t)
	again.signIn(newcomer(t))
	if again.actor().User != first.User {
		t.Error("the same person has two parties")
	}
}

func TestSignIn_RefusesAnswersThatDoNotFit(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	change := func(back, name, value string) string {
		u, _ := url.Parse(back)
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
		return u.String()
	}
	cases := map[string]struct {
		change func(back string) string
		key    string
	}{
		"wrong state": {func(b string) string { return change(b, "state", "x") }, "fault.login_state"},
		"no state":    {func(b string) string { return change(b, "state", "") }, "fault.login_state"},
		"wrong code":  {func(b string) string { return change(b, "code", "x") }, "fault.login_failed"},
		"no code": {func(b string) string { return change(b, "code", "") },
			"fault.login_cancelled"},
		"other issuer": {func(b string) string { return change(b, "iss", "http://evil.example") },
			"fault.login_failed"},
		"error besides": {func(b string) string { return change(b, "error", "access_denied") },
			"fault.login_cancelled"},
	}
	for name, c := range cases {
		b := d.browser(t)
		back := b.choose(b.begin("/", 0), kariNumber)
		_, err := b.finish(c.change(back))
		is(t, name, err, fault.Malformed, c.key)
		if !b.actor().Anonymous() {
			t.Errorf("%s: signed in", name)
		}
		if c.key == "fault.login_state" {
			continue
		}
		// The state was good for one answer, whatever that was.
		_, err = b.finish(back)
		is(t, name+", then the right one", err, fault.Malformed, "fault.login_state")
	}
	t.Logf("checked %d answers", len(cases))
	if n := d.Count(t, "audit_event", "act = 'login'"); n != 0 {
		t.Errorf("%d sign-ins are in the audit log", n)
	}
}

func TestSignIn_AnAnswerIsGoodOnceAndInItsOwnBrowser(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b, victim := d.browser(t), d.browser(t)
	back := b.choose(b.begin("/", 0), kariNumber)
	victim.begin("/", 0)
	_, err := victim.finish(back)
	is(t, "another browser's answer", err, fault.Malformed, "fault.login_state")
	if !victim.actor().Anonymous() {
		t.Error("a planted answer signed somebody in")
	}
	if _, err := b.finish(back); err != nil {
		t.Fatal(err)
	}
	_, err = b.finish(back)
	is(t, "a replayed answer", err, fault.Malformed, "fault.login_state")
	if b.actor().User != solutiontest.Kari {
		t.Error("a replay signed the person out")
	}
}

func TestSignIn_ACodeOfAnotherSignInIsRefused(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	mine, theirs := d.browser(t), d.browser(t)
	own := mine.choose(mine.begin("/", 0), kariNumber)
	foreign, _ := url.Parse(theirs.choose(theirs.begin("/", 0), ingridNumber))
	u, _ := url.Parse(own)
	q := u.Query()
	q.Set("code", foreign.Query().Get("code"))
	u.RawQuery = q.Encode()
	_, err := mine.finish(u.String())
	is(t, "an injected code", err, fault.Malformed, "fault.login_failed")
	if !mine.actor().Anonymous() {
		t.Error("an injected code signed somebody in")
	}
}

func TestSignIn_BelowWhatWasAskedIsRefused(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	cases := []struct {
		level int
		acr   string
		ok    bool
	}{
		{0, devidp.ACRLow, false}, {0, devidp.ACRSubstantial, true}, {0, devidp.ACRHigh, true},
		{4, devidp.ACRLow, false}, {4, devidp.ACRSubstantial, false}, {4, devidp.ACRHigh, true},
	}
	for _, c := range cases {
		b := d.browser(t)
		// The person changes the address on its way to the provider.
		_, err := b.finish(b.choose(b.begin("/", c.level), kariNumber, "acr_values", c.acr, "acr",
			c.acr))
		if c.ok != (err == nil) {
			t.Errorf("level %d with %s: %v", c.level, c.acr, err)
		}
		if !c.ok {
			is(t, c.acr, err, fault.Forbidden, "fault.login_level")
			if !b.actor().Anonymous() {
				t.Errorf("level %d with %s: signed in", c.level, c.acr)
			}
		}
	}
	t.Logf("checked %d levels", len(cases))
}

func TestSignIn_MadeUpPersonsAreRefusedInProduction(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(c *login.Config) { c.Synthetic = false })
	b := d.browser(t)
	_, err := b.finish(b.choose(b.begin("/", 0), kariNumber))
	is(t, "a made-up person", err, fault.Forbidden, "fault.login_failed")
	if !b.actor().Anonymous() || d.Count(t, "audit_event", "act = 'login'") != 0 {
		t.Error("a made-up person is signed in")
	}
}

func TestSignIn_WithAProviderThatIsAwaySaysSo(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(c *login.Config) { c.Issuer += "/borte" })
	w := httptest.NewRecorder()
	_, err := d.login.Begin(w, d.browser(t).request("/login"), "/", "nb", 0)
	is(t, "no provider", err, fault.Unavailable, "fault.login_provider")
}

func TestSignIn_InSeveralTabsAtOnce(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	b := d.browser(t)
	first := b.begin("/my", 0)
	second := b.begin("/inbox/310246816", 0)
	path, err := b.finish(b.choose(first, kariNumber))
	if err != nil || path != "/my" {
		t.Errorf("the first tab goes on to %q, %v", path, err)
	}
	// The other tab's sign-in began before the session was rotated.
	if _, err := b.finish(b.choose(second, kariNumber)); err == nil {
		t.Log("the second tab is signed in as well")
	}
	if b.actor().User != solutiontest.Kari {
		t.Error("the second tab signed the person out")
	}
	evil := b.begin("//evil.example", 0)
	if path, err := b.finish(b.choose(evil, kariNumber)); err != nil || path != "/" {
		t.Errorf("on to %q, %v", path, err)
	}
}
