package devidp

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

var languages = []string{"nb", "nn", "en"}

var languageNames = map[string]string{"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}

//go:embed texts.json
var textsFile []byte

//go:embed page.html
var pageFile string

// texts are the provider's own: it stands in for somebody else's service, and so does not share
// the program's catalogue. By key, then by language.
var texts = func() map[string]map[string]string {
	var t map[string]map[string]string
	if err := json.Unmarshal(textsFile, &t); err != nil {
		panic(fmt.Sprintf("devidp: texts.json: %v", err))
	}
	return t
}()

var pages = template.Must(template.New("").Parse(pageFile))

// head is what every page has.
type head struct {
	Language, Heading, StylesheetURL string
	Languages                        []languageLink
}

// T gives the text with the key in the page's language.
func (h head) T(key string) string { return texts[key][h.Language] }

type languageLink struct {
	Code, Name, URL string
	Current         bool
}

type personsPage struct {
	head
	Fields []field
	Levels []option
	// OneLevel is the level when there is nothing to choose; else empty.
	OneLevel string
	People   []personCard
}

type field struct{ Name, Value string }

type option struct {
	Value, Text string
	Selected    bool
}

// personCard shows one person. The number is shown in full: it is made up, and whoever tries the
// service out needs it to fill in forms.
type personCard struct {
	Name, Initials, Number, Shown string
	// NoteLanguage is set when the note is in another language than the page.
	Note, NoteLanguage string
}

type messagePage struct {
	head
	Paragraphs []string
}

// showPersons shows the sign-in page.
func (p *Provider) showPersons(w http.ResponseWriter, req request) {
	page := personsPage{head: p.head(req.locale, "devidp.heading")}
	for _, code := range languages {
		page.Languages = append(page.Languages, languageLink{
			Code: code, Name: languageNames[code], URL: inLanguage(req.again, code),
			Current: code == req.locale,
		})
	}
	for _, name := range parameters {
		if req.again.Has(name) {
			page.Fields = append(page.Fields, field{name, req.again.Get(name)})
		}
	}
	if len(req.offered) == 1 {
		page.OneLevel = req.offered[0]
	}
	for n, level := range req.offered {
		page.Levels = append(page.Levels, option{
			level, page.T("devidp.level." + level), n == len(req.offered)-1,
		})
	}
	for _, x := range p.Persons {
		number := x.Number.Reveal()
		card := personCard{
			Name: x.Name, Initials: initials(x.Name), Number: number,
			Shown: number[:6] + " " + number[6:], Note: x.Note[req.locale],
		}
		if card.Note == "" {
			card.Note, card.NoteLanguage = x.Note[languages[0]], languages[0]
		}
		page.People = append(page.People, card)
	}
	show(w, http.StatusOK, "persons", page, originOf(req.redirectURI))
}

// showFault shows why the browser is sent nowhere.
func (p *Provider) showFault(w http.ResponseWriter, language, what string) {
	page := messagePage{
		head:       p.head(language, "devidp.fault"),
		Paragraphs: []string{"devidp.fault." + what, "devidp.fault.advice"},
	}
	show(w, http.StatusBadRequest, "message", page, "")
}

func (p *Provider) showSignedOut(w http.ResponseWriter, language string) {
	page := messagePage{
		head: p.head(language, "devidp.out"), Paragraphs: []string{"devidp.out.text"},
	}
	show(w, http.StatusOK, "message", page, "")
}

func (p *Provider) head(language, heading string) head {
	return head{Language: language, Heading: heading, StylesheetURL: p.StylesheetURL}
}

// show renders to a buffer and then sends. goesTo is the origin that the page's form may lead on
// to: browsers hold form-action against redirects too.
func show(w http.ResponseWriter, status int, name string, page any, goesTo string) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, page); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", strings.TrimSpace("default-src 'none'; style-src 'self'; "+
		"img-src 'self' data:; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; "+
		"form-action 'self' "+goesTo))
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the reader is gone: nobody is left to tell
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// inLanguage gives the address of the same sign-in in another language.
func inLanguage(again url.Values, code string) string {
	q := url.Values{}
	for name := range again {
		q.Set(name, again.Get(name))
	}
	q.Set("ui_locales", code)
	return "authorize?" + q.Encode()
}

// language gives the page's language: the first in ui_locales that there is, else the browser's
// first, else bokmål.
func language(form url.Values, r *http.Request) string {
	wanted := strings.Fields(form.Get("ui_locales"))
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		wanted = append(wanted, strings.TrimSpace(strings.SplitN(tag, ";", 2)[0]))
	}
	for _, tag := range wanted {
		code, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if code == "no" {
			code = "nb"
		}
		if slices.Contains(languages, code) {
			return code
		}
	}
	return languages[0]
}

// initials gives the first letters of the first and the last name.
func initials(name string) string {
	names := strings.Fields(name)
	if len(names) == 0 {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(names[0])
	last, _ := utf8.DecodeRuneInString(names[len(names)-1])
	return string(first) + string(last)
}
