package layout

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"stafett/internal/text"
	"stafett/templates/ui"
)

// Surface is which of the two headers a page has. The surfaces never mix.
type Surface string

// The surfaces.
const (
	// Citizen: white, large text, for people's own forms.
	Citizen Surface = "citizen"
	// Staff: tinted and tighter, for caseworkers and administrators.
	Staff Surface = "staff"
	// Plain: brand and language only, for pages that must be drawn when nothing else works.
	Plain Surface = "plain"
)

// Head is what every page needs around its content. The edge fills it in one place; each page
// sets its own title.
type Head struct {
	// Lang is nb, nn or en.
	Lang string
	// Title is the page's own part of the document title; the organisation is added.
	Title string
	// Errors puts "Error:" before the title, so that it is the first thing to be heard.
	Errors bool
	// CSSURL, JSURL and IconURL are the addresses of the assets.
	CSSURL, JSURL, IconURL string
	// ThemeURL is the address of an organisation's own style sheet, and Logo its mark; empty for those
	// that have none.
	ThemeURL string
	Logo     Logo
	Surface  Surface
	// Organisation is the brand; empty where a page belongs to no organisation.
	Organisation string
	// User is nil when nobody is signed in.
	User  *User
	Party Party
	// Parties are those whom the person can act for; with one there is nothing to choose.
	Parties []PartyChoice
	Nav     []NavItem
	// Elsewhere are the ways to the person's other surface, in the user menu.
	Elsewhere []NavItem
	// Footer are the links at the bottom: help, accessibility statement, privacy.
	Footer []NavItem
	// Path is where a choice of language or party comes back to: path and query.
	Path string
	// Enter is what the Enter key posts in the page's form, "form", whose buttons the choices of
	// language then are: what has been typed comes along. Empty where there is no such form.
	Enter string
	// Session tells when the person is signed out; nil when nobody is signed in.
	Session *Session
	// Scheme is auto, light or dark; empty is auto.
	Scheme string
	// TestEnvironment shows that nothing here is real.
	TestEnvironment bool
	// Problems tell, in development, what is wrong with the app definitions.
	Problems []Problem
	// Flash tells what has just been done, after a redirect.
	Flash string
	// Notices are what the person should know in time.
	Notices []string
	// Crumbs lead back up; the last one is the page itself.
	Crumbs []ui.Crumb
}

// User is the person who is signed in.
type User struct {
	Name, Initials string
}

// Logo is an organisation's mark, beside its name in the header. Name tells what it shows. Without a
// DarkURL it stands on a white ground in dark.
type Logo struct {
	URL, DarkURL, Name string
	// Width and Height are in CSS pixels.
	Width, Height int
}

// source is the one that is shown where the browser is not asked which scheme there is.
func (l Logo) source(scheme string) string {
	if scheme == "dark" && l.DarkURL != "" {
		return l.DarkURL
	}
	return l.URL
}

func (l Logo) class() string {
	if l.DarkURL == "" {
		return "brand__logo brand__logo--ground"
	}
	return "brand__logo"
}

// Session is when a person is signed out if nothing more is heard of them. Last tells that it
// cannot be put off.
type Session struct {
	Ends time.Time
	Left time.Duration
	Last bool
}

// Seconds is how long it is until then, in whole seconds.
func (s Session) Seconds() string { return strconv.Itoa(int(s.Left.Seconds())) }

func (h Head) sessionText() string {
	if h.Session.Last {
		return "session.last_text"
	}
	return "session.soon_text"
}

// Party is whom the person acts for. Number is an organisation number; empty for a person.
type Party struct {
	Name, Number string
	Self         bool
}

// PartyChoice is one whom the person can act for. Detail is what tells it from others: the
// organisation number, or that it is the person themselves.
type PartyChoice struct {
	ID           int64
	Name, Detail string
	// Organisation is false for a person.
	Organisation bool
	Current      bool
}

// NavItem is a link in the main menu. Count is what waits for this reader; 0 is not shown.
type NavItem struct {
	ID, URL, Label string
	Count          int
	// Current is the page that is shown; Within tells that the page belongs to it.
	Current, Within bool
}

// Initials gives the letters of a person's avatar: of the first and the last name.
func Initials(name string) string {
	parts := strings.Fields(name)
	if len(parts) > 2 {
		parts = []string{parts[0], parts[len(parts)-1]}
	}
	var out strings.Builder
	for _, p := range parts {
		for _, r := range p {
			out.WriteRune(r)
			break
		}
	}
	return strings.ToUpper(out.String())
}

// Titled gives the head with a page's own title, unless one is set.
func (h Head) Titled(title string) Head {
	if h.Title == "" {
		h.Title = title
	}
	return h
}

// Crumbed gives the head with a page's way back up, unless one is set.
func (h Head) Crumbed(crumbs ...ui.Crumb) Head {
	if h.Crumbs == nil {
		h.Crumbs = crumbs
	}
	return h
}

// T gives a text of ours in the reader's language.
func (h Head) T(key string, args ...any) string { return text.T(h.Lang, key, args...) }

func (h Head) title() string {
	title := h.Title
	if h.Organisation != "" {
		title += " – " + h.Organisation
	} else {
		title += " – " + h.T("layout.product")
	}
	if h.Errors {
		title = h.T("layout.error_prefix") + " " + title
	}
	return title
}

func (h Head) scheme() string {
	if h.Scheme == "" {
		return "auto"
	}
	return h.Scheme
}

func (h Head) brand() string {
	if h.Organisation != "" {
		return h.Organisation
	}
	return h.T("layout.product")
}

func (h Head) service() string {
	if h.Surface == Staff {
		return h.T("layout.staff")
	}
	return h.T("layout.citizen")
}

func (h Head) top() string {
	if h.Surface == Staff {
		return "top top--staff"
	}
	return "top"
}

// Wrap is the class of the page's column: staff get a wider one.
func (h Head) Wrap() string {
	if h.Surface == Staff {
		return "wrap wrap--wide"
	}
	return "wrap"
}

func (h Head) path() string {
	if h.Path == "" {
		return "/"
	}
	return h.Path
}

// acting tells whether the bar is shown: as soon as one acts for somebody else.
func (h Head) acting() bool {
	return h.Surface != Staff && h.User != nil && !h.Party.Self && h.Party.Name != ""
}

func (h Head) actingNumber() string {
	if h.Party.Number == "" {
		return ""
	}
	return "(" + h.T("layout.org_number", text.OrganisationNumber(h.Party.Number)) + ")"
}

// choosesParty tells whether the user menu lets one choose; many parties get a page with search.
func (h Head) choosesParty() bool {
	return h.Surface == Citizen && len(h.Parties) > 1
}

// menuParties is how many parties the menu lists; the page has the rest.
const menuParties = 5

func (h Head) shortList() []PartyChoice {
	if len(h.Parties) > menuParties {
		return h.Parties[:menuParties]
	}
	return h.Parties
}

func (h Head) moreParties() bool { return len(h.Parties) > menuParties }

func (c PartyChoice) icon() ui.Icon {
	if c.Organisation {
		return ui.IconBuilding
	}
	return ui.IconPerson
}

func (c PartyChoice) id() string { return "party-" + strconv.FormatInt(c.ID, 10) }

func (c PartyChoice) value() string { return strconv.FormatInt(c.ID, 10) }

func (n NavItem) count() string {
	if n.Count > 1000 {
		return "1000+"
	}
	return strconv.Itoa(n.Count)
}

// language is a choice in the language menu, in its own name and never with a flag.
type language struct {
	Code, Name string
}

var languages = []language{{"nb", "Bokmål"}, {"nn", "Nynorsk"}, {"en", "English"}}

func languageName(code string) string {
	for _, l := range languages {
		if l.Code == code {
			return l.Name
		}
	}
	return code
}

func avatarColor(h Head) string {
	if h.Surface == Staff {
		return "brand2"
	}
	return "accent"
}

// escape makes a local address fit for another address's query.
func escape(path string) string { return url.QueryEscape(path) }
