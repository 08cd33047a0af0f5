// Package web is the edge for people: it turns a request into one service call and its outcome
// into a page or a redirect. Every page's address answers the whole page; htmx takes the part
// it needs. The package holds services only: no handler can reach an instance that access has
// not allowed.
package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/event"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/live"
	"stafett/internal/login"
	"stafett/internal/message"
	"stafett/internal/text"
	"stafett/internal/theme"
	"stafett/web/api"
)

// Config is what the pages need.
type Config struct {
	Instances *instance.Service
	Access    *access.Service
	Handover  *handover.Service
	Login     *login.Service
	Events    *event.Service
	// Live has the pages that stand open.
	Live *live.Hub
	API  *api.API
	// Themes has the organisations' colours and logos.
	Themes *theme.Shelf
	// BaseURL is the public address, without a slash at the end.
	BaseURL string
	// Development shows that this is a test environment, and serves the gallery.
	Development bool
	// Findings tells, in development, what is wrong with the app definitions; nil for nothing.
	Findings func() []app.Finding
	// Notices is where, in development, notices are written; nil for nowhere.
	Notices *message.Outbox
	// MaxRequests is how many requests are worked on at once, and ClientTime how long a client may
	// take over each 16 kB; 0 is the usual.
	MaxRequests int
	ClientTime  time.Duration
	// Busy hears of each request that is turned away because there is too much to do; nil for nobody.
	Busy func()
	// Under are further handlers by the path they stand under: the development providers, health.
	Under map[string]http.Handler
	Now   func() time.Time
	Log   *slog.Logger
}

// site answers people.
type site struct{ Config }

// handler answers for an actor; an error it gives is shown by site.fail.
type handler func(w http.ResponseWriter, r *http.Request, a core.Actor) error

// show adapts a page that anybody may open.
func (s *site) show(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, err := s.Login.Actor(r)
		if err == nil {
			err = h(w, r, a)
		}
		if err != nil {
			s.fail(w, r, a, err)
		}
	}
}

// signedIn adapts a page that asks for a person: anybody else is sent to sign in and comes back.
func (s *site) signedIn(h handler) http.HandlerFunc {
	return s.show(func(w http.ResponseWriter, r *http.Request, a core.Actor) error {
		if a.Anonymous() {
			return fault.New(fault.Unauthenticated, "fault.sign_in")
		}
		if left := s.session(r); left != nil {
			w.Header().Set("Session-Left", left.Seconds())
		}
		return h(w, r, a)
	})
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render draws a component into a buffer and then sends it, so that a fault half-way is a fault
// page and not half a page.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := c.Render(r.Context(), buf); err != nil {
		return err
	}
	drawn := text.WriteLanguages(buf.Bytes())
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(drawn)))
	w.WriteHeader(status)
	// The client may have gone away; there is nobody left to tell.
	_, _ = w.Write(drawn)
	return nil
}

// seeOther answers a change: the browser gets the next page with GET, so that a reload or Back
// repeats nothing. What leads back to a case keeps the list that the case was opened from.
func seeOther(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, keepList(r, to), http.StatusSeeOther)
	return nil
}

// fail shows an error as what it is: sign-in, a refusal, a conflict, or a fault of ours with a
// number that finds the log line.
func (s *site) fail(w http.ResponseWriter, r *http.Request, a core.Actor, err error) {
	if refusal, ok := errors.AsType[*access.Refusal](err); ok && refusal.NeedLevel > a.Level {
		s.toSignIn(w, r, a, refusal.NeedLevel)
		return
	}
	kind := fault.KindOf(err)
	if kind == fault.Unauthenticated {
		s.toSignIn(w, r, a, 0)
		return
	}
	if r.Context().Err() != nil {
		s.gone(w, r, err)
		return
	}
	level := slog.LevelInfo
	if fault.Ours(err) {
		level = slog.LevelError
	}
	if kind == fault.Unavailable {
		w.Header().Set("Retry-After", fault.RetryAfter)
	}
	s.Log.LogAttrs(r.Context(), level, "refused", slog.String("id", core.RequestID(r.Context())),
		slog.String("route", r.Pattern), slog.Any("err", err))
	if err := s.showError(w, r, a, err); err != nil {
		if r.Context().Err() != nil {
			s.gone(w, r, err)
			return
		}
		s.Log.Error("error page", "id", core.RequestID(r.Context()), "err", err)
		http.Error(w, core.RequestID(r.Context()), http.StatusInternalServerError)
	}
}

// gone ends the answer to a client that has gone away: there is nobody to show anything to, and
// no fault of ours. Who has closed one direction only, or a proxy's log, must not see that it
// went well.
func (s *site) gone(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.Debug("the client went away", "id", core.RequestID(r.Context()), "err", err)
	w.WriteHeader(http.StatusBadRequest)
}

// language is the reader's language.
func language(ctx context.Context) string { return core.Locale(ctx) }
