package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// entry is one text of the catalogue as its file has it.
type entry struct {
	file, key string
	texts     map[string]string
}

// families reads the files of all families, key by key, so that a key that stands twice shows.
func families(t *testing.T) []entry {
	t.Helper()
	files, err := filepath.Glob("ui/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	var out []entry
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keysOf(t, file, raw) {
			var all map[string]map[string]string
			if err := json.Unmarshal(raw, &all); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			out = append(out, entry{file, key, all[key]})
		}
	}
	t.Logf("%d texts in %d files", len(out), len(files))
	return out
}

// keysOf gives the keys of a file as they stand, also those that stand twice.
func keysOf(t *testing.T, file string, raw []byte) []string {
	t.Helper()
	var keys []string
	depth := 0
	for dec := json.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return keys
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		switch token {
		case json.Delim('{'):
			depth++
		case json.Delim('}'):
			depth--
		default:
			if key, ok := token.(string); ok && depth == 1 {
				keys = append(keys, key)
			}
		}
	}
}

var (
	placeholder = regexp.MustCompile(`\{[^}]*\}`)
	goVerb      = regexp.MustCompile(`%[a-z]`)
)

func TestCatalogue_IsCompleteInEveryLanguage(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, e := range families(t) {
		if other, twice := seen[e.key]; twice {
			t.Errorf("%s: %s is in %s too", e.file, e.key, other)
		}
		seen[e.key] = e.file
		if !regexp.MustCompile(`^[a-z]+(\.[a-z0-9_-]+)+$`).MatchString(e.key) {
			t.Errorf("%s: %s is no dotted lower-case key", e.file, e.key)
		}
		for lang := range e.texts {
			if !slices.Contains(Languages, lang) {
				t.Errorf("%s: %s has a text in %s", e.file, e.key, lang)
			}
		}
		want := placeholders(e.texts["nb"])
		for _, lang := range Languages {
			text := e.texts[lang]
			if strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: %s has no text in %s, or blanks around it", e.file, e.key, lang)
			}
			if goVerb.MatchString(text) {
				t.Errorf("%s: %s has a place in %s that nothing fills in: %s", e.file, e.key, lang, text)
			}
			if got := placeholders(text); !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v in %s, but %v in nb", e.file, e.key, got, lang, want)
			}
			if T(lang, e.key) != text || !Has(e.key) {
				t.Errorf("%s: T gives %q in %s", e.key, T(lang, e.key), lang)
			}
		}
	}
	t.Logf("%d keys, each in %d languages", len(seen), len(Languages))
}

// placeholders gives a text's placeholders, sorted, each once.
func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestCatalogue_PlaceholdersCountFromZero(t *testing.T) {
	t.Parallel()
	for _, e := range families(t) {
		found := placeholders(e.texts["nb"])
		if strings.HasSuffix(e.key, ".one") && !slices.Contains(found, "{0}") {
			// The singular may say the number in a word.
			found = slices.Insert(found, 0, "{0}")
		}
		for i, p := range found {
			if p != "{"+strconv.Itoa(i)+"}" {
				t.Errorf("%s: %s has %s where {%d} was expected", e.file, e.key, p, i)
			}
		}
	}
}

func TestCatalogue_PluralsHaveBothForms(t *testing.T) {
	t.Parallel()
	for _, e := range families(t) {
		for form, other := range map[string]string{".one": ".other", ".other": ".one"} {
			if stem, ok := strings.CutSuffix(e.key, form); ok && !Has(stem+other) {
				t.Errorf("%s: %s has no %s%s", e.file, e.key, stem, other)
			}
		}
	}
}

// TestCatalogue_NynorskIsWrittenNotCopied holds DESIGN.md section 9: a longer text that is equal
// in bokmål and nynorsk is on an explained list.
func TestCatalogue_NynorskIsWrittenNotCopied(t *testing.T) {
	t.Parallel()
	listed := sameList(t)
	for _, e := range families(t) {
		same := e.texts["nb"] == e.texts["nn"] && utf8.RuneCountInString(e.texts["nb"]) > 20
		if same && listed[e.key] == "" {
			t.Errorf("%s: %s is equal in nb and nn, and not explained in testdata/same.tsv: %q",
				e.file, e.key, e.texts["nb"])
		}
		if !same && listed[e.key] != "" {
			t.Errorf("testdata/same.tsv: %s need not be there", e.key)
		}
		delete(listed, e.key)
	}
	for key := range listed {
		t.Errorf("testdata/same.tsv: there is no %s", key)
	}
}

func sameList(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/same.tsv")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		key, why, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || why == "" {
			t.Errorf("testdata/same.tsv: no explanation in %q", line)
		}
		listed[key] = why
	}
	t.Logf("%d texts are equal in nb and nn for a reason", len(listed))
	return listed
}

// Words that are bokmål only, and words that UX.md 6.1 and 6.2 keep out of our texts.
var (
	bokmaal = anyOf("ikke hva hvem hvor hvordan hvorfor hvis hvilken hvilke jeg noe noen være ble " +
		"fra en et mer dere nå disse uten selv hun uke kommer annen annet siden")
	banned = regexp.MustCompile(`(?i)!|vennligst|ver venleg|ugyldig|påkrevd|obligatorisk|` +
		`feil format|invalid`)
)

func anyOf(list string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|[^\pL-])(` + strings.ReplaceAll(list, " ", "|") + `)($|[^\pL])`)
}

func TestCatalogue_WordsAreTheRightOnes(t *testing.T) {
	t.Parallel()
	for _, e := range families(t) {
		if m := bokmaal.FindStringSubmatch(e.texts["nn"]); m != nil {
			t.Errorf("%s: %s has the bokmål word %q in nn: %q", e.file, e.key, m[2], e.texts["nn"])
		}
		for lang, text := range e.texts {
			if m := banned.FindString(text); m != "" {
				t.Errorf("%s: %s has %q in %s: %q", e.file, e.key, m, lang, text)
			}
		}
	}
}

// TestT_EveryKeyInTheSourceExists looks for our own text keys in the whole program: the literal
// keys of T, TN and Has, and those of faults.
func TestT_EveryKeyInTheSourceExists(t *testing.T) {
	t.Parallel()
	n := 0
	files := token.NewFileSet()
	check := func(call *ast.CallExpr) {
		key, plural := keyIn(call)
		if key == "" {
			return
		}
		n++
		if plural && Has(key+".one") && Has(key+".other") || !plural && Has(key) {
			return
		}
		at := files.Position(call.Pos())
		t.Errorf("%s:%d: there is no text %s", filepath.ToSlash(at.Filename), at.Line, key)
	}
	const root = "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") ||
			d.Name() == "node_modules" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				check(call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d keys in the source", n)
	if n == 0 {
		t.Error("no key was found")
	}
}

// keyIn gives the literal key in a call that takes one, and whether it is a plural's.
func keyIn(call *ast.CallExpr) (key string, plural bool) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	from, ok := selector.X.(*ast.Ident)
	if !ok {
		return "", false
	}
	at, ok := map[string]int{
		"text.T": 1, "text.TN": 1, "text.Has": 0, "fault.New": 1, "fault.Wrap": 1,
	}[from.Name+"."+selector.Sel.Name]
	if !ok || at >= len(call.Args) {
		return "", false
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	key, err := strconv.Unquote(literal.Value)
	if err != nil {
		return "", false
	}
	return key, selector.Sel.Name == "TN"
}

func TestT(t *testing.T) {
	t.Parallel()
	cases := []struct{ got, want string }{
		{T("nb", "core.next"), "Neste"},
		{T("en", "core.next"), "Next"},
		{T("se", "core.what_now"), "Hva skjer nå?"},
		{T("", "core.what_now"), "Hva skjer nå?"},
		{T("nb", "core.no.such.key"), "core.no.such.key"},
		{T("nn", "core.error.too_long", "Tittelen", 50, int64(52)),
			"Tittelen kan ha høgst 50 teikn. Du har brukt 52."},
		{T("en", "core.error.in_row", 2, "{0}"), "Row 2: {0}"},
		{T("nb", "core.error.in_row", 2), "Rad 2: {1}"},
		{T("nb", "core.error.in_row", 2, "x", "y"), "Rad 2: x"},
		{T("nb", "core.next", "x"), "Neste"},
		{TN("en", "core.error.summary", 1), "Fix 1 error before you continue"},
		{TN("en", "core.error.summary", 3), "Fix 3 errors before you continue"},
		{TN("nn", "core.in_days", 0), "om 0 dagar"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestT_WithoutArgumentsCostsNothing(t *testing.T) {
	// Not parallel: AllocsPerRun counts for the whole process.
	if n := testing.AllocsPerRun(100, func() { T("nn", "core.what_now") }); n != 0 {
		t.Errorf("it allocates %v times", n)
	}
}

func BenchmarkT(b *testing.B) {
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			T("nn", "core.what_now")
		}
	})
	b.Run("arguments", func(b *testing.B) {
		for b.Loop() {
			T("nn", "core.error.in_row", 2, "Du må skrive beløpet.")
		}
	})
}
