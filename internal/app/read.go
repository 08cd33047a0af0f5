package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/core"
	"stafett/internal/expr"
)

// maxFile is the largest file of an app that is read, in bytes.
const maxFile = 8 << 20

// reader reads an app's files and turns JSON values into what the definition holds. What does
// not fit becomes a finding, and reading goes on, so that one run tells of everything.
type reader struct {
	findings
	fsys fs.FS
	// folder is "App" or "": where config, models, options and ui stand.
	folder string
	// as is what an app is called whose id is still the template's placeholder.
	as core.AppRef
	// resources are the files with texts.
	resources []*value
	// trees are the expressions that are checked when everything is read.
	trees []written
}

func (r *reader) path(name string) string {
	if r.folder == "" {
		return name
	}
	return r.folder + "/" + name
}

// bytes reads a file; ok is false when it is not there, or cannot be read, which is a finding.
func (r *reader) bytes(name string) (raw []byte, ok bool) {
	path := r.path(name)
	raw, err := readFile(r.fsys, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	if err != nil {
		r.add(path, 0, SeverityError, "cannot be read: %v", err)
		return nil, false
	}
	return raw, true
}

var errTooLarge = errors.New("larger than " + strconv.Itoa(maxFile>>20) + " MB")

func readFile(fsys fs.FS, path string) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(raw) > maxFile {
		err = errTooLarge
	}
	return raw, err
}

// json reads a JSON file; nil when it is not there or is not JSON, which is a finding.
func (r *reader) json(name string) *value {
	raw, ok := r.jsonBytes(name)
	if !ok {
		return nil
	}
	return r.parse(name, raw)
}

// jsonBytes reads a file of JSON, without the comments and commas that Altinn's readers pass
// over: that they are there is a warning.
func (r *reader) jsonBytes(name string) (raw []byte, ok bool) {
	if raw, ok = r.bytes(name); !ok || json.Valid(bytes.TrimPrefix(raw, []byte("\ufeff"))) {
		return raw, ok
	}
	clean, changed := relaxed(raw)
	if !changed || !json.Valid(bytes.TrimPrefix(clean, []byte("\ufeff"))) {
		return raw, true // what is wrong is told where it is parsed
	}
	r.add(r.path(name), 0, SeverityWarning,
		"comments and commas after the last item are not JSON: they are passed over")
	return clean, true
}

func (r *reader) parse(name string, raw []byte) *value {
	path := r.path(name)
	v, err := parseJSON(path, raw)
	if syntax, ok := errors.AsType[*syntaxError](err); ok {
		r.add(path, syntax.line, SeverityError, "not valid JSON: %s", syntax.msg)
		return nil
	}
	return v
}

// object gives v when it is an object; anything else but nothing is a finding.
func (r *reader) object(v *value, what string) *value {
	if v == nil || r.is(v, kindObject, what) {
		return v
	}
	return nil
}

func (r *reader) array(v *value, what string) []*value {
	if v == nil || !r.is(v, kindArray, what) {
		return nil
	}
	return v.items
}

func (r *reader) is(v *value, k kind, what string) bool {
	if v.kind != k {
		r.errorAt(v, "%s must be %s, not %s", what, k, v.kind)
	}
	return v.kind == k
}

func (r *reader) text(v *value, what string) string {
	if v == nil || !r.is(v, kindText, what) {
		return ""
	}
	return v.text
}

func (r *reader) flag(v *value, what string) bool {
	return v != nil && r.is(v, kindBool, what) && v.truth
}

// number reads a whole number; dflt where there is none.
func (r *reader) number(v *value, what string, dflt int) int {
	if v == nil || !r.is(v, kindNumber, what) {
		return dflt
	}
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil || f != float64(int(f)) {
		r.errorAt(v, "%s must be a whole number, not %s", what, v.text)
		return dflt
	}
	return int(f)
}

// strings reads a list of texts.
func (r *reader) strings(v *value, what string) []string {
	var out []string
	for _, item := range r.array(v, what) {
		if s := r.text(item, what); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// texts reads a text in several languages: {"nb": "…", "nn": "…"}.
func (r *reader) texts(v *value, what string) map[string]string {
	out := map[string]string{}
	for lang, text := range r.object(v, what).members {
		out[lang] = r.text(text, what)
	}
	return out
}

// expression compiles an expression or a literal; nil where there is none, or where it is
// wrong, which is a finding.
func (r *reader) expression(v *value, what string) *expr.Expr {
	if v == nil {
		return nil
	}
	e, err := expr.Parse(v.raw)
	if err != nil {
		r.errorAt(v, "%s: %v", what, err)
		return nil
	}
	return e
}

// known refuses keys that a file of ours does not have: a misspelt key must not be silent.
func (r *reader) known(v *value, keys ...string) {
	for key, item := range v.members {
		if key != "$schema" && !slices.Contains(keys, key) {
			r.errorAt(item, "unknown key %q: it may be %s", key, strings.Join(keys, ", "))
		}
	}
}

// dir gives the names of the files in a folder, or of its folders, sorted; none when there is
// no such folder.
func (r *reader) dir(name string, folders bool) []string {
	entries, err := fs.ReadDir(r.fsys, r.path(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.add(r.path(name), 0, SeverityError, "cannot be read: %v", err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() == folders {
			out = append(out, e.Name())
		}
	}
	return out
}
