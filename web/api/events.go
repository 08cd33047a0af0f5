package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/event"
	"stafett/internal/fault"
)

// feed gives events of the caller's own apps, oldest first (FORMAT.md 7.4). The header next leads
// on when the answer is full.
func (a *API) feed(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.platform(w, r, access.ScopeRead, core.ActList)
	if err != nil {
		return err
	}
	q, err := readFeed(r)
	if err != nil {
		return err
	}
	list, err := a.Events.Feed(r.Context(), actor, q)
	if err != nil {
		return err
	}
	if len(list) == q.Size {
		values := r.URL.Query()
		values.Set("after", list[len(list)-1].ID)
		w.Header().Set("next", a.BaseURL+r.URL.Path+"?"+values.Encode())
	}
	a.write(w, r, http.StatusOK, "application/cloudevents-batch+json; charset=utf-8", list)
	return nil
}

// feedSize is how many events an answer holds when no size is asked for.
const feedSize = 50

// feedParameters are those that the feed takes. Any other is refused.
var feedParameters = map[string]func(q *event.Query, values []string) error{
	"after": func(q *event.Query, v []string) (err error) {
		q.After, err = uuid.Parse(v[0])
		return err
	},
	"app": func(q *event.Query, v []string) error {
		org, app, ok := strings.Cut(v[0], "/")
		if q.App = (core.AppRef{Org: org, App: app}); !ok || org == "" || app == "" {
			return errParameter
		}
		return nil
	},
	"party": func(q *event.Query, v []string) error {
		id, err := strconv.ParseInt(v[0], 10, 64)
		if q.Owner = core.PartyID(id); err != nil || id <= 0 {
			return errParameter
		}
		return nil
	},
	"type": func(q *event.Query, v []string) error { q.Types = v; return nil },
	"from": func(q *event.Query, v []string) error { return moment(&q.At.From, v[0]) },
	"to":   func(q *event.Query, v []string) error { return moment(&q.At.To, v[0]) },
	"size": func(q *event.Query, v []string) (err error) {
		if q.Size, err = strconv.Atoi(v[0]); err != nil || q.Size < 1 || q.Size > event.MaxSize {
			return errParameter
		}
		return nil
	},
}

func moment(into **time.Time, value string) error {
	at, err := time.Parse(time.RFC3339Nano, value)
	*into = &at
	return err
}

func readFeed(r *http.Request) (event.Query, error) {
	q := event.Query{Size: feedSize}
	if org := r.PathValue("org"); org != "" {
		q.App = core.AppRef{Org: org, App: r.PathValue("app")}
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return q, fault.Wrap(fault.Malformed, "fault.malformed", err)
	}
	for name, list := range values {
		read, known := feedParameters[name]
		if !known || name == "app" && r.PathValue("org") != "" {
			return q, badParameter(plain(name), "unknown")
		}
		if len(list) != 1 && name != "type" || read(&q, list) != nil {
			return q, badParameter(name, "format")
		}
	}
	return q, nil
}

// subscriptionJSON is a subscription as systems see it.
type subscriptionJSON struct {
	ID             int64      `json:"id"`
	Endpoint       string     `json:"endPoint"`
	SourceFilter   string     `json:"sourceFilter,omitempty"`
	ResourceFilter string     `json:"resourceFilter,omitempty"`
	SubjectFilter  string     `json:"subjectFilter,omitempty"`
	TypeFilter     string     `json:"typeFilter,omitempty"`
	Consumer       string     `json:"consumer"`
	CreatedBy      string     `json:"createdBy"`
	Created        time.Time  `json:"created"`
	Validated      bool       `json:"validated"`
	State          string     `json:"state"`
	Attempts       int        `json:"attempts"`
	Code           string     `json:"code,omitempty"`
	FailingSince   *time.Time `json:"failingSince,omitempty"`
	// Secret is there in the answer that makes the subscription only.
	Secret string `json:"secret,omitempty"`
}

func newSubscription(s core.Subscription, secret string) subscriptionJSON {
	out := subscriptionJSON{
		ID: s.ID, Endpoint: s.Endpoint, SourceFilter: s.SourceFilter, TypeFilter: s.TypeFilter,
		Consumer: "/org/" + s.Org, CreatedBy: "/org/" + s.Org, Created: s.Created,
		Validated: s.State == core.SubscriptionActive, State: string(s.State), Attempts: s.Attempts,
		Code: s.Code, FailingSince: s.Failing, Secret: secret,
	}
	if s.App != "" {
		out.ResourceFilter = event.Resource(core.AppRef{Org: s.Org, App: s.App})
	}
	if s.Owner != 0 {
		out.SubjectFilter = "/party/" + strconv.FormatInt(int64(s.Owner), 10)
	}
	return out
}

// subscribe makes a subscription (FORMAT.md 7.4).
func (a *API) subscribe(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.platform(w, r, access.ScopeSubscribe, core.ActSubscribe)
	if err != nil {
		return err
	}
	var in event.Request
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	sub, secret, err := a.Events.Subscribe(r.Context(), actor, in)
	if err != nil {
		return err
	}
	w.Header().Set("Location", a.BaseURL+r.URL.Path+"/"+strconv.FormatInt(sub.ID, 10))
	a.write(w, r, http.StatusCreated, "application/json", newSubscription(sub, secret))
	return nil
}

func (a *API) subscriptions(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.platform(w, r, access.ScopeSubscribe, core.ActSubscribe)
	if err != nil {
		return err
	}
	list, err := a.Events.List(r.Context(), actor, actor.Party)
	if err != nil {
		return err
	}
	out := []subscriptionJSON{}
	for _, s := range list {
		out = append(out, newSubscription(s, ""))
	}
	a.write(w, r, http.StatusOK, "application/json",
		map[string]any{"count": len(out), "subscriptions": out})
	return nil
}

// subscribed gives the handler of one subscription's address.
func (a *API) subscribed(
	h func(http.ResponseWriter, *http.Request, core.Actor, int64) error,
) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor, err := a.platform(w, r, access.ScopeSubscribe, core.ActSubscribe)
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(r.PathValue("subscription"), 10, 64)
		if err != nil || id <= 0 {
			return fault.New(fault.Malformed, "fault.malformed")
		}
		return h(w, r, actor, id)
	}
}

func (a *API) subscription(
	w http.ResponseWriter, r *http.Request, actor core.Actor, id int64,
) error {
	sub, _, _, err := a.Events.Show(r.Context(), actor, actor.Party, id, 0)
	if err != nil {
		return err
	}
	a.write(w, r, http.StatusOK, "application/json", newSubscription(sub, ""))
	return nil
}

func (a *API) unsubscribe(
	w http.ResponseWriter, r *http.Request, actor core.Actor, id int64,
) error {
	if err := a.Events.Unsubscribe(r.Context(), actor, actor.Party, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// attemptJSON is one attempt to tell a subscriber; Code is empty when it was taken.
type attemptJSON struct {
	ID           int64     `json:"id,omitempty"`
	Time         time.Time `json:"time"`
	Event        string    `json:"event"`
	Type         string    `json:"type"`
	Attempt      int       `json:"attempt"`
	Delivered    bool      `json:"delivered"`
	Code         string    `json:"code,omitempty"`
	Milliseconds int64     `json:"milliseconds"`
}

func newAttempt(t core.SubscriptionAttempt) attemptJSON {
	return attemptJSON{
		ID: t.ID, Time: t.At, Event: t.Event.String(), Type: t.Type, Attempt: t.Number,
		Delivered: t.Code == "", Code: t.Code, Milliseconds: t.Milliseconds,
	}
}

// attempts gives a subscription's attempts, newest first; before leads on.
func (a *API) attempts(
	w http.ResponseWriter, r *http.Request, actor core.Actor, id int64,
) error {
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if r.URL.Query().Has("before") && (err != nil || before <= 0) {
		return badParameter("before", "format")
	}
	_, list, next, err := a.Events.Show(r.Context(), actor, actor.Party, id, before)
	if err != nil {
		return err
	}
	out := []attemptJSON{}
	for _, t := range list {
		out = append(out, newAttempt(t))
	}
	if next != 0 {
		w.Header().Set("next", a.BaseURL+r.URL.Path+"?before="+strconv.FormatInt(next, 10))
	}
	a.write(w, r, http.StatusOK, "application/json", out)
	return nil
}

// testSubscription sends a test event and tells what came of it.
func (a *API) testSubscription(
	w http.ResponseWriter, r *http.Request, actor core.Actor, id int64,
) error {
	t, err := a.Events.Test(r.Context(), actor, actor.Party, id)
	if err != nil {
		return err
	}
	a.write(w, r, http.StatusOK, "application/json", newAttempt(t))
	return nil
}

// replay sets a subscription going from after an event, from a time, or from where it stands.
func (a *API) replay(
	w http.ResponseWriter, r *http.Request, actor core.Actor, id int64,
) error {
	var in struct {
		After uuid.UUID `json:"after"`
		From  time.Time `json:"from"`
	}
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	err := a.Events.Replay(r.Context(), actor, actor.Party, id, event.Point{After: in.After, From: in.From})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}
