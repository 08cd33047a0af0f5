package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

// raw sends bytes as they are over a connection of its own and gives the answer's status; 0 when
// the server closed without one. A body that is cut is followed by the end of the stream.
func (a *abuse) raw(t *testing.T, request string) int {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(a.address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	defer r.Body.Close()
	return r.StatusCode
}

func cookieOf(cookies string) string {
	for c := range strings.SplitSeq(cookies, "; ") {
		if strings.HasPrefix(c, "stafett=") {
			return c
		}
	}
	return ""
}

// session changes the row of a browser's session, as time or an administrator would.
func (a *abuse) session(t *testing.T, person int, change string) {
	t.Helper()
	tag, err := a.db.Exec(t.Context(), "UPDATE session SET "+change+" WHERE person = $1", person)
	if err != nil || tag.RowsAffected() == 0 {
		t.Fatalf("%s: %d rows, %v", change, tag.RowsAffected(), err)
	}
}

// returns signs in with an address to come back to, and gives where the browser ends.
func (a *abuse) returns(t *testing.T, to string) string {
	t.Helper()
	b := driver.New(a.address)
	p := get(t.Context(), t, b, "/login?return="+url.QueryEscape(to))
	p = answerWith(t, b, p, "pid", ola)
	return p.URL
}

func answerWith(t *testing.T, b *driver.Browser, p *driver.Page, name, value string) *driver.Page {
	t.Helper()
	f := p.Form(name, value)
	if f == nil {
		t.Fatalf("%s has no button %s=%s", p.URL, name, value)
	}
	next, err := b.Submit(t.Context(), p, f, name, value)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// crossSite are what browsers say of a request that another site's page made, and whether it
// must be refused when it changes something.
var crossSite = []struct {
	name    string
	headers []string
	refused bool
}{
	{"our own page", []string{"Sec-Fetch-Site", "same-origin"}, false},
	{"typed in the address bar", []string{"Sec-Fetch-Site", "none"}, false},
	{"another site", []string{"Sec-Fetch-Site", "cross-site"}, true},
	{"a sister host", []string{"Sec-Fetch-Site", "same-site"}, true},
	{"another origin", []string{"Origin", "https://evil.example"}, true},
	{"a sandboxed page", []string{"Origin", "null"}, true},
	{"neither header", nil, true},
	{"both, at odds", []string{"Sec-Fetch-Site", "cross-site", "Origin", "http://127.0.0.1"},
		true},
}

var edgeRows = []row{
	{"X074", func(t *testing.T, a *abuse) {
		id := a.number(t, `SELECT id FROM role_grant WHERE person = 50007 AND role = 'HADM'`)
		b := signedIn(t, a.address, tor)
		r := a.try(t, b, "POST", fmt.Sprintf("/admin/%s/people/withdraw/%d", nordvik, id),
			url.Values{})
		want(t, "one's own role from the register", r, 403, 409)
		want(t, "the list", a.try(t, b, "GET", "/admin/"+nordvik+"/people", nil), 200)
	}},
	{"X076", func(t *testing.T, a *abuse) {
		body, kind := parcel(t, part{name: "instance", kind: jsonKind, body: ownB},
			part{name: "vedlegg", file: "kart.pdf", kind: "application/pdf", body: "%PDF-1.7"})
		r := a.do(t, "POST", makeB, body, "Content-Type", kind, "Authorization",
			bearer(a.write(t)))
		want(t, "the case", r, 201)
		one := "/inbox/" + nordvik + "/case/" + strings.TrimPrefix(idOf(t, r), "51001/")
		clerk, admin := signedIn(t, a.address, siri), signedIn(t, a.address, tor)
		grantTo(t, admin, siriAnswers())
		link := get(t.Context(), t, clerk, one).Link("kart.pdf")
		want(t, "the open link", a.try(t, clerk, "GET", link, nil), 200)
		a.withdraw(t, admin, siri)
		want(t, "the link after", a.try(t, clerk, "GET", link, nil, "Range", "bytes=0-0"), 403)
	}},
	{"X077", func(t *testing.T, a *abuse) {
		clerk, admin := signedIn(t, a.address, siri), signedIn(t, a.address, tor)
		grantTo(t, admin, siriAnswers())
		one := "/inbox/" + nordvik + "/case/" + a.caseID
		want(t, "before", a.try(t, clerk, "GET", one, nil), 200)
		if _, err := a.db.Exec(t.Context(), `UPDATE role_grant SET valid_from = now() - interval '9 days',
			valid_to = date_trunc('day', now()) WHERE person = 50008`); err != nil {
			t.Fatal(err)
		}
		want(t, "expired yesterday", a.try(t, clerk, "GET", one, nil), 403)
		want(t, "the list", a.try(t, clerk, "GET", "/inbox/"+nordvik, nil), 403)
	}},
	{"X080", func(t *testing.T, a *abuse) {
		clerk := signedIn(t, a.address, ola)
		for _, role := range []string{"Nordvik-Kultur", culture + " ", " " + culture,
			"nordvik-kulturo", "nordvik_kultur"} {
			if _, err := a.db.Exec(t.Context(), `INSERT INTO role_grant (person, party, role, source)
				VALUES (50002, 51001, $1, 'granted')`, role); err != nil {
				t.Fatal(err)
			}
			want(t, role, a.try(t, clerk, "GET", "/inbox/"+nordvik+"/case/"+a.caseID, nil), 403)
		}
	}},
	{"X098", func(t *testing.T, a *abuse) {
		if got := a.returns(t, "https://evil.example/"); !strings.HasPrefix(got, "/") ||
			strings.Contains(got, "evil") {
			t.Errorf("sign-in leads to %s", got)
		}
		if got := a.returns(t, "/my/sent"); got != "/my/sent" {
			t.Errorf("sign-in leads to %s", got)
		}
	}},
	{"X099", func(t *testing.T, a *abuse) {
		for _, to := range []string{"//evil.example", `/\evil.example`, "/\tevil.example",
			"/%09/evil.example",
			"https:evil.example", "/..//evil", "///evil.example", "/ /evil.example",
			"/my\r\nX: y"} {
			r := a.do(t, "POST", "/language", strings.NewReader(url.Values{"language": {"nb"},
				"return": {to}}.Encode()),
				"Content-Type", formKind, "Sec-Fetch-Site", "same-origin")
			got := r.header.Get("Location")
			if r.status != 303 || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") ||
				strings.ContainsAny(got, "\\\t") {
				t.Errorf("%q leads to %q (%d)", to, got, r.status)
			}
		}
	}},
	{"X100", func(t *testing.T, a *abuse) {
		if got := a.returns(t, "javascript:alert(1)"); !strings.HasPrefix(got, "/") {
			t.Errorf("sign-in leads to %s", got)
		}
	}},
	{"X101", func(t *testing.T, a *abuse) {
		b := driver.New(a.address)
		p := get(t.Context(), t, b, "/login?return=/my")
		before := cookieOf(b.Cookies())
		answerWith(t, b, p, "pid", ola)
		if after := cookieOf(b.Cookies()); before == "" || after == before {
			t.Errorf("the cookie is %q before and %q after sign-in", before, after)
		}
		want(t, "the old cookie", a.do(t, "GET", "/my", nil, "Cookie", before), 303)
		want(t, "a made-up cookie", a.do(t, "GET", "/my", nil, "Cookie",
			"stafett="+strings.Repeat("A", 43)), 303)
	}},
	{"X102", func(t *testing.T, a *abuse) {
		b := signedIn(t, a.address, jon)
		cookies := b.Cookies()
		want(t, "before", a.do(t, "GET", "/my", nil, "Cookie", cookies), 200)
		if _, err := b.Post(t.Context(), "/logout", url.Values{}); err != nil {
			t.Fatal(err)
		}
		want(t, "after", a.do(t, "GET", "/my", nil, "Cookie", cookies), 303)
		if n := a.number(t, `SELECT count(*) FROM session WHERE person = 50009`); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	}},
	{"X105", func(t *testing.T, a *abuse) {
		for _, change := range []string{
			"created = now() - interval '121 minutes', last_seen = now()",
			"last_seen = now() - interval '31 minutes'",
		} {
			b := signedIn(t, a.address, berit)
			want(t, "before", a.try(t, b, "GET", "/my", nil), 200)
			a.session(t, 50010, change)
			want(t, change, a.try(t, b, "GET", "/my", nil), 303)
		}
	}},
	{"X107", func(t *testing.T, a *abuse) {
		b := signedIn(t, a.address, jon)
		sid := a.word(t, `SELECT sid FROM session WHERE person = 50009`)
		for _, q := range []string{"iss=https%3A%2F%2Fevil.example&sid=" + sid, "iss=" +
			url.QueryEscape(a.address+devIDPorten) + "&sid=x", "sid=" + sid, ""} {
			want(t, q, a.do(t, "GET", "/auth/frontchannel-logout?"+q, nil), 200, 400)
			want(t, "still signed in", a.try(t, b, "GET", "/my", nil), 200)
		}
	}},
	{"X110", func(t *testing.T, a *abuse) {
		b := driver.New(a.address)
		get(t.Context(), t, b, "/login?return=/my")
		for _, q := range []string{"code=x&state=y", "code=x", "state=y",
			"error=access_denied&state=y", "code=x&state=y&iss=https%3A%2F%2Fevil.example"} {
			r := a.do(t, "GET", "/auth/callback?"+q, nil, "Cookie", b.Cookies())
			want(t, q, r, 400)
		}
	}},
	{"X114", func(t *testing.T, _ *abuse) {
		c := Config{Addr: "127.0.0.1:1", Mode: Production, OIDCACR: "idporten-loa-high"}
		if err := c.Check(); err == nil {
			t.Error("production starts with the development providers")
		}
	}},
	{"X115", func(t *testing.T, _ *abuse) {
		c := Config{Addr: "0.0.0.0:1", Mode: Development, OIDCACR: "idporten-loa-high"}
		if err := c.Check(); err == nil {
			t.Error("development listens on every address")
		}
		c.AllowRemoteDevelopment = true
		if err := c.Check(); err != nil {
			t.Errorf("with the flag: %v", err)
		}
	}},
	{"X120", func(t *testing.T, a *abuse) {
		token := bearer(a.write(t))
		for _, kind := range []string{"text/plain", formKind, "application/xml",
			"application/jsonp", "x"} {
			for _, path := range []string{makeB, makeB + "/create"} {
				r := a.do(t, "POST", path, strings.NewReader(ownB), "Content-Type", kind,
					"Authorization", token)
				want(t, kind, r, 415)
			}
			r := a.do(t, "POST", "/language", strings.NewReader("language=nn"), "Content-Type",
				strings.Replace(kind, formKind, jsonKind, 1), "Sec-Fetch-Site", "same-origin")
			want(t, "a page with "+kind, r, 415)
		}
	}},
	{"cross-site", func(t *testing.T, a *abuse) {
		before := a.fingerprint(t, a.own.guid)
		for _, c := range crossSite {
			for _, path := range []string{a.own.base() + "/delete", "/party", "/logout"} {
				if !c.refused {
					continue
				}
				r := a.do(t, "POST", path, strings.NewReader("party=50001"),
					append([]string{"Content-Type", formKind, "Cookie", a.kari.Cookies()},
						c.headers...)...)
				want(t, c.name+" to "+path, r, 403)
			}
			r := a.do(t, "POST", "/party", strings.NewReader("party=99999"),
				append([]string{"Content-Type", formKind, "Cookie", a.kari.Cookies()},
					c.headers...)...)
			if !c.refused && strings.Contains(string(r.body), "kom ikke fra en av våre sider") {
				t.Errorf("%s is refused as another site's", c.name)
			}
			want(t, c.name+" reads", a.do(t, "GET", "/my", nil, append([]string{"Cookie",
				a.kari.Cookies()}, c.headers...)...), 200)
		}
		if after := a.fingerprint(t, a.own.guid); after != before {
			t.Error("another site has changed a draft")
		}
	}},
	{"X127", func(t *testing.T, a *abuse) {
		got := a.raw(t, "POST /language HTTP/1.1\r\nHost: x\r\nContent-Type: "+formKind+
			"\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /my HTTP/1.1\r\n\r\n")
		// Go reads the chunks and drops the length, as RFC 9112 allows; it must not read both.
		if got != 0 && (got < 400 || got >= 500) {
			t.Errorf("both lengths: got %d", got)
		}
	}},
	{"X131", func(t *testing.T, a *abuse) {
		const script = `<script>alert(1)</script>`
		for _, path := range []string{"/my", "/my/x?" + url.QueryEscape(script), "/inbox/" +
			nordvik} {
			r := a.try(t, a.kari, "GET", path, nil, "HX-Current-URL", script, "HX-Target", script,
				"HX-Request", "true", "Referer", script)
			if strings.Contains(string(r.body), script) {
				t.Errorf("%s echoes the script", path)
			}
		}
	}},
	{"X132", func(t *testing.T, a *abuse) {
		const script = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}${7*7}`
		form := a.form(t, "arrangement")
		form.Set("arrangement.navn", script)
		form.Set("arrangement.beskrivelse", script)
		want(t, "saved", a.try(t, a.kari, "POST", a.own.base()+"/Task_1/arrangement", form), 303)
		for _, page := range []string{"arrangement", "se-over"} {
			p := get(t.Context(), t, a.kari, a.own.base()+"/Task_1/"+page)
			n := p.Find(func(n *html.Node) bool {
				return driver.Attr(n, "onerror") != "" || n.Data == "script" && driver.Attr(n,
					"src") == ""
			})
			if n != nil || !strings.Contains(string(p.Body), "{{7*7}}${7*7}") {
				t.Errorf("%s runs or loses what was typed", page)
			}
		}
	}},
	{"X145", func(t *testing.T, a *abuse) {
		for name, content := range map[string]string{
			"kart.svg":  `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
			"kart.pdf":  `<svg xmlns="http://www.w3.org/2000/svg"/>`,
			"kart.html": "<!doctype html><script>alert(1)</script>", "kart.png": "%PDF-1.7 x",
			"kart.exe": "%PDF-1.7 x", "tom.pdf": "",
		} {
			form := a.form(t, "budsjett")
			form.Set("go", "save")
			parts := []part{{name: "file:vedlegg", file: name, kind: "application/pdf",
				body: content}}
			for field, values := range form {
				for _, v := range values {
					parts = append(parts, part{name: field, body: v})
				}
			}
			before := a.stored(t, appA)
			body, kind := parcel(t, parts...)
			r := a.do(t, "POST", a.own.base()+"/Task_1/budsjett", body, "Content-Type", kind,
				"Cookie", a.kari.Cookies(), "Sec-Fetch-Site", "same-origin")
			want(t, name, r, 422)
			if after := a.stored(t, appA); after != before {
				t.Errorf("%s: stored %s, before %s", name, after, before)
			}
		}
	}},
	{"X149", func(t *testing.T, a *abuse) {
		big := "language=nb&x=" + strings.Repeat("x", 1<<20)
		want(t, "an oversized form", a.do(t, "POST", "/language", strings.NewReader(big),
			"Content-Type", formKind, "Sec-Fetch-Site", "same-origin"), 413)
		want(t, "an oversized page", a.tamper(t, "soker",
			url.Values{"soker.kontaktperson": {strings.Repeat("x", 2<<20)}}), 413)
		many := url.Values{"language": {"nb"}}
		for i := range 5001 {
			many.Set(fmt.Sprint("f", i), "")
		}
		want(t, "too many fields", a.do(t, "POST", "/language", strings.NewReader(many.Encode()),
			"Content-Type", formKind, "Sec-Fetch-Site", "same-origin"), 413)
		want(t, "an oversized template", a.do(t, "POST", makeB,
			strings.NewReader(`{"a":"`+big+`"}`), "Content-Type", jsonKind, "Authorization",
			bearer(a.write(t))), 413)
	}},
	{"X155", func(t *testing.T, a *abuse) {
		before := a.stored(t, appA)
		body := "--b\r\nContent-Disposition: form-data; name=\"file:vedlegg\"; filename=\"a.pdf\"\r\n" +
			"Content-Type: application/pdf\r\n\r\n%PDF-1.7 " + strings.Repeat("x", 300_000)
		for _, path := range []string{"/Task_1/budsjett/upload", "/Task_1/budsjett"} {
			got := a.raw(t,
				"POST "+a.own.base()+path+" HTTP/1.1\r\nHost: x\r\nCookie: "+
					a.kari.Cookies()+"\r\nSec-Fetch-Site: same-origin\r\n"+
					"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n"+body)
			if got != 0 && (got < 400 || got >= 500) {
				t.Errorf("%s cut: got %d", path, got)
			}
		}
		if got := a.raw(t,
			"POST /language HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: "+formKind+
				"\r\nContent-Length: 900\r\n\r\nlanguage=nn"); got != 0 && got != 400 {
			t.Errorf("a cut form: got %d", got)
		}
		end := time.Now().Add(10 * time.Second)
		for a.stored(t, appA) != before && time.Now().Before(end) {
			time.Sleep(20 * time.Millisecond)
		}
		if after := a.stored(t, appA); after != before {
			t.Errorf("stored %s, before %s", after, before)
		}
	}},
	{"X156", func(t *testing.T, a *abuse) {
		var parts []part
		for i := range 10_000 {
			parts = append(parts, part{name: fmt.Sprint("f", i), body: "x"})
		}
		post := func(body *strings.Reader, kind string) reply {
			return a.do(t, "POST", a.own.base()+"/Task_1/budsjett", body, "Content-Type", kind,
				"Cookie", a.kari.Cookies(), "Sec-Fetch-Site", "same-origin")
		}
		body, kind := parcel(t, parts...)
		var all strings.Builder
		if _, err := bufio.NewReader(body).WriteTo(&all); err != nil {
			t.Fatal(err)
		}
		want(t, "10 000 parts", post(strings.NewReader(all.String()), kind), 400, 413)
		want(t, "no boundary", post(strings.NewReader("x"), "multipart/form-data"), 400)
		want(t, "another boundary", post(strings.NewReader("--c\r\n\r\n--c--"),
			"multipart/form-data; boundary=b"), 400)
		want(t, "a header of 2 MiB",
			post(strings.NewReader("--b\r\nContent-Disposition: form-data; name=\""+
				strings.Repeat("x", 2<<20)+"\"\r\n\r\nx\r\n--b--"), "multipart/form-data; boundary=b"), 400, 413)
	}},
	{"X161", func(t *testing.T, a *abuse) {
		b := signedIn(t, a.address, ingrid)
		last := a.lastLine(t)
		want(t, "the case", a.try(t, b, "GET", "/inbox/"+nordvik+"/case/"+a.caseID, nil), 200)
		a.logged(t, last, "read", "done", appB, "50004")
		last = a.lastLine(t)
		want(t, "the list", a.try(t, b, "GET", "/inbox/"+nordvik, nil), 200)
		a.logged(t, last, "list", "done", "50004")
	}},
	{"X164", func(t *testing.T, a *abuse) {
		before := a.lastLine(t)
		for _, change := range []string{"UPDATE audit_event SET outcome = 'done'",
			"DELETE FROM audit_event", "TRUNCATE audit_event"} {
			if _, err := a.db.Exec(t.Context(), change); err == nil {
				t.Errorf("%s is let through", change)
			}
		}
		if after := a.lastLine(t); after != before || before == 0 {
			t.Errorf("the log ends at %d, before at %d", after, before)
		}
	}},
}

// TestAbuse_Edges tries sessions, other sites, bodies and the log.
func TestAbuse_Edges(t *testing.T) {
	t.Parallel()
	runRows(t, edgeRows)
}
