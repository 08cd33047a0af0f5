package openapitest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stafett/internal/openapitest"
)

const small = `
openapi: 3.1.0
components:
  responses:
    Problem:
      description: Wrong
      content: { application/problem+json: { schema: { type: object, required: [code], properties: { code: { type: string } } } } }
paths:
  /things/{id}:
    put:
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" }, example: { name: 1 } } } }
      responses:
        "200": { description: Done, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
        "204": { description: Gone }
        default: { $ref: "#/components/responses/Problem" }
  /things/new:
    put:
      responses: { "201": { description: Made, content: { "*/*": { schema: {} } } } }
`

const schemas = `
  schemas:
    Thing: { type: object, required: [name], properties: { name: { type: string }, at: { type: string, format: date-time } } }
`

func loaded(t *testing.T) *openapitest.Description {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	content := strings.Replace(small, "\npaths:", schemas+"paths:", 1)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := openapitest.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAnswer_TellsWhatIsNotDescribed(t *testing.T) {
	t.Parallel()
	d := loaded(t)
	for name, c := range map[string]struct {
		method, path string
		status       int
		kind, body   string
		operation    string
		wrong        string
	}{
		"as described":       {"PUT", "/things/1?x=y", 200, "application/json; charset=utf-8", `{"name":"a"}`, "PUT /things/{id}", ""},
		"the literal path":   {"PUT", "/things/new", 201, "text/plain", `anything`, "PUT /things/new", ""},
		"no body":            {"PUT", "/things/1", 204, "", ``, "PUT /things/{id}", ""},
		"a problem":          {"PUT", "/things/1", 409, "application/problem+json", `{"code":"x"}`, "PUT /things/{id}", ""},
		"another route":      {"GET", "/things/1", 200, "", ``, "", ""},
		"one property more":  {"PUT", "/things/1", 200, "application/json", `{"name":"a","b":1}`, "PUT /things/{id}", "'b' not allowed"},
		"one less":           {"PUT", "/things/1", 200, "application/json", `{}`, "PUT /things/{id}", "missing property 'name'"},
		"no time":            {"PUT", "/things/1", 200, "application/json", `{"name":"a","at":"x"}`, "PUT /things/{id}", "date-time"},
		"another kind":       {"PUT", "/things/1", 200, "text/html", `<p>`, "PUT /things/{id}", "text/html is not described"},
		"another status":     {"PUT", "/things/1", 202, "", ``, "PUT /things/{id}", "202 is not described"},
		"a body too many":    {"PUT", "/things/1", 204, "text/plain", `x`, "PUT /things/{id}", "a body is not described"},
		"a page for problem": {"PUT", "/things/1", 500, "text/html", `<p>`, "PUT /things/{id}", "text/html is not described"},
	} {
		header := http.Header{"Content-Type": {c.kind}}
		operation, named, err := d.Answer(c.method, c.path, c.status, header, []byte(c.body))
		if operation != c.operation || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %q, %v; want %q, %q", name, operation, err, c.operation, c.wrong)
		}
		if want := c.status < 300 && c.operation != "" && c.status != 202; named != want {
			t.Errorf("%s: named is %v, want %v", name, named, want)
		}
	}
}

func TestRequest_TellsWhatIsNotDescribed(t *testing.T) {
	t.Parallel()
	d := loaded(t)
	for name, c := range map[string]struct{ path, body, wrong string }{
		"as described":      {"/things/1", `{"name":"a"}`, ""},
		"none":              {"/things/1", ``, "content type"},
		"another type":      {"/things/1", `{"name":1}`, "want string"},
		"where none is due": {"/things/new", `{}`, "a body is not described"},
		"nor sent":          {"/things/new", ``, ""},
	} {
		kind := "application/json"
		if c.body == "" {
			kind = ""
		}
		err := d.Request("PUT", c.path, kind, []byte(c.body))
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", name, err, c.wrong)
		}
	}
	if n, err := d.Examples(); n != 1 || err == nil {
		t.Errorf("%d examples, %v; want one, and that it is wrong", n, err)
	}
}
