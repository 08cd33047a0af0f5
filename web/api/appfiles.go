package api

import (
	"net/http"
	"strings"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
)

// appFile gives the handler of a file of an app's definition; {name} in its path is the address's.
func (a *API) appFile(path string) func(http.ResponseWriter, *http.Request) error {
	kind := "application/json"
	if strings.HasSuffix(path, ".xml") || strings.HasSuffix(path, ".bpmn") {
		kind = "application/xml"
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := a.caller(w, r, access.ScopeRead, core.ActRead); err != nil {
			return err
		}
		name := r.PathValue("name")
		if strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		raw, err := a.Instances.AppFile(r.Context(), appRef(r), strings.Replace(path, "{name}", name, 1))
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(raw) // the caller is gone: nobody is left to tell
		return nil
	}
}

// layouts gives the pages of a layout set.
func (a *API) layouts(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.caller(w, r, access.ScopeRead, core.ActRead); err != nil {
		return err
	}
	pages, err := a.Instances.Layouts(r.Context(), appRef(r), r.PathValue("name"))
	if err != nil {
		return err
	}
	a.write(w, r, http.StatusOK, "application/json", pages)
	return nil
}

// active lists the instances of an owner in the app that are not ended.
func (a *API) active(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.caller(w, r, access.ScopeRead, core.ActList)
	if err != nil {
		return err
	}
	not := false
	q := instance.Query{Apps: []core.AppRef{appRef(r)}, Complete: &not, Size: maxSize}
	if err := readOwner(&q, []string{r.PathValue("party")}); err != nil {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	list, _, err := a.Instances.Query(r.Context(), actor, q)
	if err != nil {
		return err
	}
	out := []map[string]any{}
	for _, l := range list {
		i := a.newInstance(l)
		out = append(out, map[string]any{
			"id": i.ID, "presentationTexts": i.Presentation, "dueBefore": i.DueBefore,
			"lastChanged": i.LastChanged,
		})
	}
	a.write(w, r, http.StatusOK, "application/json", out)
	return nil
}
