package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
)

// query lists instances of the caller's own apps (FORMAT.md 7.3), a page at a time.
func (a *API) query(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.platform(w, r, access.ScopeRead, core.ActList)
	if err != nil {
		return err
	}
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	list, next, err := a.Instances.Query(r.Context(), actor, q)
	if err != nil {
		return err
	}
	out := listJSON{Instances: []instanceJSON{}, Count: len(list), Self: a.BaseURL + r.URL.RequestURI()}
	for _, l := range list {
		out.Instances = append(out.Instances, a.newInstance(l))
	}
	if next != nil {
		values := r.URL.Query()
		values.Set("continuationToken", next.String())
		out.Next = a.BaseURL + r.URL.Path + "?" + values.Encode()
	}
	a.write(w, r, http.StatusOK, "application/json", out)
	return nil
}

// listJSON is one page of a list.
type listJSON struct {
	Instances []instanceJSON `json:"instances"`
	Count     int            `json:"count"`
	Self      string         `json:"self"`
	Next      string         `json:"next,omitempty"`
}

// reader of one parameter; the values are those of all its occurrences.
type parameter func(q *instance.Query, values []string) error

// parameters are those that the list takes. Any other is refused: a filter that is not understood
// must not widen what is given.
var parameters = map[string]parameter{
	"org":                   textOf(func(q *instance.Query, s string) { q.Org = s }),
	"appId":                 readApps,
	"appIds":                readApps,
	"process.currentTask":   func(q *instance.Query, v []string) error { q.Tasks = v; return nil },
	"process.endEvent":      func(q *instance.Query, v []string) error { q.Ends = v; return nil },
	"process.isComplete":    truthOf(func(q *instance.Query, b bool) { q.Complete = &b }),
	"process.ended":         spanOf(func(q *instance.Query) *instance.Span { return &q.Ended }),
	"instanceOwner.partyId": readOwner,
	"lastChanged":           spanOf(func(q *instance.Query) *instance.Span { return &q.Changed }),
	"created":               spanOf(func(q *instance.Query) *instance.Span { return &q.Created }),
	"dueBefore":             spanOf(func(q *instance.Query) *instance.Span { return &q.Due }),
	"excludeConfirmedBy":    textOf(func(q *instance.Query, s string) { q.NotConfirmed = s }),
	"confirmed":             textOf(func(q *instance.Query, s string) { q.Confirmed = s }),
	"status.isArchived":     truthOf(func(q *instance.Query, b bool) { q.Archived = &b }),
	"status.isSoftDeleted":  never,
	"status.isHardDeleted":  never,
	"searchString":          textOf(func(q *instance.Query, s string) { q.Search = s }),
	"includeDataElements":   truthOf(func(q *instance.Query, b bool) { q.Elements = b }),
	"order":                 readOrder,
	"size":                  readSize,
	"continuationToken":     readToken,
	"mainVersionInclude":    anything,
	"mainVersionExclude":    anything,
}

// maxSize is the most instances of one page, and the size when none is asked for.
const maxSize = 100

func readQuery(r *http.Request) (instance.Query, error) {
	q := instance.Query{Elements: true, Size: maxSize}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return q, fault.Wrap(fault.Malformed, "fault.malformed", err)
	}
	for name, list := range values {
		read, known := parameters[name]
		if !known {
			return q, badParameter(plain(name), "unknown")
		}
		if err := read(&q, list); err != nil {
			return q, badParameter(name, "format")
		}
	}
	return q, readIdentifier(r, &q)
}

func badParameter(name, code string) error {
	return instance.NewProblems("query", instance.Problem{Path: name, Code: code})
}

// errParameter is any parameter that cannot be read; its name is told, its value is not.
var errParameter = fault.New(fault.Malformed, "fault.query")

func textOf(set func(*instance.Query, string)) parameter {
	return func(q *instance.Query, values []string) error {
		if len(values) != 1 || values[0] == "" || len(values[0]) > maxKey {
			return errParameter
		}
		set(q, values[0])
		return nil
	}
}

func truthOf(set func(*instance.Query, bool)) parameter {
	return func(q *instance.Query, values []string) error {
		b, err := strconv.ParseBool(values[0])
		if err != nil || len(values) != 1 {
			return errParameter
		}
		set(q, b)
		return nil
	}
}

// never takes only false: nothing here is deleted but in full.
var never = truthOf(func(q *instance.Query, b bool) {
	if b {
		q.Tasks, q.Ends = []string{""}, []string{""}
	}
})

func anything(*instance.Query, []string) error { return nil }

func readApps(q *instance.Query, values []string) error {
	for _, v := range values {
		for id := range strings.SplitSeq(v, ",") {
			org, app, ok := strings.Cut(id, "/")
			if !ok || org == "" || app == "" {
				return errParameter
			}
			q.Apps = append(q.Apps, core.AppRef{Org: org, App: app})
		}
	}
	return nil
}

func readOwner(q *instance.Query, values []string) error {
	id, err := strconv.ParseInt(values[0], 10, 64)
	if err != nil || id <= 0 || len(values) != 1 {
		return errParameter
	}
	q.Owner = core.PartyID(id)
	return nil
}

func readOrder(q *instance.Query, values []string) error {
	if len(values) != 1 || values[0] != "desc:lastChanged" && values[0] != "asc:lastChanged" {
		return errParameter
	}
	q.OldestFirst = values[0] == "asc:lastChanged"
	return nil
}

func readSize(q *instance.Query, values []string) error {
	n, err := strconv.Atoi(values[0])
	if err != nil || n < 1 || n > maxSize || len(values) != 1 {
		return errParameter
	}
	q.Size = n
	return nil
}

func readToken(q *instance.Query, values []string) (err error) {
	if len(values) != 1 || values[0] == "" {
		return errParameter
	}
	q.After, err = instance.ParseCursor(values[0])
	return err
}

// spanOf reads times with gt:, gte:, lt:, lte: or eq: in front; several narrow each other. The
// database keeps microseconds, so "after" is a microsecond later.
func spanOf(at func(*instance.Query) *instance.Span) parameter {
	return func(q *instance.Query, values []string) error {
		for _, v := range values {
			word, text, ok := strings.Cut(v, ":")
			moment, err := time.Parse(time.RFC3339Nano, text)
			if !ok || err != nil {
				return errParameter
			}
			if err := narrow(at(q), word, moment); err != nil {
				return err
			}
		}
		return nil
	}
}

func narrow(s *instance.Span, word string, at time.Time) error {
	after := at.Add(time.Microsecond)
	from := func(t time.Time) {
		if s.From == nil || t.After(*s.From) {
			s.From = &t
		}
	}
	to := func(t time.Time) {
		if s.To == nil || t.Before(*s.To) {
			s.To = &t
		}
	}
	switch word {
	case "gt":
		from(after)
	case "gte":
		from(at)
	case "lt":
		to(at)
	case "lte":
		to(after)
	case "eq":
		from(at)
		to(after)
	default:
		return errParameter
	}
	return nil
}

// readIdentifier reads whose instances are asked for from the header: a number never stands in
// an address.
func readIdentifier(r *http.Request, q *instance.Query) error {
	const name = "X-Ai-InstanceOwnerIdentifier"
	header := r.Header.Get(name)
	if header == "" {
		return nil
	}
	kind, number, _ := strings.Cut(header, ":")
	switch {
	case q.Owner != 0:
		return badParameter(name, "with_party")
	case strings.EqualFold(kind, "organisation") && core.ValidOrganisationNumber(number):
		q.OwnerNumber = number
	case strings.EqualFold(kind, "person") && core.ValidPersonNumber(number):
		q.OwnerPerson = core.PersonNumber(number)
	default:
		return badParameter(name, "format")
	}
	return nil
}

// elements gives what an instance holds, without content.
func (a *API) elements(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	v, err := a.Instances.Open(r.Context(), actor, ref, core.Locale(r.Context()))
	if err != nil {
		return err
	}
	list := []elementJSON{}
	for _, e := range v.DataElements() {
		list = append(list, newElement(e, a.self(ref)))
	}
	a.write(w, r, http.StatusOK, "application/json", map[string]any{"dataElements": list})
	return nil
}

// applicationJSON is one app in the storage's list.
type applicationJSON struct {
	ID        string            `json:"id"`
	Org       string            `json:"org"`
	Title     map[string]string `json:"title"`
	VersionID string            `json:"versionId"`
}

// applications lists apps: all, an organisation's, or one.
func (a *API) applications(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.platform(w, r, access.ScopeRead, core.ActList); err != nil {
		return err
	}
	org, name := r.PathValue("org"), r.PathValue("app")
	list := []applicationJSON{}
	for _, d := range a.Instances.Apps() {
		if (org == "" || d.Ref.Org == org) && (name == "" || d.Ref.App == name) {
			list = append(list, applicationJSON{d.Ref.String(), d.Ref.Org, d.Meta.Title, d.Hash})
		}
	}
	switch {
	case org != "" && len(list) == 0:
		return fault.New(fault.NotFound, "fault.app_not_found")
	case name != "":
		a.write(w, r, http.StatusOK, "application/json", list[0])
		return nil
	}
	a.write(w, r, http.StatusOK, "application/json", map[string]any{"applications": list})
	return nil
}
