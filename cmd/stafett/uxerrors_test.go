package main

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

// goWrong meets the pages that say no, one of each kind.
func (w *uxWalk) goWrong() {
	ctx := w.t.Context()
	b := w.as(siri, "Siri Dahl")
	path := func(p string) func() (*driver.Page, error) {
		return func() (*driver.Page, error) { return b.Get(ctx, p) }
	}
	w.each(b, "error 400", "an address", http.StatusBadRequest, path("/"+appA+"/instance/x/y"))
	w.each(b, "error 403 inbox", "no role", http.StatusForbidden, path("/inbox/"+nordvik))
	w.each(b, "error 404", "nothing there", http.StatusNotFound, path("/my/finnes-ikke"))
	w.who = "" // nobody is signed in
	w.each(b, "error 415", "not a form", http.StatusUnsupportedMediaType, func() (*driver.Page, error) {
		r := w.do(w.t, "POST", "/language", strings.NewReader("x"), "Content-Type", "text/plain",
			"Sec-Fetch-Site", "same-origin", "Accept-Language", b.Language)
		doc, err := html.Parse(bytes.NewReader(r.body))
		return &driver.Page{Status: r.status, URL: "/language", Header: r.header, Body: r.body, Doc: doc}, err
	})

	b = w.as(ola, "Ola Fjeld")
	first, err := b.Start(ctx, appA)
	if err != nil {
		w.t.Fatal(err)
	}
	w.each(b, "error 409", "stale", http.StatusConflict, func() (*driver.Page, error) {
		return b.Post(ctx, first.URL, url.Values{"version": {"999"}, "task": {"Task_1"}, "page": {"soker"}})
	})
	w.each(b, "error 413", "too large", http.StatusRequestEntityTooLarge, func() (*driver.Page, error) {
		return b.Post(ctx, first.URL, url.Values{"version": {"1"}, "x": {strings.Repeat("x", 2<<20)}})
	})
	one := strings.TrimSuffix(first.URL, "/Task_1/soker")
	b = w.as(kari, "Kari Solbakken")
	w.each(b, "error 403", "another's", http.StatusForbidden, path(one))
	w.each(b, "error 422", "too many drafts", http.StatusUnprocessableEntity, func() (*driver.Page, error) {
		for range 50 {
			w.do(w.t, "POST", "/"+appA+"/start", strings.NewReader("party=50001"), "Cookie", b.Cookies(),
				"Sec-Fetch-Site", "same-origin", "Content-Type", formKind)
		}
		return b.Post(ctx, "/"+appA+"/start", url.Values{"party": {"50001"}})
	})
	b = w.as(siri, "Siri Dahl")
	w.each(b, "error 429", "too many requests", http.StatusTooManyRequests, func() (*driver.Page, error) {
		ask := func() (*driver.Page, error) {
			return b.Post(ctx, "/my/requests", url.Values{
				"organisation": {nordvik}, "role": {"nordvik-kultur"}, "reason": {"Vikar"},
			})
		}
		for range 5 {
			if _, err := ask(); err != nil {
				return nil, err
			}
			w.exec(w.t, `UPDATE role_request SET state = 'refused', answered = now(), answered_by = 50004`)
		}
		return ask()
	})
	b = w.as(kari, "Kari Solbakken")
	w.broken(b)
}

// broken meets what is said when something of ours fails, and when the database is away.
func (w *uxWalk) broken(b *driver.Browser) {
	w.t.Helper()
	first, err := b.Start(w.t.Context(), "nordvik/parkering")
	if err != nil {
		w.t.Fatal(err)
	}
	save := func() (*driver.Page, error) {
		f := first.Form("go", "next")
		if err := f.Fill(map[string]string{"soker.telefon": "400 00 101"}); err != nil {
			return nil, err
		}
		return b.Submit(w.t.Context(), first, f, "go", "next")
	}
	w.exec(w.t, "ALTER TABLE element ADD CONSTRAINT broken CHECK (false) NOT VALID")
	w.each(b, "error 500", "a post", http.StatusInternalServerError, save)
	w.exec(w.t, "ALTER TABLE element DROP CONSTRAINT broken")
	w.exec(w.t, "ALTER TABLE message RENAME TO message_away")
	w.each(b, "error 500", "a page", http.StatusInternalServerError, func() (*driver.Page, error) {
		return b.Get(w.t.Context(), "/my/messages")
	})
	w.exec(w.t, "ALTER TABLE message_away RENAME TO message")
	back := databaseAway(w.t, w.database)
	w.each(b, "error 503", "a post", http.StatusServiceUnavailable, save)
	w.each(b, "error 503", "a page", http.StatusServiceUnavailable, func() (*driver.Page, error) {
		return b.Get(w.t.Context(), "/my")
	})
	back()
}
