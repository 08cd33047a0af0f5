package schema_test

import (
	"errors"
	"testing"

	"stafett/internal/schema"
)

func patched(t *testing.T, doc, patch string) (string, error) {
	t.Helper()
	d, err := schema.Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := schema.Parse([]byte(`{"patch":` + patch + `}`))
	if err != nil {
		t.Fatal(err)
	}
	ops, err := schema.ReadPatch(wrapped["patch"])
	if err != nil {
		return "", err
	}
	got, err := schema.Patch(d, ops)
	if err != nil {
		return "", err
	}
	raw, err := schema.Encode(got)
	if before, _ := schema.Encode(d); string(before) != doc {
		t.Errorf("the document itself became %s", before)
	}
	return string(raw), err
}

func TestPatch(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ doc, patch, want string }{
		"add a member":      {`{"a":1}`, `[{"op":"add","path":"/b","value":2}]`, `{"a":1,"b":2}`},
		"add to an array":   {`{"a":[1,3]}`, `[{"op":"add","path":"/a/1","value":2}]`, `{"a":[1,2,3]}`},
		"add at the end":    {`{"a":[1]}`, `[{"op":"add","path":"/a/-","value":2}]`, `{"a":[1,2]}`},
		"replace":           {`{"a":{"b":1}}`, `[{"op":"replace","path":"/a/b","value":null}]`, `{"a":{"b":null}}`},
		"remove a row":      {`{"a":[1,2]}`, `[{"op":"remove","path":"/a/0"}]`, `{"a":[2]}`},
		"move":              {`{"a":1}`, `[{"op":"move","from":"/a","path":"/b"}]`, `{"b":1}`},
		"copy":              {`{"a":[1]}`, `[{"op":"copy","from":"/a","path":"/b"}]`, `{"a":[1],"b":[1]}`},
		"test, then change": {`{"a":1}`, `[{"op":"test","path":"/a","value":1},{"op":"replace","path":"/a","value":2}]`, `{"a":2}`},
		"escaped names":     {`{"a/b":1,"c~d":2}`, `[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/c~0d"}]`, `{}`},
		"the whole":         {`{"a":1}`, `[{"op":"replace","path":"","value":{"b":2}}]`, `{"b":2}`},
	}
	for name, test := range tests {
		if got, err := patched(t, test.doc, test.patch); err != nil || got != test.want {
			t.Errorf("%s: got %s, %v; want %s", name, got, err, test.want)
		}
	}
	bad := map[string]string{
		"no such member": `[{"op":"replace","path":"/x","value":1}]`,
		"no such row":    `[{"op":"remove","path":"/l/3"}]`,
		"index 01":       `[{"op":"remove","path":"/l/01"}]`,
		"no pointer":     `[{"op":"remove","path":"a"}]`,
		"no value":       `[{"op":"add","path":"/b"}]`,
		"unknown":        `[{"op":"frob","path":"/a"}]`,
		"into itself":    `[{"op":"move","from":"/o","path":"/o/x"}]`,
		"no object":      `[{"op":"replace","path":"","value":1}]`,
		"remove all":     `[{"op":"remove","path":""}]`,
		"no list":        `{"op":"add"}`,
	}
	for name, patch := range bad {
		if got, err := patched(t, `{"a":1,"l":[1],"o":{}}`, patch); err == nil || errors.Is(err, schema.ErrTest) {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
	if _, err := patched(t, `{"a":1}`, `[{"op":"test","path":"/a","value":2}]`); !errors.Is(err, schema.ErrTest) {
		t.Errorf("a test that does not hold: %v", err)
	}
	t.Logf("checked %d patches", len(tests)+len(bad)+1)
}
