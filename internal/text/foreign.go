package text

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// A text that is not in the reader's language carries its own with it, as Unicode's language tags:
// a beginning, the language in letters that nobody sees, the text, and an end. Wherever such a
// text goes, also into a sentence of ours, the page is told what language it is in when it is
// written; where a tag slips through it shows nothing.
const (
	tagBegin  = "\U000E0001"
	tagCancel = "\U000E007F"
	tagEnd    = tagBegin + tagCancel
	// tagLetter is added to a letter to make it one of a tag.
	tagLetter = 0xE0000
)

// In gives a text for a reader of another language than it is in, with its language; unchanged
// where they are the same, and where we say it in the reader's language with the same words.
func In(lang, reader, s string) string {
	if lang == reader || s == "" || !wellFormed(lang) || ours[reader][s] {
		return s
	}
	return tag(lang) + s + tagEnd
}

// HTMLIn is In for what is HTML already: it is the element around it that is told its language.
func HTMLIn(lang, reader string, h HTML) HTML {
	if lang == reader || h == "" || !wellFormed(lang) {
		return h
	}
	return HTML(tag(lang)+tagEnd) + h
}

// CutHTML parts what HTMLIn has added from the HTML, for those who look at its elements.
func CutHTML(h HTML) (mark, rest string) {
	if mark, rest, ok := strings.Cut(string(h), tagEnd); ok && strings.HasPrefix(mark, tagBegin) {
		return mark + tagEnd, rest
	}
	return "", string(h)
}

// Bare gives a text without the languages in it, for what is no page.
func Bare(s string) string {
	if !strings.Contains(s, tagBegin) {
		return s
	}
	return string(bare.ReplaceAll([]byte(s), nil))
}

var bare = regexp.MustCompile(tagBegin + "[\U000E0020-\U000E007F]*")

func tag(lang string) string {
	var b strings.Builder
	b.WriteString(tagBegin)
	for _, r := range lang {
		b.WriteRune(r + tagLetter)
	}
	return b.String()
}

// wellFormed tells whether a code of a language can stand in a page as it is.
func wellFormed(lang string) bool {
	return len(lang) > 1 && len(lang) < 36 && strings.Trim(lang, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// ours are our own texts without placeholders, by language.
var ours = func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for lang, texts := range catalogue {
		out[lang] = map[string]bool{}
		for _, m := range texts {
			out[lang][m.text] = true
		}
	}
	return out
}()

// WriteLanguages gives a page in which each text with a language of its own says so: the element
// that holds it, or one around it where the element holds more; in an attribute, and where no
// element can stand, the text alone is left. A page without any is given back as it is.
func WriteLanguages(page []byte) []byte {
	at := bytes.Index(page, []byte(tagBegin))
	if at < 0 {
		return page
	}
	out := make([]byte, 0, len(page)+512)
	for ; at >= 0; at = bytes.Index(page, []byte(tagBegin)) {
		out = append(out, page[:at]...)
		page = page[at+len(tagBegin):]
		lang, rest := tagged(page)
		said, after, ended := bytes.Cut(rest, []byte(tagEnd))
		if lang == "" || !ended || bytes.IndexByte(said, '<') >= 0 || bytes.Contains(said, []byte(tagBegin)) {
			page = bytes.TrimPrefix(rest, []byte(tagCancel)) // none that In has made
			continue
		}
		out, page = say(out, lang, said, after), after
	}
	return append(out, page...)
}

// tagged cuts the language off what follows a tag's beginning.
func tagged(s []byte) (lang string, rest []byte) {
	for len(s) > 3 && bytes.HasPrefix(s, []byte("\xf3\xa0")) {
		letter := rune(s[2]&0x3f)<<6 | rune(s[3]&0x3f)
		if letter < 0x20 || letter == 0x7f {
			break
		}
		lang, s = lang+string(letter), s[4:]
	}
	if !wellFormed(lang) {
		return "", s
	}
	return lang, s
}

// say adds a text with its language to what is written of a page; after is what follows it.
func say(out []byte, lang string, said, after []byte) []byte {
	open := bytes.LastIndexByte(out, '<')
	if open < 0 || bytes.LastIndexByte(out, '>') < open {
		return append(out, said...) // within an attribute
	}
	start := out[open:]
	element := string(start[1 : 1+bytes.IndexAny(start[1:], " >/\n")])
	end := "</" + element + ">"
	opened := start[len(start)-1] == '>' && start[1] != '/' && !bytes.Contains(start, []byte(" lang="))
	whole := opened && (len(said) == 0 || bytes.HasPrefix(after, []byte(end)))
	switch {
	case whole:
		out = append(out[:len(out)-1], ` lang="`+lang+`">`...)
		return append(out, said...)
	case len(said) == 0:
		return out
	case slices.Contains([]string{"title", "option", "textarea"}, element):
		return append(out, said...)
	}
	out = append(out, `<span lang="`+lang+`">`...)
	return append(append(out, said...), "</span>"...)
}
