package apps

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// resource is one text of an app in one language.
type resource struct {
	ID, Value string
	Variables []struct{ Key, DataSource string }
}

// texts gives an app's texts in a language by key; a key that stands twice is an error.
func texts(t *testing.T, app, lang string) map[string]resource {
	t.Helper()
	var file struct {
		Language  string
		Resources []resource
	}
	name := app + "/config/texts/resource." + lang + ".json"
	decode(t, name, &file)
	if file.Language != lang {
		t.Errorf("%s says that it is in %q", name, file.Language)
	}
	out := map[string]resource{}
	for _, r := range file.Resources {
		if _, twice := out[r.ID]; twice {
			t.Errorf("%s: %s stands twice", name, r.ID)
		}
		out[r.ID] = r
	}
	return out
}

func TestTexts_AreThereInThreeLanguages(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, app := range apps {
		bokmal := texts(t, app, "nb")
		for _, lang := range languages {
			other := texts(t, app, lang)
			for key, r := range other {
				checked++
				if _, ok := bokmal[key]; !ok || strings.TrimSpace(r.Value) == "" {
					t.Errorf("%s %s: %s is empty, or missing in nb", app, lang, key)
				}
				if !slices.Equal(r.Variables, bokmal[key].Variables) {
					t.Errorf("%s %s: %s has other variables than in nb", app, lang, key)
				}
			}
			if len(other) != len(bokmal) {
				t.Errorf("%s: %d texts in %s, %d in nb", app, len(other), lang, len(bokmal))
			}
		}
	}
	t.Logf("checked %d texts", checked)
	if checked == 0 {
		t.Fatal("no texts were checked")
	}
}

// sameInNynorsk are the longer texts whose words are the same in bokmål and nynorsk.
var sameInNynorsk = []string{
	"action.Task_vedtak.reject", "appName", "arrangement-beskrivelse.title",
	"arrangement-politi.short", "arrangement-politidato.short", "arrangement-postnummer.feil",
	"arrangement-tilrettelegging.short", "arrangementstype.festival", "arrangementstype.scene",
	"budsjett-post-belop.required", "kjoretoy-regnr.short", "mer-sporsmal.required",
	"se-over.innledning", "soker-telefon.required", "svar-tekst.required", "utfall.innvilget",
	"vedtak-belop.description",
	"vurdering-belop.description", "vurdering-malgruppe.title",
}

func TestTexts_NynorskIsNotBokmal(t *testing.T) {
	t.Parallel()
	same := map[string]bool{}
	for _, app := range apps {
		nynorsk := texts(t, app, "nn")
		for key, r := range texts(t, app, "nb") {
			if utf8.RuneCountInString(r.Value) > 20 && nynorsk[key].Value == r.Value {
				same[key] = true
			}
		}
	}
	got := slices.Sorted(maps.Keys(same))
	if !slices.Equal(got, sameInNynorsk) {
		t.Errorf("texts that are equal in nb and nn are\n%q, want\n%q", got, sameInNynorsk)
	}
	t.Logf("%d longer texts are equal in nb and nn", len(got))
}

func TestTexts_ArePlain(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, app := range apps {
		for _, lang := range languages {
			for key, r := range texts(t, app, lang) {
				checked++
				lower := strings.ToLower(r.Value)
				for _, word := range []string{"vennligst", "venlegast", "please", "!", "ugyldig", "invalid"} {
					if strings.Contains(lower, word) {
						t.Errorf("%s %s: %s holds %q", app, lang, key, word)
					}
				}
				question := strings.HasSuffix(r.Value, "?")
				if strings.HasSuffix(key, ".required") && (question || !strings.HasSuffix(r.Value, ".")) {
					t.Errorf("%s %s: %s is no whole sentence", app, lang, key)
				}
			}
		}
	}
	t.Logf("checked %d texts", checked)
	if checked == 0 {
		t.Fatal("no texts were checked")
	}
}

// textPlaces are the JSON keys whose values are text keys.
var textPlaces = []string{
	"title", "description", "help", "body", "tableTitle", "shortName", "requiredValidation",
	"add_button", "save_button", "label", "helpText", "message",
}

// keysIn gives the text keys that a JSON value names, in expressions too.
func keysIn(v any, place string, found map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			keysIn(item, key, found)
		}
	case []any:
		for i, item := range v {
			// An expression holds functions, fields and text keys: only the keys have hyphens.
			if s, ok := item.(string); !ok || i > 0 && strings.Contains(s, "-") {
				keysIn(item, place, found)
			}
		}
	case string:
		if slices.Contains(textPlaces, place) {
			found[v] = true
		}
	}
}

func TestTexts_EveryKeyInUseHasAText(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, app := range apps {
		have := texts(t, app, "nb")
		used := map[string]bool{}
		for _, name := range files(t, app) {
			folder, file := path.Split(strings.TrimPrefix(name, app+"/"))
			if strings.HasSuffix(folder, "/layouts/") {
				used[strings.TrimSuffix(file, ".json")] = true
			}
			if strings.HasPrefix(folder, "ui/") || folder == "options/" ||
				strings.HasSuffix(file, ".validation.json") {
				var v any
				decode(t, name, &v)
				keysIn(v, "", used)
			}
		}
		for key := range used {
			checked++
			if _, ok := have[key]; !ok {
				t.Errorf("%s: there is no text %s", app, key)
			}
		}
		for key := range have {
			group, _, _ := strings.Cut(key, ".")
			named := []string{"appName", "appOwner", "service", "task", "action", "status", "confirm"}
			if !used[key] && !slices.Contains(named, group) {
				t.Errorf("%s: nothing uses the text %s", app, key)
			}
		}
	}
	t.Logf("checked %d keys", checked)
	if checked == 0 {
		t.Fatal("no keys were checked")
	}
}

func TestCase_AsksInTheCitizensWords(t *testing.T) {
	t.Parallel()
	shared := 0
	for _, lang := range languages {
		citizen, worker := texts(t, application, lang), texts(t, grantCase, lang)
		for _, page := range pages {
			var l layout
			decode(t, grantCase+"/ui/soknad/layouts/"+page+".json", &l)
			for _, c := range l.Data.Layout {
				key, _ := c.Texts["title"].(string)
				if key == "soknad-pdf.title" {
					continue
				}
				shared++
				if citizen[key].Value == "" || citizen[key].Value != worker[key].Value {
					t.Errorf("%s: %s is %q to the citizen, %q in the case", lang, key,
						citizen[key].Value, worker[key].Value)
				}
				if len(c.Bindings) > 0 && !c.ReadOnly {
					t.Errorf("%s can be changed by a caseworker", c.ID)
				}
			}
		}
	}
	t.Logf("compared %d questions", shared)
	if shared == 0 {
		t.Fatal("no questions were compared")
	}
}
