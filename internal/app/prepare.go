package app

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"stafett/internal/expr"
	"stafett/internal/text"
)

// languages is how many languages texts are prepared in.
const languages = 3

// languageIndex gives a language's place among text.Languages; nb's for one that is none.
func languageIndex(lang string) int {
	for i, l := range text.Languages {
		if l == lang {
			return i
		}
	}
	return 0
}

// Prose is a text in the two forms that a page needs.
type Prose struct {
	// Plain has no markup; HTML is safe to write as it is.
	Plain string
	HTML  text.HTML
}

// ResolvedOption is an option with its texts in one language.
type ResolvedOption struct {
	Value, Label      string
	Description, Help text.HTML
}

// Static gives a text binding that is the same on every page: a literal whose text has no
// variables. ok is false for one that must be worked out for each page.
func (c *Component) Static(lang, binding string) (p Prose, ok bool) {
	all, ok := c.prose[binding]
	if !ok {
		return Prose{}, false
	}
	return all[languageIndex(lang)], true
}

// Title gives the page's title in a language: the text at the page's id; without one a page that
// stands alone is called what the app is, and another its id, as words.
func (p *Page) Title(lang string) string { return p.titles[languageIndex(lang)] }

// prepare works out, once, every text that no page can change.
func prepare(d *Definition) {
	for _, set := range d.Sets {
		for _, page := range set.Pages {
			for i, lang := range text.Languages {
				page.titles[i] = pageTitle(d, set, page, lang)
			}
			for c := range page.All {
				prepareComponent(d, c)
			}
		}
	}
}

func pageTitle(d *Definition, set *LayoutSet, page *Page, lang string) string {
	if t, ok := d.Texts.Lookup(lang, page.ID, nil); ok {
		return text.Plain(t)
	}
	if len(set.Pages) == 1 {
		return d.Title(lang)
	}
	words := strings.NewReplacer("-", " ", "_", " ").Replace(page.ID)
	if words == "" {
		return words
	}
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

func prepareComponent(d *Definition, c *Component) {
	c.prose = make(map[string][languages]Prose, len(c.Texts))
	for name, e := range c.Texts {
		if key, ok := literalText(e); ok && len(variables(d, key)) == 0 {
			var all [languages]Prose
			for i, lang := range text.Languages {
				all[i] = prose(d.Texts.Resolve(lang, key, nil))
			}
			c.prose[name] = all
		}
	}
	if _, named := c.Texts["title"]; c.own != "" && !named {
		var all [languages]Prose
		for i, lang := range text.Languages {
			all[i] = prose(text.T(lang, c.own))
		}
		c.prose["title"] = all
	}
	if p := c.Choices(); p != nil && p.Source == nil {
		for i, lang := range text.Languages {
			p.resolved[i] = resolveOptions(d, lang, p.Options)
			SortOptions(p.Sort, p.resolved[i])
		}
	}
}

func prose(source string) Prose { return Prose{text.Plain(source), text.Markdown(source)} }

// literalText gives the text of an expression that is a literal text.
func literalText(e *expr.Expr) (string, bool) {
	if e == nil {
		return "", false
	}
	v, ok := e.IsLiteral()
	s, isText := v.(string)
	return s, ok && isText
}

func resolveOptions(d *Definition, lang string, options []Option) []ResolvedOption {
	out := make([]ResolvedOption, len(options))
	for i, o := range options {
		out[i] = ResolvedOption{
			Value:       o.Value,
			Label:       text.Plain(d.Texts.Resolve(lang, o.Label, nil)),
			Description: resolveHTML(d, lang, o.Description),
			Help:        resolveHTML(d, lang, o.Help),
		}
	}
	return out
}

// Choices gives what there is to choose among: as an answer, as the tag of a file, or in an
// Option that shows one; nil for other components.
func (c *Component) Choices() *ChoiceProps {
	switch p := c.Props.(type) {
	case *ChoiceProps:
		return p
	case *DisplayProps:
		return p.Options
	case *FileUploadProps:
		return p.Tags
	}
	return nil
}

// SortOptions puts options in the order of their labels: order is 1 for A to Z, -1 for Z to A,
// and 0 leaves them as they are.
func SortOptions(order int, list []ResolvedOption) {
	if order == 0 {
		return
	}
	slices.SortStableFunc(list, func(a, b ResolvedOption) int {
		return order * text.Compare(a.Label, b.Label)
	})
}

func resolveHTML(d *Definition, lang, key string) text.HTML {
	if key == "" {
		return ""
	}
	return text.Markdown(d.Texts.Resolve(lang, key, nil))
}

// variables gives what the text at a key is filled in with, in any language, as "source key".
func variables(d *Definition, key string) [][2]string {
	var found [][2]string
	for _, lang := range text.Languages {
		d.Texts.Resolve(lang, key, func(source, name string) (string, bool) {
			found = append(found, [2]string{source, name})
			return "", false
		})
	}
	return found
}

// textReads gives the fields that a component's texts are filled in with.
func textReads(d *Definition, set *LayoutSet, c *Component) []Binding {
	var out []Binding
	for _, e := range c.Texts {
		key, ok := literalText(e)
		if !ok {
			continue
		}
		for _, v := range variables(d, key) {
			dataType, ok := strings.CutPrefix(v[0], "dataModel.")
			if !ok {
				continue
			}
			if dataType == "default" {
				dataType = set.DataType
			}
			out = append(out, Binding{DataType: dataType, Field: plainPath(v[1])})
		}
	}
	return out
}

// forget lets go of the files' contents, which only the checks needed.
func forget(d *Definition) {
	for _, m := range d.Models {
		m.Prefill.query = nil
	}
	for _, set := range d.Sets {
		for _, page := range set.Pages {
			page.at = nil
			for c := range page.All {
				c.at, c.childRefs = nil, nil
				if p := c.Choices(); p != nil && p.Source != nil {
					p.Source.labelAt, p.Source.descriptionAt, p.Source.helpAt = nil, nil, nil
				}
				if p, ok := c.Props.(*SubformProps); ok {
					p.forget()
				}
			}
		}
	}
}
