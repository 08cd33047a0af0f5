package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"stafett/internal/driver"
	"stafett/internal/text"
)

const culture = "nordvik-kultur"

// refusedAt checks that a page refuses without telling anything of the case.
func refusedAt(t *testing.T, b *driver.Browser, path string) *driver.Page {
	t.Helper()
	p, err := b.Get(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != 403 || strings.Contains(string(p.Body), secret) {
		t.Errorf("%s: got %d, want 403: %.300s", path, p.Status, p.Main())
	}
	return p
}

// inDays is a day as forms take it, so many days from now in Oslo.
func inDays(days int) string {
	return text.ISODate(time.Now().AddDate(0, 0, days))
}

// grantTo fills in the grant form and sends it.
func grantTo(t *testing.T, b *driver.Browser, answers map[string]string) *driver.Page {
	t.Helper()
	p := get(t.Context(), t, b, "/admin/"+nordvik+"/people/grant")
	f := p.FormTo("/people/grant")
	if f == nil {
		t.Fatalf("no form: %s", p.Main())
	}
	// A choice among radio buttons is a control like another.
	if err := f.Fill(answers); err != nil {
		t.Fatal(err)
	}
	next, err := b.Submit(t.Context(), p, f, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func siriAnswers() map[string]string {
	return map[string]string{
		"number": siri, "lastName": "Dahl", "role": culture,
		"reason": "Vikar for Ingrid i juni", "until": inDays(30),
	}
}

// TestRoles_GrantedAndWithdrawn walks the roles' story without scripting: a role works at the
// next request after it is granted, and stops at the next after it is withdrawn.
func TestRoles_GrantedAndWithdrawn(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	clerk, admin := signedIn(t, s.address, siri), signedIn(t, s.address, tor)
	other := signedIn(t, s.address, jon)
	list, one := "/inbox/"+nordvik, "/inbox/"+nordvik+"/case/"+s.caseID

	last := s.lastLine(t)
	p := refusedAt(t, clerk, one)
	for _, want := range []string{"Tor Haugen", "Nordvik kommune"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("the refusal does not name %q: %s", want, p.Main())
		}
	}
	role := s.roleName(t, admin)
	if !strings.Contains(p.Main(), role) {
		t.Errorf("the refusal does not name the role %q: %s", role, p.Main())
	}
	s.logged(t, last, "refused", appB, "50008")
	refusedAt(t, clerk, list)
	refusedAt(t, other, one)

	last = s.lastLine(t)
	if p = grantTo(t, admin, siriAnswers()); p.Status != 200 || !strings.Contains(p.Main(),
		"Siri Dahl") {
		t.Fatalf("the grant: got %d %s", p.Status, p.Main())
	}
	s.logged(t, last, "grant", "done", "50007", culture)

	last = s.lastLine(t)
	if link := get(t.Context(), t, clerk, list).Link(secret); link != one {
		t.Errorf("the list links to %q, want %s", link, one)
	}
	page := get(t.Context(), t, clerk, one)
	s.logged(t, last, "list", "done", "50008")
	s.logged(t, last, "read", "done", appB, "50008")
	refusedAt(t, other, one)
	refusedAt(t, admin, one)

	last = s.lastLine(t)
	s.withdraw(t, admin, siri)
	s.logged(t, last, "withdraw", "done", "50007", culture)

	last = s.lastLine(t)
	f := page.FormTo("/take")
	if f == nil {
		t.Fatalf("no take on the open page: %s", page.Main())
	}
	next, err := clerk.Submit(t.Context(), page, f, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if next.Status != 403 {
		t.Errorf("X075 a button of the page that was open: got %d", next.Status)
	}
	refusedAt(t, clerk, one)
	refusedAt(t, clerk, list)
	s.logged(t, last, "refused", "50008")
	if n := s.number(t, `SELECT count(*) FROM instance WHERE assignee <> 0`); n != 0 {
		t.Errorf("%d cases are taken", n)
	}
	refusedAt(t, other, one)
	refusedAt(t, other, list)
	s.logged(t, last, "refused", "50009")
}

// roleName is the role's name as the grant form gives it.
func (s scene) roleName(t *testing.T, admin *driver.Browser) string {
	t.Helper()
	p := get(t.Context(), t, admin, "/admin/"+nordvik+"/people/grant")
	for _, o := range s.offered(p) {
		if o.value == culture {
			return o.label
		}
	}
	t.Fatalf("the role is not offered: %s", p.Main())
	return ""
}

// withdraw presses the buttons that take away a person's role at Nordvik.
func (s scene) withdraw(t *testing.T, admin *driver.Browser, number string) {
	t.Helper()
	id := s.number(t, `SELECT g.id FROM role_grant g JOIN party p ON p.id = g.person
		WHERE p.person_number = $1 AND g.withdrawn_at IS NULL AND g.party = 51001`, number)
	path := fmt.Sprintf("/admin/%s/people/withdraw/%d", nordvik, id)
	people := get(t.Context(), t, admin, "/admin/"+nordvik+"/people")
	if !strings.Contains(string(people.Body), path) {
		t.Errorf("the list of people has no link to %s", path)
	}
	press(t.Context(), t, admin, get(t.Context(), t, admin, path), path)
}

// TestRoles_TheGrantFormKeepsWhatWasTyped tries grants that are not to be: each is told at its
// field, with everything that was typed, and gives nothing.
func TestRoles_TheGrantFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	admin := signedIn(t, s.address, tor)
	before := s.number(t, `SELECT count(*) FROM role_grant`)
	tests := []struct {
		name, field, value string
		status             int
	}{
		{"a number with two digits swapped", "number", "01869350057", 422},
		{"no number", "number", "", 422},
		{"an unknown number", "number", "14827941388", 422},
		{"another's last name", "lastName", "Berg", 422},
		{"no last name", "lastName", "", 422},
		{"no role", "role", "", 422},
		{"X080 a role in capitals", "role", "Nordvik-Kultur", 422},
		{"X080 a role with a space", "role", culture + " ", 422},
		{"the administrator's own role", "role", "HADM", 422},
		{"no reason", "reason", "  ", 422},
		{"a long reason", "reason", strings.Repeat("æ", 501), 422},
		{"yesterday", "until", inDays(-1), 422},
		{"a day that is none", "until", "31.02.2027", 422},
		{"no end", "until", "", 422},
		{"six years", "until", inDays(6 * 366), 422},
	}
	for _, test := range tests {
		answers := siriAnswers()
		answers[test.field] = test.value
		p := grantTo(t, admin, answers)
		if p.Status != test.status || !strings.HasPrefix(p.Heading(), "Gi") {
			t.Errorf("%s: got %d %q, want %d", test.name, p.Status, p.Heading(), test.status)
			continue
		}
		f := p.FormTo("/people/grant")
		if f == nil {
			t.Fatalf("%s: the form is gone", test.name)
		}
		for field, typed := range answers {
			if field == "role" && test.field == "role" {
				typed = ""
			}
			if got := f.Values.Get(field); got != typed {
				t.Errorf("%s: %s is now %.40q, was %.40q", test.name, field, got, typed)
			}
		}
		if !strings.Contains(string(p.Body), `href="#`) {
			t.Errorf("%s: no link to the field", test.name)
		}
	}
	if after := s.number(t, `SELECT count(*) FROM role_grant`); after != before {
		t.Errorf("%d grants, before %d", after, before)
	}
	t.Logf("%d faulty grants", len(tests))
}

// TestRoles_UX42_AskedForOnTheRefusalAndAnswered walks a request without scripting: the form is the same
// for a case that is there and for one that is not, and what it asks for is answered with a reason.
func TestRoles_UX42_AskedForOnTheRefusalAndAnswered(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	clerk, admin := signedIn(t, s.address, siri), signedIn(t, s.address, tor)
	list, one := "/inbox/"+nordvik, "/inbox/"+nordvik+"/case/"+s.caseID
	unknown := refusedAt(t, clerk, "/inbox/"+nordvik+"/case/01975e2e-0000-7000-8000-000000000000")
	p := refusedAt(t, clerk, one)
	if p.Main() != unknown.Main() {
		t.Error("the refusal tells whether the case is there")
	}
	send := func(b *driver.Browser, p *driver.Page, to string, answers map[string]string, name, value string) *driver.Page {
		t.Helper()
		f := p.FormTo(to)
		if f == nil {
			t.Fatalf("no form to %s: %s", to, p.Main())
		}
		if err := f.Fill(answers); err != nil {
			t.Fatal(err)
		}
		next, err := b.Submit(t.Context(), p, f, name, value)
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	asked := map[string]string{"role": culture, "reason": ""}
	next := send(clerk, p, "/my/requests", asked, "", "")
	if next.Status != 422 || !strings.Contains(next.Main(), "hvorfor") {
		t.Errorf("without a reason: got %d %s", next.Status, next.Main())
	}
	last := s.lastLine(t)
	asked["reason"] = "Skal behandle støtte i sommer"
	next = send(clerk, next, "/my/requests", asked, "", "")
	if next.Status != 200 || !strings.Contains(next.Main(), asked["reason"]) {
		t.Fatalf("asked: got %d %s", next.Status, next.Main())
	}
	s.logged(t, last, "ask", "done", "50008", culture)
	next = send(clerk, p, "/my/requests", asked, "", "")
	if next.Status != 409 {
		t.Errorf("asked again: got %d", next.Status)
	}
	refusedAt(t, clerk, one)

	requests := "/admin/" + nordvik + "/people/requests"
	p = get(t.Context(), t, admin, requests)
	if !strings.Contains(p.Main(), asked["reason"]) || strings.Contains(p.Main(), secret) {
		t.Fatalf("the requests: %s", p.Main())
	}
	answer := map[string]string{"reason": "Avtalt med leder", "until": inDays(30)}
	to := fmt.Sprintf("/people/requests/%d", s.number(t, `SELECT max(id) FROM role_request`))
	if next = send(admin, p, to, answer, "answer", "grant"); next.Status != 200 {
		t.Fatalf("granted: got %d %s", next.Status, next.Main())
	}
	if link := get(t.Context(), t, clerk, list).Link(secret); link != one {
		t.Errorf("the list links to %q, want %s", link, one)
	}
	mine := get(t.Context(), t, clerk, "/my/requests")
	if !strings.Contains(mine.Main(), "Avtalt med leder") {
		t.Errorf("the answer: %s", mine.Main())
	}
	if refused := send(clerk, p, to, answer, "answer", "refuse"); refused.Status != 403 {
		t.Errorf("a clerk answers: got %d", refused.Status)
	}
}

// TestRoles_OnlyAnAdministratorHere tries the administration from outside it.
func TestRoles_OnlyAnAdministratorHere(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	before := s.number(t, `SELECT count(*) FROM role_grant WHERE withdrawn_at IS NULL`)
	ingrids := s.number(t, `SELECT id FROM role_grant WHERE person = 50004`)
	form := url.Values{}
	for name, value := range siriAnswers() {
		form.Set(name, value)
	}
	self := url.Values{}
	for name, value := range form {
		self[name] = value
	}
	self.Set("number", tor)
	self.Set("lastName", "Haugen")
	withdraw := fmt.Sprintf("/admin/%s/people/withdraw/", nordvik)
	tests := []struct {
		name, who, path string
		form            url.Values
		status          int
	}{
		{"X071 another organisation's administrator", berit, "/admin/" + nordvik +
			"/people/grant", form, 403},
		{"X071 this administrator elsewhere", tor, "/admin/" + sorvik + "/people/grant", form,
			403},
		{"a caseworker", ingrid, "/admin/" + nordvik + "/people/grant", form, 403},
		{"the one who wants it", siri, "/admin/" + nordvik + "/people/grant", form, 403},
		{"a faulty one by a stranger", siri, "/admin/" + nordvik + "/people/grant", url.Values{},
			403},
		{"to oneself", tor, "/admin/" + nordvik + "/people/grant", self, 403},
		{"withdraw elsewhere", berit, fmt.Sprint(withdraw, ingrids), url.Values{}, 403},
		{"withdraw through one's own organisation", berit,
			fmt.Sprint("/admin/", sorvik, "/people/withdraw/", ingrids), url.Values{}, 403},
		{"withdraw a grant that is none", tor, withdraw + "999999", url.Values{}, 403},
		{"withdraw a malformed one", tor, withdraw + "-1", url.Values{}, 400},
		{"the organisation's number is none", tor, "/admin/123/people/grant", form, 400},
	}
	browsers := map[string]*driver.Browser{}
	for _, test := range tests {
		if browsers[test.who] == nil {
			browsers[test.who] = signedIn(t, s.address, test.who)
		}
		last := s.lastLine(t)
		p, err := browsers[test.who].Post(t.Context(), test.path, test.form)
		if err != nil {
			t.Fatal(err)
		}
		if p.Status != test.status || p.Heading() == "" {
			t.Errorf("%s: got %d %q, want %d", test.name, p.Status, p.Heading(), test.status)
		}
		if test.status == 403 {
			s.logged(t, last, "refused")
		}
	}
	if after := s.number(t,
		`SELECT count(*) FROM role_grant WHERE withdrawn_at IS NULL`); after != before {
		t.Errorf("%d grants in force, before %d", after, before)
	}
	t.Logf("%d attempts", len(tests))
}
