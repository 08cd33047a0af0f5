package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Entry is one text of an app, in one language.
type Entry struct {
	// Value is Markdown; {0}, {1}, … stand for the variables in order.
	Value     string
	Variables []Variable
}

// Variable is what stands for a placeholder (FORMAT.md section 6).
type Variable struct {
	// DataSource says where the value comes from: dataModel.default, instanceContext, text, …
	DataSource string
	// Key says which value there; in a data model it is a path, in which [{0}] is the row.
	Key string
	// Default is shown where there is no value; nil means that the key is shown.
	Default *string
}

// VarFunc gives the value of a variable; false where there is none. It fills in row indexes
// itself, since only it knows them.
type VarFunc func(dataSource, key string) (string, bool)

// Error is why a file of text resources was not taken.
type Error struct {
	// Line is the line in the file, from 1.
	Line int
	Msg  string
}

// Error gives "line 12: …".
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// ParseResources reads a resource.<lang>.json. The error is an *Error. Of two texts with one id
// the last counts, as in Altinn.
func ParseResources(raw []byte) (lang string, entries map[string]Entry, err error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	var file struct {
		Language  string
		Resources []struct {
			ID        string
			Value     string
			Variables []struct {
				Key, DataSource string
				DefaultValue    *string
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return "", nil, &Error{Line: lineOf(raw, err), Msg: err.Error()}
	}
	if file.Language == "" {
		return "", nil, &Error{Line: 1, Msg: "the file names no language"}
	}
	entries = make(map[string]Entry, len(file.Resources))
	for i, r := range file.Resources {
		if r.ID == "" {
			return "", nil, &Error{Line: 1, Msg: fmt.Sprintf("text number %d has no id", i+1)}
		}
		entry := Entry{Value: r.Value}
		for _, v := range r.Variables {
			entry.Variables = append(entry.Variables, Variable{v.DataSource, v.Key, v.DefaultValue})
		}
		entries[r.ID] = entry
	}
	return file.Language, entries, nil
}

func lineOf(raw []byte, err error) int {
	var offset int64
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = e.Offset
	}
	return 1 + bytes.Count(raw[:min(int(offset), len(raw))], []byte("\n"))
}

// Resources are the texts of one app in all its languages. They are filled by Add while the app
// is loaded and never changed after that, so any number of requests may share them.
type Resources struct {
	languages map[string]map[string]resource
}

type resource struct {
	message
	variables []Variable
}

// NewResources gives resources without any text.
func NewResources() *Resources {
	return &Resources{languages: map[string]map[string]resource{}}
}

// Add adds texts in a language; those at a key that is there already replace it.
func (r *Resources) Add(lang string, entries map[string]Entry) {
	if r.languages[lang] == nil {
		r.languages[lang] = make(map[string]resource, len(entries))
	}
	for key, e := range entries {
		r.languages[lang][key] = resource{compile(e.Value), e.Variables}
	}
}

// Languages gives the languages that have texts: ours first, in our order, then others by code.
func (r *Resources) Languages() []string {
	all := slices.Sorted(maps.Keys(r.languages))
	ours := func(lang string) bool { return slices.Contains(Languages, lang) }
	out := slices.DeleteFunc(slices.Clone(Languages), func(lang string) bool {
		return r.languages[lang] == nil
	})
	return append(out, slices.DeleteFunc(all, ours)...)
}

// Has tells whether any language has a text at the key.
func (r *Resources) Has(key string) bool {
	_, ok := r.find("", key)
	return ok
}

// HasIn tells whether the language itself has a text at the key.
func (r *Resources) HasIn(lang, key string) bool {
	_, ok := r.languages[lang][key]
	return ok
}

// Keys gives the keys of all languages, sorted.
func (r *Resources) Keys() []string {
	all := map[string]bool{}
	for _, texts := range r.languages {
		for key := range texts {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Entry gives the text at a key as the app's file for the language has it, for those who check
// its variables.
func (r *Resources) Entry(lang, key string) (Entry, bool) {
	e, ok := r.languages[lang][key]
	return Entry{e.text, e.variables}, ok
}

// find gives the text at a key: in the language, else in bokmål, else in any; else the one that
// Altinn has.
func (r *Resources) find(lang, key string) (resource, bool) {
	if l := r.FoundIn(lang, key); r.HasIn(l, key) {
		return r.languages[l][key], true
	}
	return fromPlatform(lang, key)
}

// FoundIn gives the language of the text at a key that a reader of a language is shown: the
// reader's own also where the app has no such text.
func (r *Resources) FoundIn(lang, key string) string {
	return r.nearest(lang, func(l string) bool { return r.HasIn(l, key) })
}

// Nearest gives the language that a reader of a language is shown the app in: the reader's own also
// where the app has no texts.
func (r *Resources) Nearest(lang string) string {
	return r.nearest(lang, func(l string) bool { return r.languages[l] != nil })
}

func (r *Resources) nearest(lang string, has func(string) bool) string {
	for _, l := range [...]string{lang, "nb", "nn", "en"} {
		if has(l) {
			return l
		}
	}
	for _, l := range r.Languages() {
		if has(l) {
			return l
		}
	}
	return lang
}

// maxHops is how many texts may be another text's key in turn, so that a ring of them ends.
const maxHops = 8

// Lookup gives the text at a key, in the language or the nearest there is, with its variables
// filled in; vars may be nil. A text or a variable's value that is itself a key gives the text
// at that key. What comes is Markdown, in which the variables' values are escaped so that they
// are shown as they are: show it through Markdown or Plain, never as it is.
func (r *Resources) Lookup(lang, key string, vars VarFunc) (string, bool) {
	e, ok := r.find(lang, key)
	if !ok {
		return "", false
	}
	return r.expand(lang, key, e, vars, maxHops), true
}

// Resolve gives the text at a key like Lookup, or the text itself where there is no such key.
func (r *Resources) Resolve(lang, keyOrText string, vars VarFunc) string {
	if text, ok := r.Lookup(lang, keyOrText, vars); ok {
		return text
	}
	return keyOrText
}

func (r *Resources) expand(lang, key string, e resource, vars VarFunc, hops int) string {
	if hops == 0 {
		return e.text
	}
	if next, ok := r.find(lang, e.text); ok && e.text != key {
		return r.expand(lang, e.text, next, vars, hops-1)
	}
	if e.parts == nil || len(e.variables) == 0 {
		return e.text
	}
	return e.fill(func(arg int, before string) (string, bool) {
		if arg >= len(e.variables) {
			return "", false
		}
		value, from := valueOf(e.variables[arg], vars)
		// A text in a text may have variables too, but no third text in them: with ten in each,
		// a value that somebody typed could otherwise make a million.
		if found, ok := r.find(lang, value); ok && from != fromKey && hops > 1 {
			return r.expand(lang, value, found, vars, 1), true
		}
		if from == fromAuthor {
			return value, true
		}
		return escape(value, startsLine(before)), true
	})
}

// origin tells where the value of a variable comes from.
type origin int

const (
	// fromData: it may be what somebody typed.
	fromData origin = iota
	// fromAuthor: it stands in the app's files.
	fromAuthor
	// fromKey: there is no value, and the variable's key is shown in its place.
	fromKey
)

func valueOf(v Variable, vars VarFunc) (string, origin) {
	if v.DataSource == "text" {
		return v.Key, fromAuthor
	}
	value, ok := "", false
	if vars != nil {
		value, ok = vars(v.DataSource, v.Key)
	}
	switch {
	case ok && value != "":
		return value, fromData
	case v.Default != nil:
		return *v.Default, fromAuthor
	case ok:
		return "", fromAuthor
	}
	return v.Key, fromKey
}

// startsLine tells whether what follows before may be read as the beginning of a block: only
// blanks and block marks stand before it on its line.
func startsLine(before string) bool {
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return strings.Trim(line, " \t>-+*#.)0123456789") == ""
}
