package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"stafett/internal/openapitest"
	"stafett/web/api"
)

// described is docs/openapi.yaml. What world.do sends to a described route is held against it in every
// test.
var described = sync.OnceValues(func() (*openapitest.Description, error) {
	return openapitest.Load("../../docs/openapi.yaml")
})

func description(t *testing.T) *openapitest.Description {
	t.Helper()
	d, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// narrower are the routes that are described as what they are for, since the server's patterns cannot
// tell them apart.
var narrower = map[string][]string{
	"POST " + oneInstance + "/data/{element}/{sub}": {
		"POST " + oneInstance + "/data/type/{type}", "POST " + oneInstance + "/data/{element}/tags",
	},
}

// TestOpenAPI_DescribesEveryRouteAndNoOther holds docs/openapi.yaml against the routes, and its examples
// against its schemas.
func TestOpenAPI_DescribesEveryRouteAndNoOther(t *testing.T) {
	t.Parallel()
	d := description(t)
	var served []string
	for _, r := range api.Patterns() {
		if as, ok := narrower[r]; ok {
			served = append(served, as...)
		} else {
			served = append(served, r)
		}
	}
	for _, r := range served {
		if !slices.Contains(d.Operations(), r) {
			t.Errorf("%s is not described", r)
		}
	}
	for _, r := range d.Operations() {
		if !slices.Contains(served, r) {
			t.Errorf("%s is described and not served", r)
		}
	}
	examples, err := d.Examples()
	if err != nil {
		t.Error(err)
	}
	if t.Logf("%d routes, %d examples", len(served), examples); len(served) == 0 || examples == 0 {
		t.Error("there are no routes, or no examples")
	}
}

// call is one call of a system's and the status that it must be answered with.
type call struct {
	status       int
	method, path string
	kind, body   string
	headers      []string
}

// refusedToAll are what no system may do in the example apps, or anywhere.
var refusedToAll = []string{
	"DELETE " + oneInstance, "DELETE " + oneStored,
	"POST " + oneInstance + "/process/start", "PUT " + oneInstance + "/process/next",
	"PUT " + oneInstance + "/process/completeProcess",
}

// TestOpenAPI_EveryOperationAnswersAsDescribed makes each call of the description at least once, and
// holds what is sent and what comes back against it.
func TestOpenAPI_EveryOperationAnswersAsDescribed(t *testing.T) {
	t.Parallel()
	d := description(t)
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", eventScopes)}
	answered := map[string]bool{}
	try := func(c call) reply {
		t.Helper()
		if err := d.Request(c.method, c.path, c.kind, []byte(c.body)); err != nil && c.status < 300 {
			t.Error(err)
		}
		r := s.send(t, c.method, c.path, c.kind, c.body, c.headers...)
		if r.status != c.status {
			t.Errorf("%s %s: got %d %s, want %d", c.method, c.path, r.status, r.body, c.status)
		}
		name, named, err := d.Answer(c.method, c.path, r.status, r.header, r.body)
		if err != nil {
			t.Error(err)
		}
		answered[name] = answered[name] || named
		return r
	}
	one, stored, element := s.caseOf(t)
	for _, c := range s.calls(one, stored, element) {
		try(c)
	}
	data := one + "/data"
	for _, list := range []string{data + "?dataType=vedlegg", data + "/vedlegg", data + "/type/vedlegg",
		stored + "/data?dataType=vedlegg"} {
		made := try(call{201, "POST", list, "application/pdf", "%PDF-1.7 kart",
			[]string{"Content-Disposition", `attachment; filename="kart.pdf"`}}).header.Get("Location")
		file := made[strings.LastIndexByte(made, '/')+1:]
		at := data + "/" + file
		if strings.HasPrefix(list, stored) {
			at = stored + "/data/" + file
		} else {
			try(call{201, "POST", at + "/tags", jsonKind, `"kart"`, nil})
			try(call{204, "DELETE", at + "/tags/kart", "", "", nil})
		}
		try(call{200, "GET", at, "", "", nil})
		try(call{200, "DELETE", at, "", "", nil})
	}
	s.subscribes(t, try)
	s.token = w.token(t, "nordvik", exchangeName, bothScopes)
	try(call{200, "GET", api.ExchangePath, "", "", nil})
	for _, name := range d.Operations() {
		if refused := slices.Contains(refusedToAll, name); answered[name] == refused {
			t.Errorf("%s: answered is %v, refused to all is %v", name, answered[name], refused)
		}
	}
	t.Logf("%d operations", len(answered))
}

// calls are what a system does with a case, and what it asks about the app.
func (s system) calls(one, stored, element string) []call {
	document, storedDocument := one+"/data/"+element, stored+"/data/"+element
	patch := `[{"op":"test","path":"/sak/tittel","value":"Lysfest"}]`
	byKey := []string{"Idempotency-Key", "described"}
	get := func(path string, headers ...string) call { return call{200, "GET", path, "", "", headers} }
	put := func(path, body string) call { return call{200, "PUT", path, jsonKind, body, nil} }
	list := []call{
		{201, "POST", makeB, jsonKind, ownB, byKey},
		{200, "POST", makeB, jsonKind, ownB, byKey},
		{409, "POST", makeB, jsonKind, strings.Replace(ownB, "Lysfest", "Vårfest", 1), byKey},
		{201, "POST", makeB, jsonKind, ownB, []string{"Prefer", "return=minimal"}},
		{201, "POST", makeB + "/create", jsonKind, ownB, nil},
		{400, "POST", makeB, jsonKind, strings.Replace(ownB, "sak.tittel", "sak.finnes.ikke", 1), nil},
		{400, "POST", makeB, jsonKind, strings.Replace(ownB, "{", `{"visibleAfter":"2027-01-01T00:00:00Z",`, 1), nil},
		{201, "POST", makeB, jsonKind, strings.Replace(ownB, "{", `{"visibleAfter":null,`, 1), nil},
		{200, "POST", one + "/deliveries", jsonKind,
			`{"report":{"label":"Mottatt","moment":"2026-11-30T12:00:00Z"}}`, []string{"Idempotency-Key", "report"}},
		get(makeB + "/51001/active"), get(one), get(stored),
		{200, "POST", one + "/complete", "", "", nil}, {200, "POST", stored + "/complete", "", "", nil},
		put(one+"/substatus", `{"label":"Mottatt","description":"I arkivet"}`), put(stored+"/substatus", `{"label":"Mottatt"}`),
		put(stored+"/presentationtexts", `{"texts":{"title":"Lysfest"}}`),
		put(stored+"/datavalues", `{"values":{"arkiv":"26/123","annet":null}}`),
		get(document), get(document, "Accept", "application/xml"), get(storedDocument),
		{200, "PATCH", document, jsonKind, `{"patch":` + patch + `}`, nil},
		{200, "PATCH", one + "/data", jsonKind,
			`{"patches":[{"dataElementId":"` + element + `","patch":` + patch + `}]}`, nil},
		{409, "PATCH", document, jsonKind, strings.Replace(`{"patch":`+patch+`}`, "Lysfest", "x", 1), nil},
		{201, "PUT", document, jsonKind, `{"sak":{"tittel":"Lysfest"}}`, nil},
		{201, "PUT", storedDocument, jsonKind, `{"sak":{"tittel":"Lysfest"}}`, nil},
		get(document + "/tags"), put(document+"/tags", `{"tags":["importert"]}`), get(document + "/validate"),
		get(one + "/validate"), get(one + "/process"), get(one + "/process/next"), get(one + "/process/history"),
		get(stored + "/process/history"), get(stored + "/dataelements"),
		{403, "PUT", one + "/process/next", jsonKind, `{"action":"confirm"}`, nil},
		{403, "PUT", one + "/process/completeProcess", "", "", nil},
		{409, "POST", one + "/process/start", "", "", nil},
		{403, "DELETE", one, "", "", nil}, {403, "DELETE", stored, "", "", nil},
		get(storage + "?org=nordvik&order=asc:lastChanged"), get(storage + "?org=nordvik&size=1"),
		{400, "GET", storage + "?org=nordvik&unknown=1", "", "", nil},
		get("/storage/api/v1/applications"), get("/storage/api/v1/applications/nordvik"),
		get("/storage/api/v1/applications/" + appB),
		get("/events/api/v1/app/" + appB), get("/events/api/v1/events/app?app=" + url.QueryEscape(appB)),
		get("/authentication/api/v1/openid/.well-known/openid-configuration"),
		get("/authentication/api/v1/openid/.well-known/openid-configuration/jwks"),
	}
	for _, file := range []string{"v1/applicationmetadata", "v1/meta/process", "v1/meta/authorizationpolicy",
		"v1/texts/nb", "layouts/soknad", "layoutsets", "layoutsettings/soknad", "jsonschema/sak", "validationconfig/sak",
		"options/janei"} {
		list = append(list, get("/"+appB+"/api/"+file))
	}
	return list
}

// subscribes makes the calls about subscriptions.
func (s system) subscribes(t *testing.T, try func(call) reply) {
	t.Helper()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	made := try(call{201, "POST", subscriptions, jsonKind, `{"endPoint":"` + receiver.URL + `"}`, nil})
	one := subscriptions + made.header.Get("Location")[strings.LastIndexByte(made.header.Get("Location"), '/'):]
	try(call{200, "GET", subscriptions, "", "", nil})
	try(call{200, "GET", one, "", "", nil})
	try(call{200, "POST", one + "/test", "", "", nil})
	try(call{200, "POST", one + "/replay", jsonKind, `{"from":"2026-11-30T12:00:00Z"}`, nil})
	waitFor(t, "an attempt", func() bool { return s.number(t, "SELECT count(*) FROM subscription_attempt") > 0 })
	try(call{200, "GET", one + "/attempts", "", "", nil})
	try(call{200, "DELETE", one, "", "", nil})
}

// TestSystems_TheScriptInTheDocsTakesCasesOver runs docs/systems/cases.sh with the real curl: each
// case is read, downloaded, told of and confirmed once, and the second run finds nothing.
func TestSystems_TheScriptInTheDocsTakesCasesOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	one, stored, element := s.caseOf(t)
	s.caseOf(t)
	into := t.TempDir()
	run := func() string {
		c := exec.CommandContext(t.Context(), "bash", "../../docs/systems/cases.sh")
		c.Env = append(os.Environ(), "STAFETT="+w.address, "APP="+appB, "INTO="+into, "SIZE=1",
			"TOKEN="+w.token(t, "nordvik", exchangeName, bothScopes))
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if out := run(); strings.Count(out, "confirmed ") != 2 {
		t.Errorf("the first run: %s", out)
	}
	if out := run(); out != "" {
		t.Errorf("the second run: %s", out)
	}
	_, id, _ := strings.Cut(strings.TrimPrefix(one, makeB+"/"), "/")
	data, err := os.ReadFile(filepath.Join(into, id, element))
	if err != nil || !strings.Contains(string(data), "<tittel>Lysfest</tittel>") {
		t.Errorf("downloaded: %s, %v", data, err)
	}
	got := s.ok(t, 200, "GET", stored, "")
	sub := got["status"].(map[string]any)["substatus"].(map[string]any)
	if sub["label"] != "Mottatt" || len(got["completeConfirmations"].([]any)) != 1 {
		t.Errorf("afterwards: %v", got)
	}
}
