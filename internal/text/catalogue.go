package text

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
)

//go:embed ui/*.json
var ui embed.FS

// catalogue is language → key → text. It is made once, at start; a file that cannot be read is
// a programming error.
var catalogue = read(ui)

func read(files embed.FS) map[string]map[string]message {
	out := map[string]map[string]message{}
	for _, lang := range Languages {
		out[lang] = map[string]message{}
	}
	entries, err := files.ReadDir("ui")
	if err != nil {
		panic(fmt.Sprintf("text: the catalogue: %v", err))
	}
	for _, entry := range entries {
		raw, err := files.ReadFile(path.Join("ui", entry.Name()))
		if err != nil {
			panic(fmt.Sprintf("text: the catalogue: %v", err))
		}
		var family map[string]map[string]string
		if err := json.Unmarshal(raw, &family); err != nil {
			panic(fmt.Sprintf("text: the catalogue: ui/%s: %v", entry.Name(), err))
		}
		for key, texts := range family {
			for lang, text := range texts {
				if out[lang] != nil {
					out[lang][key] = compile(text)
				}
			}
		}
	}
	return out
}

// find gives the text at a key in the language, or in bokmål.
func find(lang, key string) (message, bool) {
	if m, ok := catalogue[lang][key]; ok {
		return m, true
	}
	m, ok := catalogue[Languages[0]][key]
	return m, ok
}

// Has tells whether the catalogue has the key.
func Has(key string) bool {
	_, ok := find(Languages[0], key)
	return ok
}

// T gives our own text at a key, with {0}, {1}, … replaced by the arguments. Numbers come as
// they are; what needs Number, Money or Date has been through it. A key that does not exist
// gives the key: a test finds those in the source.
func T(lang, key string, args ...any) string {
	m, ok := find(lang, key)
	switch {
	case !ok:
		return key
	case len(args) == 0 || m.parts == nil:
		return m.text
	}
	return m.fill(func(arg int, _ string) (string, bool) {
		if arg >= len(args) {
			return "", false
		}
		return shown(args[arg]), true
	})
}

// TN gives the text for a number of things: at key + ".one" for one, else at key + ".other". The
// number itself is {0}, and the arguments follow from {1}.
func TN(lang, key string, n int, args ...any) string {
	form := ".other"
	if n == 1 || n == -1 {
		form = ".one"
	}
	return T(lang, key+form, append([]any{n}, args...)...)
}
