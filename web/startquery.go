package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
)

// queryField begins the names under which a start button posts the parameters of its address.
const queryField = "query."

// startQuery reads what an address gives a new form, and refuses what does not fit the app. A
// parameter that stands twice has no one value.
func startQuery(r *http.Request, d *app.Definition) (map[string]string, error) {
	asked := r.URL.Query()
	asked.Del(partyField)
	out, err := single(asked)
	if err == nil {
		err = form.CheckQuery(d, out)
	}
	if err != nil {
		// Neither the page of the error nor what it links to must repeat what may be personal.
		r.URL.RawQuery = ""
		return nil, refusedQuery(err)
	}
	for name := range out {
		if app.PassedOver(name) {
			delete(out, name)
		}
	}
	return out, nil
}

// startURL is an app's start page with the parameters of its address, and whom was chosen in it.
func startURL(ref core.AppRef, query map[string]string, whom string) string {
	q := url.Values{}
	if whom != "" {
		q.Set(partyField, whom)
	}
	for name, value := range query {
		q.Set(name, value)
	}
	return strings.TrimSuffix("/"+ref.String()+"?"+q.Encode(), "?")
}

// postedQuery reads the parameters that a start button posts.
func postedQuery(posted url.Values) (map[string]string, error) {
	q := url.Values{}
	for name, values := range posted {
		if name, ok := strings.CutPrefix(name, queryField); ok {
			q[name] = values
		}
	}
	return single(q)
}

func single(q url.Values) (map[string]string, error) {
	out := map[string]string{}
	for name, values := range q {
		if len(values) != 1 {
			return nil, fault.New(fault.Malformed, "fault.query_value", shortName(name))
		}
		out[name] = values[0]
	}
	return out, nil
}

// refusedQuery tells which parameters do not fit; other errors stand as they are.
func refusedQuery(err error) error {
	refused, ok := errors.AsType[*form.PrefillError](err)
	if !ok {
		return err
	}
	names := map[string][]string{}
	for _, p := range refused.Problems {
		key := "fault.query_value"
		switch p.Code {
		case form.CodePersonal:
			return fault.New(fault.Malformed, "fault.query_personal")
		case form.CodeUnknown:
			key = "fault.query_unknown"
		}
		names[key] = append(names[key], shortName(p.Path))
	}
	for _, key := range []string{"fault.query_unknown", "fault.query_value"} {
		if list := names[key]; len(list) > 0 {
			return fault.New(fault.Malformed, key, strings.Join(list, ", "))
		}
	}
	return err
}

// shortName is a parameter's name as an error page repeats it.
func shortName(name string) string {
	const most = 40
	if short := []rune(name); len(short) > most {
		return string(short[:most]) + "…"
	}
	return name
}
