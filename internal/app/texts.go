package app

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"stafett/internal/text"
)

const textsFolder = "config/texts"

// readTexts reads every config/texts/resource.<lang>.json.
func (r *reader) readTexts(d *Definition) {
	d.Texts = text.NewResources()
	keys := map[string]map[string]*value{}
	for _, name := range r.dir(textsFolder, false) {
		if !strings.HasPrefix(name, "resource.") || path.Ext(name) != ".json" {
			continue
		}
		file := textsFolder + "/" + name
		raw, ok := r.jsonBytes(file)
		if !ok {
			continue
		}
		v := r.parse(file, raw)
		if v == nil {
			continue
		}
		lang, entries, err := text.ParseResources(raw)
		if bad, ok := errors.AsType[*text.Error](err); ok {
			r.add(r.path(file), bad.Line, SeverityError, "%s", bad.Msg)
			continue
		}
		if err != nil {
			r.errorAt(v, "%v", err)
			continue
		}
		d.Texts.Add(lang, entries)
		keys[lang] = r.textKeys(v)
		r.resources = append(r.resources, v)
	}
	r.compareTexts(keys)
}

// textKeys gives where each key stands, and tells of keys that stand twice.
func (r *reader) textKeys(v *value) map[string]*value {
	keys := map[string]*value{}
	for _, item := range r.array(v.get("resources"), "resources") {
		id := r.text(item.get("id"), "id")
		if keys[id] != nil {
			r.warnAt(item, "the text %s stands twice", id)
		}
		keys[id] = item
	}
	return keys
}

// compareTexts tells of texts that one of the app's languages has and another lacks: people
// would meet two languages on one page.
func (r *reader) compareTexts(keys map[string]map[string]*value) {
	for lang, have := range keys {
		for other, lack := range keys {
			if !slices.Contains(text.Languages, other) || lang == other {
				continue
			}
			for id, v := range have {
				if lack[id] == nil {
					r.add(r.path(textsFolder+"/resource."+other+".json"), 1, SeverityWarning,
						"the text %s is missing here: it stands in %s:%d", id, path.Base(v.file), v.line)
				}
			}
		}
	}
}

// keyLike is what text keys look like, and what people hardly write as text: dotted words.
var keyLike = regexp.MustCompile(`^[A-Za-z][\w-]*(\.+[\w-]+)+$`)

// checkKey warns of a literal that looks like a text key and is none. Literals are allowed where
// keys are, so it can be no more than a warning.
func (r *reader) checkKey(d *Definition, v *value) {
	if v != nil && v.kind == kindText && keyLike.MatchString(v.text) && !d.Texts.Has(v.text) {
		r.warnAt(v, "there is no text %s: it will be shown as it stands%s", v.text,
			suggestion(v.text, d.Texts.Keys()))
	}
}
