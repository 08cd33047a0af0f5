package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "stafett/"

// engines are pure: no file system, no network, no database, no clock.
var engines = []string{
	"internal/expr", "internal/schema", "internal/text", "internal/process", "internal/policy",
	"internal/app", "internal/form", "internal/pdf", "internal/orgtoken", "internal/casequery", "internal/workday",
	"internal/relay", "internal/theme",
	"internal/policy/tree", "internal/policy/function", "internal/policy/wire",
	"internal/solution",
}

// may lists what each package may import of this module, besides core and fault, which
// everything may, and failpoint, which everything but engines may. It is DESIGN.md's drawing as data.
var may = map[string][]string{
	"internal/core":      {},
	"internal/fault":     {},
	"internal/failpoint": {},

	"internal/expr":          {"internal/expr/decimal", "internal/expr/jmespath"},
	"internal/expr/jmespath": {"internal/expr/decimal"},
	"internal/expr/decimal":  {},
	"internal/schema":        {},
	"internal/text":          {},
	"internal/policy":        {"internal/policy/tree", "internal/policy/function"},
	"internal/policy/tree":   {},
	// The functions know no policies; the documents on the wire are read and written beside them.
	"internal/policy/function": {},
	"internal/policy/wire":     {"internal/policy", "internal/policy/tree", "internal/policy/function"},
	"internal/orgtoken":        {},
	"internal/casequery":       {},
	"internal/workday":         {},
	"internal/theme":           {},
	"internal/process":         {"internal/expr"},
	"internal/app": {"internal/expr", "internal/schema", "internal/text", "internal/process",
		"internal/policy", "internal/theme"},
	"internal/form": {"internal/app", "internal/expr", "internal/schema", "internal/text",
		"internal/process", "internal/policy"},
	"internal/pdf":      {"internal/form", "internal/app", "internal/text"},
	"internal/solution": {"internal/app", "internal/expr", "internal/text"},
	"internal/relay": {"internal/form", "internal/app", "internal/expr", "internal/schema",
		"internal/process", "internal/text", "internal/workday"},

	"migrations": {},
	"store":      {"migrations"},

	"internal/catalogue": {"store", "internal/app"},
	"internal/register":  {"store"},
	"internal/archive":   {"store", "internal/text"},
	"internal/access": {"store", "internal/catalogue", "internal/app", "internal/policy",
		"internal/solution", "internal/text"},
	"internal/login":   {"store", "internal/access", "internal/orgtoken"},
	"internal/message": {"store", "internal/access", "internal/text"},
	"internal/handover": {"store", "internal/message", "internal/access", "internal/catalogue", "internal/app",
		"internal/relay", "internal/schema", "internal/orgtoken", "internal/solution"},
	"internal/event": {"store", "internal/access", "internal/catalogue", "internal/app"},
	"internal/live":  {"store"},
	"internal/instance": {"store", "internal/handover", "internal/message", "internal/relay", "internal/access",
		"internal/catalogue",
		"internal/app", "internal/expr", "internal/form", "internal/schema", "internal/process",
		"internal/pdf", "internal/text", "internal/casequery", "internal/workday"},

	"internal/scenario": {"internal/access", "internal/app", "internal/form", "internal/handover",
		"internal/relay", "internal/schema", "internal/text"},

	"templates/ui":     {"internal/text"},
	"templates/layout": {"internal/text", "templates/ui"},
	"templates/field":  {"internal/text", "internal/form", "templates/ui"},
	"templates/page": {"internal/text", "internal/form", "internal/solution", "templates/ui",
		"templates/field", "templates/layout"},
	"templates/gallery": {"internal/text", "internal/form", "internal/solution", "templates/ui",
		"templates/field", "templates/layout", "templates/page"},
	"static": {},

	"web/middleware": {},
	"web/api": {"internal/access", "internal/app", "internal/event", "internal/form", "internal/instance",
		"internal/login", "internal/orgtoken", "internal/schema", "internal/text"},
	"web": {"web/api", "web/middleware", "static", "templates/layout", "templates/page",
		"templates/gallery", "templates/field", "templates/ui", "internal/access", "internal/app",
		"internal/casequery", "internal/event", "internal/workday", "internal/live",
		"internal/form", "internal/handover", "internal/instance", "internal/login",
		"internal/message", "internal/pdf", "internal/relay", "internal/solution", "internal/text",
		"internal/theme"},

	"internal/scan":          {},
	"internal/scan/scantest": {},

	"internal/devidp":  {"internal/orgtoken"},
	"internal/embedpg": {},
	"apps":             {},
	"internal/newapp":  {},

	"store/storetest": {"store", "migrations", "internal/embedpg"},
	"internal/solutiontest": {"apps", "internal/access", "internal/app", "internal/catalogue",
		"internal/driver", "internal/handover", "internal/instance", "internal/message",
		"internal/orgtoken",
		"internal/register", "store", "store/storetest"},
	"internal/archtest":     {},
	"internal/browsertest":  {},
	"internal/tokentest":    {"internal/orgtoken"},
	"internal/altinntest":   {},
	"internal/driver":       {},
	"internal/demo":         {"internal/driver", "internal/text"},
	"internal/crashtest":    {},
	"internal/relaytest":    {},
	"internal/platformtest": {"internal/orgtoken"},
	"internal/openapitest":  {},
}

// outside lists what packages outside the standard library only some may use: each is known by
// one package, so that it can be swapped.
var outside = map[string][]string{
	"github.com/jackc/pgx/":                {"store", "store/storetest", "internal/embedpg", "cmd/bench"},
	"github.com/pressly/goose/":            {"store"},
	"github.com/riverqueue/river":          {"store", "internal/handover", "internal/message", "cmd/stafett"},
	"github.com/santhosh-tekuri/":          {"internal/schema", "internal/openapitest"},
	"go.yaml.in/yaml/":                     {"internal/openapitest"},
	"github.com/yuin/goldmark":             {"internal/text"},
	"github.com/coreos/go-oidc":            {"internal/login"},
	"github.com/gorilla/sessions":          {"internal/login"},
	"github.com/gabriel-vasile/mimetype":   {"internal/instance"},
	"golang.org/x/image/":                  {"internal/pdf"},
	"github.com/evanw/esbuild":             {"cmd/assets"},
	"github.com/chromedp/":                 {"internal/browsertest"},
	"github.com/prometheus/client_golang/": {"cmd/stafett"},
}

// banned are standard packages that engines may not import.
var banned = []string{"os", "net/http", "os/exec", "database/sql"}

type listed struct {
	ImportPath string
	Imports    []string
}

func TestImports(t *testing.T) {
	t.Parallel()
	edges := 0
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range p.Imports {
			edges++
			checkEdge(t, name, imported)
		}
	}
	t.Logf("checked %d imports", edges)
	if edges == 0 {
		t.Fatal("no imports were checked")
	}
}

func checkEdge(t *testing.T, name, imported string) {
	t.Helper()
	if own, ok := strings.CutPrefix(imported, module); ok {
		checkOwn(t, name, own)
		return
	}
	for prefix, users := range outside {
		if strings.HasPrefix(imported, prefix) && !slices.Contains(users, name) {
			t.Errorf("%s imports %s: only %v may", name, imported, users)
		}
	}
	// The token client speaks HTTP: the one exception (DESIGN.md section 3, rule 4).
	if slices.Contains(engines, name) && slices.Contains(banned, imported) &&
		!(name == "internal/orgtoken" && imported == "net/http") {
		t.Errorf("%s is an engine and imports %s", name, imported)
	}
}

func checkOwn(t *testing.T, name, imported string) {
	t.Helper()
	if strings.HasPrefix(name, "cmd/") || imported == "internal/core" || imported == "internal/fault" ||
		imported == "internal/failpoint" && !slices.Contains(engines, name) {
		return
	}
	allowed, known := may[name]
	if !known {
		t.Errorf("%s is not in the import rule: add it with what it may import", name)
		return
	}
	if !slices.Contains(allowed, imported) {
		t.Errorf("%s may not import %s", name, imported)
	}
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}
