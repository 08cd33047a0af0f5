package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/login"
	"stafett/internal/text"
	"stafett/web/middleware"
)

// login sends the browser to the identity provider.
func (s *site) login(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	q := r.URL.Query()
	level, err := strconv.Atoi(q.Get("level"))
	if err != nil || level < 0 || level > 4 {
		level = 0
	}
	to, err := s.Login.Begin(w, r, q.Get("return"), language(r.Context()), level)
	if err != nil {
		return err
	}
	return seeOther(w, r, to)
}

// callback is where the identity provider sends the browser back to.
func (s *site) callback(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	to, err := s.Login.Finish(w, r)
	if err != nil {
		return err
	}
	return seeOther(w, r, to)
}

func (s *site) logout(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	to, err := s.Login.Logout(w, r, a)
	if err != nil {
		return err
	}
	// Back must not show a private page to the next person at the same machine.
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return seeOther(w, r, to)
}

// frontChannelLogout is called by the provider in a frame when the person signs out elsewhere.
func (s *site) frontChannelLogout(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	q := r.URL.Query()
	if err := s.Login.FrontChannelLogout(r.Context(), q.Get("iss"), q.Get("sid")); err != nil {
		return err
	}
	// The one page that another site shows in a frame: the provider's, and nobody else's.
	if at := s.Login.LogoutFrame(r.Context()); at != "" {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors "+at)
		w.Header().Del("X-Frame-Options")
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// languageLife is how long a choice of language is remembered.
const languageLife = 365 * 24 * time.Hour

func (s *site) chooseLanguage(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	if !slices.Contains(text.Languages, one(posted, "language")) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	r = choseLanguage(w, r, one(posted, "language"))
	return seeOther(w, r, login.LocalPath(one(posted, "return")))
}

// formLanguage is the language that was chosen by a button of a form; "" for any other button. In a
// form the choices are its buttons, so that what was typed comes along.
func formLanguage(posted url.Values) string {
	lang, ok := strings.CutPrefix(one(posted, "go"), "language:")
	if !ok {
		return ""
	}
	return lang
}

// choseLanguage remembers the language that was chosen, if it is one of ours, and gives the request
// in it.
func choseLanguage(w http.ResponseWriter, r *http.Request, lang string) *http.Request {
	if !slices.Contains(text.Languages, lang) {
		return r
	}
	http.SetCookie(w, &http.Cookie{
		Name: middleware.LanguageCookie, Value: lang, Path: "/",
		MaxAge: int(languageLife.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil,
	})
	return r.WithContext(core.WithLocale(r.Context(), lang))
}

func (s *site) chooseParty(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	party, err := partyID(one(posted, "party"))
	if err != nil {
		return err
	}
	if err := s.Login.ChooseParty(w, r, a, party); err != nil {
		return err
	}
	return seeOther(w, r, login.LocalPath(one(posted, "return")))
}
