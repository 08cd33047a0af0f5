package api

import (
	"encoding/json"
	"net/http"
	"slices"

	"stafett/internal/core"
	"stafett/internal/fault"
)

// tagsJSON is the shape of an element's tags.
type tagsJSON struct {
	Tags []string `json:"tags"`
}

func (a *API) tags(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	return a.sendTags(w, r, actor, ref, http.StatusOK, nil)
}

// addTag adds the tag that the body is, a JSON string.
func (a *API) addTag(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	body, err := small(w, r)
	if err != nil {
		return err
	}
	var tag string
	if err := json.Unmarshal(body, &tag); err != nil {
		return fault.Wrap(fault.Malformed, "fault.json", err)
	}
	return a.sendTags(w, r, actor, ref, http.StatusCreated, func(tags []string) []string {
		if slices.Contains(tags, tag) {
			return tags
		}
		return append(tags, tag)
	})
}

func (a *API) putTags(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	var in tagsJSON
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	return a.sendTags(w, r, actor, ref, http.StatusOK, func([]string) []string { return in.Tags })
}

func (a *API) removeTag(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	return a.sendTags(w, r, actor, ref, http.StatusNoContent, func(tags []string) []string {
		return slices.DeleteFunc(tags, func(t string) bool { return t == r.PathValue("tag") })
	})
}

// sendTags changes an element's tags, where a change is given, and answers with them as they are then.
func (a *API) sendTags(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef, status int,
	change func([]string) []string,
) error {
	id, err := guid(r.PathValue("element"))
	if err != nil {
		return err
	}
	tags, err := a.Instances.Tags(r.Context(), actor, ref, id, change)
	if err != nil {
		return err
	}
	switch status {
	case http.StatusNoContent:
		w.WriteHeader(status)
		return nil
	case http.StatusCreated:
		w.Header().Set("Location", a.self(ref)+"/data/"+id.String()+"/tags")
	}
	if tags == nil {
		tags = []string{}
	}
	a.write(w, r, status, "application/json", tagsJSON{tags})
	return nil
}
