// Package openapitest holds what the API is sent and answers against docs/openapi.yaml. It is for
// tests: what it finds is a fault in the description or in the API. It is not what the API checks
// its requests with; that is the services' own work.
package openapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// address is what the description is called while its schemas are compiled.
const address = "file:///openapi.json"

// verbs are the methods that a path may have.
var verbs = []string{"get", "put", "post", "delete", "patch"}

// Description is an OpenAPI 3.1 document. It is safe for use by many goroutines.
type Description struct {
	root       map[string]any
	operations []operation

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

// operation is one method of one path.
type operation struct {
	method, path string
	pattern      *regexp.Regexp
	// open counts the parts of the path that anything may stand for.
	open int
}

func (o operation) name() string { return o.method + " " + o.path }

// pointer is where the operation stands in the document.
func (o operation) pointer() string {
	return "/paths/" + escape(o.path) + "/" + strings.ToLower(o.method)
}

// Load reads the file. A property that a schema does not name is taken for a fault, so that an answer
// says nothing that is not described; the file itself leaves that open to its readers, since more may
// come.
func Load(file string) (*Description, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var read any
	if err := yaml.Unmarshal(content, &read); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	// Through JSON, so that numbers are what the schemas' compiler takes.
	plain, err := json.Marshal(read)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	d := &Description{compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	d.root, _ = whole.(map[string]any)
	paths, _ := d.root["paths"].(map[string]any)
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s describes no path", file)
	}
	for path, item := range paths {
		for _, verb := range verbs {
			if _, ok := item.(map[string]any)[verb]; ok {
				d.operations = append(d.operations, newOperation(verb, path))
			}
		}
	}
	closeObjects(d.root)
	d.compiler.AssertFormat()
	return d, d.compiler.AddResource(address, d.root)
}

var variable = regexp.MustCompile(`\\\{[a-z]+\\\}`)

func newOperation(verb, path string) operation {
	pattern := "^" + variable.ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + "$"
	return operation{
		method: strings.ToUpper(verb), path: path, pattern: regexp.MustCompile(pattern),
		open: strings.Count(path, "{"),
	}
}

// closeObjects lets no object have more than its schema names, where the schema does not tell.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		_, named := v["properties"]
		_, told := v["additionalProperties"]
		if v["type"] == "object" && named && !told {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			closeObjects(x)
		}
	case []any:
		for _, x := range v {
			closeObjects(x)
		}
	}
}

// Operations gives each operation as "METHOD /path".
func (d *Description) Operations() []string {
	var out []string
	for _, o := range d.operations {
		out = append(out, o.name())
	}
	slices.Sort(out)
	return out
}

// find gives the operation that a call is, the one with the most literal path first.
func (d *Description) find(method, path string) (best operation, ok bool) {
	path, _, _ = strings.Cut(path, "?")
	for _, o := range d.operations {
		if o.method == method && o.pattern.MatchString(path) && (!ok || o.open < best.open) {
			best, ok = o, true
		}
	}
	return best, ok
}

// Answer holds an answer against what is described. It gives the operation's name and whether the
// answer is one that the operation names itself, not its problem; "" for a call that is none of the
// described ones.
func (d *Description) Answer(
	method, path string, status int, header http.Header, body []byte,
) (name string, named bool, err error) {
	o, ok := d.find(method, path)
	if !ok {
		return "", false, nil
	}
	at := o.pointer() + "/responses/" + strconv.Itoa(status)
	if _, named = d.at(at).(map[string]any); !named {
		if status < http.StatusBadRequest {
			return o.name(), false, fmt.Errorf("%s: %d is not described", o.name(), status)
		}
		at = o.pointer() + "/responses/default"
	}
	if err := d.content(d.resolved(at), header.Get("Content-Type"), body); err != nil {
		return o.name(), named, fmt.Errorf("%s, %d: %w", o.name(), status, err)
	}
	return o.name(), named, nil
}

// Request holds a body against what is described for a call.
func (d *Description) Request(method, path, contentType string, body []byte) error {
	o, ok := d.find(method, path)
	if !ok {
		return nil
	}
	at := o.pointer() + "/requestBody"
	described, _ := d.at(at).(map[string]any)
	switch {
	case len(body) == 0 && described["required"] != true:
		return nil
	case described == nil:
		return fmt.Errorf("%s: a body is not described", o.name())
	}
	if err := d.content(at, contentType, body); err != nil {
		return fmt.Errorf("%s, request: %w", o.name(), err)
	}
	return nil
}

// content holds a body against the schema for its content type. What is described without content
// has none.
func (d *Description) content(at, contentType string, body []byte) error {
	kinds, _ := d.at(at + "/content").(map[string]any)
	if len(kinds) == 0 {
		if len(body) > 0 {
			return fmt.Errorf("a body is not described: %.100s", body)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("content type %q: %w", contentType, err)
	}
	if _, ok := kinds[kind]; !ok {
		kind = "*/*"
	}
	if _, ok := kinds[kind]; !ok {
		return fmt.Errorf("content type %s is not described", contentType)
	}
	if !strings.HasSuffix(kind, "json") {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("no JSON: %w: %.100s", err, body)
	}
	return d.fits(at+"/content/"+escape(kind)+"/schema", value)
}

// Examples holds each request's example against its schema, and gives how many there are.
func (d *Description) Examples() (n int, err error) {
	for _, o := range d.operations {
		at := o.pointer() + "/requestBody/content"
		kinds, _ := d.at(at).(map[string]any)
		for kind := range kinds {
			place := at + "/" + escape(kind)
			if example := d.at(place + "/example"); example != nil {
				n++
				if e := d.fits(place+"/schema", example); e != nil {
					err = errors.Join(err, fmt.Errorf("%s, example: %w", o.name(), e))
				}
			}
		}
	}
	return n, err
}

// fits holds a value against the schema at the place.
func (d *Description) fits(place string, value any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.schemas[place]
	if s == nil {
		var err error
		// A fragment of an address: what stands in a path must not be read as anything else.
		if s, err = d.compiler.Compile(address + "#" + fragment.Replace(place)); err != nil {
			return err
		}
		d.schemas[place] = s
	}
	return s.Validate(value)
}

var fragment = strings.NewReplacer("{", "%7B", "}", "%7D")

// resolved gives the place that a reference at the place leads to, or the place.
func (d *Description) resolved(place string) string {
	item, _ := d.at(place).(map[string]any)
	if ref, ok := item["$ref"].(string); ok {
		return strings.TrimPrefix(ref, "#")
	}
	return place
}

// at gives what stands at a JSON pointer (RFC 6901); nil when nothing does.
func (d *Description) at(pointer string) any {
	var v any = d.root
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		item, _ := v.(map[string]any)
		v = item[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return v
}

func escape(token string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(token) }
