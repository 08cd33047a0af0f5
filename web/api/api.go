// Package api is the edge for systems: Altinn's own paths and shapes for instances and their
// data (FORMAT.md 7.1 and 7.2), behind organisation tokens. A session cookie gives no rights
// here. It holds services only: nothing reaches an instance but through internal/instance.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/event"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/login"
	"stafett/internal/orgtoken"
	"stafett/internal/text"
)

// Config is what the API needs.
type Config struct {
	Instances *instance.Service
	Access    *access.Service
	Login     *login.Service
	Events    *event.Service
	// Checker checks tokens of the organisations' issuer, Exchanged those of our own exchange.
	Checker, Exchanged *orgtoken.Checker
	// Exchange trades tokens; nil when this program does not.
	Exchange *orgtoken.Exchange
	// BaseURL is the public address; a token's audience is BaseURL/org/app, and an exchanged
	// one's is BaseURL.
	BaseURL string
	// Rate is how many calls each client may make in a minute; 0 is any number.
	Rate int
	Now  func() time.Time
	Log  *slog.Logger
}

// API answers systems.
type API struct {
	Config
	limits *limiter
}

// New gives the API.
func New(c Config) *API { return &API{c, newLimiter(c.Rate, c.Now)} }

// withoutToken refuses a request that carries no token. A person's session is named in the audit
// line, and a person who would make an instance is told that no person can.
func (a *API) withoutToken(r *http.Request, act string, app core.AppRef, cause error) error {
	person, err := a.Login.Actor(r)
	if err != nil {
		return err
	}
	if person.Anonymous() || app == (core.AppRef{}) || act != core.ActInstantiate {
		return a.refused(r, person, act, app, cause)
	}
	return errors.Join(fault.New(fault.Forbidden, "fault.instantiate_not_allowed"),
		a.Instances.Denied(r.Context(), person, act, app, "session"))
}

// refused gives a token's refusal its kind and writes its audit line.
func (a *API) refused(
	r *http.Request, who core.Actor, act string, app core.AppRef, cause error,
) error {
	refusal, ok := errors.AsType[*orgtoken.Refusal](cause)
	if !ok {
		return cause
	}
	kind := fault.Unauthenticated
	switch refusal.Status {
	case http.StatusForbidden:
		kind = fault.Forbidden
	case http.StatusServiceUnavailable:
		kind = fault.Unavailable
	}
	return errors.Join(fault.Wrap(kind, "fault."+refusal.Code, refusal),
		a.Instances.Denied(r.Context(), who, act, app, refusal.Code))
}

// problem is a problem document (RFC 9457). Code is the last part of the text's key: stable, for
// programs; Title is for people, in the reader's language.
type problem struct {
	Type   string             `json:"type"`
	Title  string             `json:"title"`
	Status int                `json:"status"`
	Code   string             `json:"code"`
	Errors []instance.Problem `json:"errors,omitempty"`
	// ValidationIssues are those of the answers that stop a step of the process.
	ValidationIssues []issueJSON `json:"validationIssues,omitempty"`
	// RequestID is given for a fault of ours: a refusal is the same, byte by byte, whatever it is
	// about, and its id stands in the answer's header.
	RequestID string `json:"requestId,omitempty"`
}

// Problem answers an error. A fault of ours is logged with its cause and told without it.
func (a *API) Problem(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) {
		// The caller has hung up: whatever came of it is no fault of ours.
		err = fault.Wrap(fault.Malformed, "fault.cut", err)
	}
	status := fault.Status(err)
	key, args, ok := fault.Text(err)
	if !ok {
		key = "fault.internal"
	}
	id := core.RequestID(r.Context())
	level := slog.LevelInfo
	if fault.Ours(err) {
		level = slog.LevelError
	}
	if fault.Is(err, fault.Unavailable) {
		w.Header().Set("Retry-After", fault.RetryAfter)
	}
	if limited, ok := errors.AsType[*limitError](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(limited.seconds))
	}
	a.Log.LogAttrs(r.Context(), level, "refused", slog.String("id", id),
		slog.Int("status", status), slog.Any("err", err))
	p := problem{
		Type: "about:blank", Title: text.T(core.Locale(r.Context()), key, args...), Status: status,
		Code: code(key),
	}
	if status >= 500 {
		p.RequestID = id
	}
	if list, ok := errors.AsType[*instance.Problems](err); ok {
		p.Errors = list.List
	}
	if stop, ok := errors.AsType[*invalidTask](err); ok {
		p.ValidationIssues = stop.issues
	}
	if refusal, ok := errors.AsType[*orgtoken.Refusal](err); ok && refusal.Challenge() != "" {
		w.Header().Set("WWW-Authenticate", refusal.Challenge())
	}
	a.write(w, r, status, "application/problem+json", p)
}

// code is the last part of a text's key.
func code(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

func (a *API) write(w http.ResponseWriter, r *http.Request, status int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		a.Log.Error("answer", "id", core.RequestID(r.Context()), "err", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		a.Log.Debug("the client went away", "id", core.RequestID(r.Context()), "err", err)
	}
}

// detached gives a context that outlives the request, for cleaning up after it.
func detached(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }
