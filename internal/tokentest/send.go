package tokentest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Answer is what came back over HTTP.
type Answer struct {
	Status int
	Header http.Header
	// Body is empty when the answer is not JSON.
	Body map[string]any
	// Check is the check that the token did not pass, where the answer tells it.
	Check string
}

// Text gives a member of the body that is text.
func (a Answer) Text(name string) string { s, _ := a.Body[name].(string); return s }

// Faults compares an answer with what the case expects: status, error word and Maskinporten's
// code, and the check that caught it where the answer tells it. Empty is as expected.
func (c Case) Faults(got Answer) []string {
	var out []string
	if !c.Expect.HTTP.Has(got.Status) {
		out = append(out, fmt.Sprintf("status: got %d, want %v; %v", got.Status, c.Expect.HTTP,
			got.Body))
	}
	// 431 comes from the server's own reading of headers, before there is a body to write.
	if c.Expect.Accept || got.Status == http.StatusRequestHeaderFieldsTooLarge {
		return out
	}
	word := got.Text("error")
	if word == "" {
		word = got.Text("code")
	}
	if len(c.Expect.Error) > 0 && !slices.Contains(c.Expect.Error, word) {
		out = append(out, fmt.Sprintf("error: got %q, want %q", word, c.Expect.Error))
	}
	description := got.Text("error_description")
	holds := func(code string) bool { return strings.Contains(description, code) }
	if len(c.Expect.MP) > 0 && !slices.ContainsFunc(c.Expect.MP, holds) {
		out = append(out, fmt.Sprintf("code: got %q, want %q", description, c.Expect.MP))
	}
	return out
}

// Do sends a request and reads its answer.
func Do(client *http.Client, r *http.Request) (Answer, error) {
	resp, err := client.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, err
	}
	got := Answer{Status: resp.StatusCode, Header: resp.Header}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") {
		err = json.Unmarshal(raw, &got.Body)
	}
	return got, err
}

var checkNamed = regexp.MustCompile(`\(check: ([a-z0-9_]+),`)

// PostGrant brings an assertion to the token endpoint below address in the way that the case
// asks for.
func PostGrant(client *http.Client, address, assertion string, s Send) (Answer, error) {
	form := url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion},
	}
	for name, value := range s.Form {
		if form.Del(name); value != nil {
			form.Set(name, *value)
		}
	}
	for _, name := range s.Duplicate {
		form.Add(name, form.Get(name))
	}
	for _, name := range s.Omit {
		form.Del(name)
	}
	if s.PadBody > 0 {
		form.Set("pad", strings.Repeat("x", s.PadBody))
	}
	r, err := http.NewRequest(orPost(s.Method), address+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		return Answer{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.dress(r)
	got, err := Do(client, r)
	if found := checkNamed.FindStringSubmatch(got.Text("error_description")); found != nil {
		got.Check = found[1]
	}
	return got, err
}

func orPost(method string) string {
	if method == "" {
		return http.MethodPost
	}
	return method
}

// dress sets the headers that the case asks for.
func (s Send) dress(r *http.Request) {
	if s.ContentType != "" {
		r.Header.Set("Content-Type", s.ContentType)
	}
	for name, value := range s.Headers {
		r.Header.Set(name, value)
	}
}

// Carry puts the token on a request to an API in the way that the case asks for.
func (s Send) Carry(r *http.Request, token string) {
	s.dress(r)
	switch s.Auth {
	case "absent":
	case "query":
		q := r.URL.Query()
		q.Set("access_token", token)
		r.URL.RawQuery = q.Encode()
	case "form", "body":
		body := url.Values{"access_token": {token}}.Encode()
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		r.GetBody = nil
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case "cookie":
		r.AddCookie(&http.Cookie{Name: "session", Value: token})
	case "twice":
		r.Header["Authorization"] = []string{"Bearer " + token, "Bearer " + token}
	case "", "bearer":
		r.Header.Set("Authorization", "Bearer "+token)
	case "lowercase":
		r.Header.Set("Authorization", "bearer "+token)
	case "empty":
		r.Header.Set("Authorization", "Bearer ")
	case "bare", "no_scheme":
		r.Header.Set("Authorization", token)
	default:
		r.Header.Set("Authorization", s.Auth+" "+token)
	}
}
