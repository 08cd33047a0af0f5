package api

import (
	"net/http"
	"slices"

	"stafett/internal/core"
)

// tagsJSON is the shape of an element's tags.
type tagsJSON struct {
	Tags []string `json:"tags"`
}

func (a *API) tags(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	return a.sendTags(w, r, actor, ref, nil)
}

// addTag adds the tag that the body names.
func (a *API) addTag(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	var in struct {
		Tag string `json:"tag"`
	}
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	return a.sendTags(w, r, actor, ref, func(tags []string) []string {
		if slices.Contains(tags, in.Tag) {
			return tags
		}
		return append(tags, in.Tag)
	})
}

func (a *API) putTags(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	var in tagsJSON
	if err := a.decode(w, r, &in); err != nil {
		return err
	}
	return a.sendTags(w, r, actor, ref, func([]string) []string { return in.Tags })
}

func (a *API) removeTag(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	return a.sendTags(w, r, actor, ref, func(tags []string) []string {
		return slices.DeleteFunc(tags, func(t string) bool { return t == r.PathValue("tag") })
	})
}

func (a *API) sendTags(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
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
	if tags == nil {
		tags = []string{}
	}
	a.write(w, r, http.StatusOK, "application/json", tagsJSON{tags})
	return nil
}
