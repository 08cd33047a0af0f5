package form

import (
	"encoding/json"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/schema"
)

// layoutCase is one of the shared cases that package expr leaves out, because they need to know
// what the components of a layout are.
type layoutCase struct {
	Expression     json.RawMessage            `json:"expression"`
	Expects        json.RawMessage            `json:"expects"`
	ExpectsFailure *string                    `json:"expectsFailure"`
	Layouts        map[string]json.RawMessage `json:"layouts"`
	DataModel      json.RawMessage            `json:"dataModel"`
}

// layoutCases are the files of such cases, in package expr's own folder and those outside.
func layoutCases(t *testing.T, pattern string) map[string]layoutCase {
	t.Helper()
	folders := append(filepath.SplitList(os.Getenv("STAFETT_EXPR_CASES")), "../expr/testdata/cases")
	out := map[string]layoutCase{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var one layoutCase
			if err := json.Unmarshal(raw, &one); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			out[file] = one
		}
	}
	return out
}

// app makes an app of the case, whose model is what its document holds.
func (c layoutCase) app(t *testing.T) (*app.Definition, []app.Finding) {
	t.Helper()
	pages := []string{}
	fsys := fstest.MapFS{}
	put := func(name string, content any) {
		raw, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: raw}
	}
	for page, layout := range c.Layouts {
		pages = append(pages, page)
		put("ui/form/layouts/"+page+".json", layout)
	}
	var document any
	if err := json.Unmarshal(c.DataModel, &document); err != nil && len(c.DataModel) > 0 {
		t.Fatal(err)
	}
	put("ui/form/Settings.json", map[string]any{"pages": map[string]any{"order": pages}})
	put("ui/layout-sets.json", map[string]any{"sets": []any{map[string]any{
		"id": "form", "dataType": "model", "tasks": []string{"Task_1"}}}})
	put("models/model.schema.json", modelOf(document))
	put("config/texts/resource.nb.json", map[string]any{"language": "nb", "resources": []any{}})
	put("config/applicationmetadata.json", map[string]any{
		"id": "ttd/case", "org": "ttd", "title": map[string]any{"nb": "Case"},
		"dataTypes": []any{map[string]any{"id": "model", "taskId": "Task_1",
			"appLogic": map[string]any{"autoCreate": true, "classRef": "Model"}}},
	})
	const folder = "../app/testdata/apps/lindvik/tilskudd/App/"
	for _, name := range []string{"config/process/process.bpmn", "config/authorization/policy.xml"} {
		raw, err := os.ReadFile(folder + name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: raw}
	}
	return app.Load(fsys)
}

func modelOf(value any) map[string]any {
	switch x := value.(type) {
	case map[string]any:
		properties := map[string]any{}
		for name, inner := range x {
			properties[name] = modelOf(inner)
		}
		return map[string]any{"type": "object", "properties": properties}
	case []any:
		item := map[string]any{"type": "object"}
		if len(x) > 0 {
			item = modelOf(x[0])
		}
		return map[string]any{"type": "array", "items": item}
	case float64:
		return map[string]any{"type": "number"}
	case bool:
		return map[string]any{"type": "boolean"}
	}
	return map[string]any{"type": "string"}
}

func (c layoutCase) run(t *testing.T) (any, error) {
	t.Helper()
	d, found := c.app(t)
	if d == nil {
		t.Fatalf("the app does not load: %v", found)
	}
	document, err := schema.Parse(c.DataModel)
	if err != nil {
		t.Fatal(err)
	}
	e, err := expr.Parse(c.Expression)
	if err != nil {
		return nil, err
	}
	in := Input{Data: map[string]core.Document{"model": document}, Language: "nb", Now: now}
	return e.Eval(Context(d, d.SetFor("Task_1"), in, nil), expr.Any)
}

func TestDisplayValue_SharedCases(t *testing.T) {
	t.Parallel()
	cases := layoutCases(t, "functions/displayValue/*.json")
	if len(cases) == 0 {
		t.Fatal("no case was run")
	}
	failed := 0
	for file, c := range cases {
		got, err := c.run(t)
		if c.ExpectsFailure != nil {
			if err == nil || !strings.Contains(err.Error(), *c.ExpectsFailure) {
				failed++
				t.Errorf("%s: got %v, %v, want error with %q", file, got, err, *c.ExpectsFailure)
			}
			continue
		}
		raw, marshalled := json.Marshal(got)
		if errors.Join(err, marshalled) != nil || string(raw) != string(c.Expects) {
			failed++
			t.Errorf("%s: got %s, %v, want %s", file, raw, err, c.Expects)
		}
	}
	t.Logf("cases: %d, failed: %d", len(cases), failed)
}

func TestLoad_SharedCasesOfLayoutsThatAreNotSound(t *testing.T) {
	t.Parallel()
	n := 0
	for _, pattern := range []string{"group-missing-child", "two-components-same-id",
		"two-groups-same-child"} {
		for file, c := range layoutCases(t, path.Join("invalid", pattern+".json")) {
			n++
			_, found := c.app(t)
			if !app.HasErrors(found) {
				t.Errorf("%s: nothing is found wrong with the layout: %v", file, found)
			}
		}
	}
	if n == 0 {
		t.Error("no case was run")
	}
	t.Logf("cases: %d", n)
}

// Values of components that the shared cases do not have.
func TestDisplayValue_ByType(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, component, document, want string }{
		{"number with a format", `"type": "Input", "dataModelBindings": {"simpleBinding": "a"},
			"formatting": {"number": {"thousandSeparator": " ", "suffix": " kr"}}`, `{"a": 12500}`,
			"\"12\u00a0500\u00a0kr\""},
		{"yes and no", `"type": "Input", "dataModelBindings": {"simpleBinding": "a"}`, `{"a": true}`, `"Ja"`},
		{"no answer", `"type": "Input", "dataModelBindings": {"simpleBinding": "a"}`, `{"a": ""}`, `""`},
		{"date in the app's format", `"type": "Datepicker", "format": "d.M.yy",
			"dataModelBindings": {"simpleBinding": "a"}`, `{"a": "2026-03-01"}`, `"1.3.26"`},
		{"ticked boxes", `"type": "Checkboxes", "dataModelBindings": {"simpleBinding": "a"}, "options":
			[{"value": "x", "label": "Ekse"}, {"value": "y", "label": "Ypsilon"}]`, `{"a": "y,x"}`,
			`"Ypsilon, Ekse"`},
		{"worked out number", `"type": "Number", "value": ["plus", ["dataModel", "a"], 1]`, `{"a": 1}`, `"2"`},
		{"half an address", `"type": "Address", "dataModelBindings": {"address": "a", "zipCode": "b",
			"postPlace": "c"}`, `{"a": "Storgata 1", "b": "", "c": "Oslo"}`, `"Storgata 1 Oslo"`},
		{"hidden", `"type": "Input", "hidden": true, "dataModelBindings": {"simpleBinding": "a"}`,
			`{"a": "x"}`, `null`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			layout := `{"data": {"layout": [{"id": "c", ` + tt.component + `}]}}`
			c := layoutCase{
				Expression: json.RawMessage(`["displayValue", "c"]`), DataModel: json.RawMessage(tt.document),
				Layouts: map[string]json.RawMessage{"Page": json.RawMessage(layout)},
			}
			got, err := c.run(t)
			raw, _ := json.Marshal(got)
			if err != nil || string(raw) != tt.want {
				t.Errorf("got %s, %v, want %s", raw, err, tt.want)
			}
		})
	}
}
