package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
)

// jump gives the page that a pressed button goes to, of those that are shown; ok is false for
// any other button.
func jump(v instance.View, posted url.Values) (page string, ok bool) {
	page, ok = strings.CutPrefix(one(posted, "go"), form.GoPage)
	if !ok {
		return "", false
	}
	for _, s := range v.Page(page).Steps {
		if s.ID == page {
			return page, true
		}
	}
	return "", false
}

// act moves an instance on with the action of the button that was pressed. What stands on the
// page is stored first, for people who may write; a page to look over names the version that was
// looked over, and its answers are stored with the step.
func (s *site) act(
	w http.ResponseWriter, r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
	attached map[string][]uuid.UUID, action string,
) error {
	drawn, err := version(posted)
	if err != nil {
		return err
	}
	seen, err := seen(posted)
	if err != nil {
		return err
	}
	v, err := s.open(r, a)
	if err != nil {
		return err
	}
	if v.Set != nil && v.Input.ReadOnly && drawn == v.DocumentVersion() {
		// They saw the answers as they are; nothing on the page tells the instance's own version.
		seen = v.Instance.Version
	}
	answers := posted
	if v.Set != nil && !v.Input.ReadOnly && !v.Page(pageID(r)).Review {
		saved, err := s.save(r, a, ref, posted, attached)
		if err != nil {
			return s.conflict(w, r, a, posted, err)
		}
		if len(saved.Clashes) > 0 {
			return s.clash(w, r, a, saved, posted, saved.Issues)
		}
		if len(saved.Issues) > 0 {
			return s.stay(w, r, a, saved, posted, saved.Issues)
		}
		if saved.Behind {
			// The step would take what they have not seen.
			return seeOther(w, r, merged(r.URL.Path, saved))
		}
		seen, answers = saved.View.Instance.Version, nil
	}
	return s.step(w, r, a, posted, instance.Step{
		Ref: ref, Task: r.PathValue("task"), Version: seen, Action: action,
		Language: language(r.Context()), Page: pageID(r), Posted: answers,
	})
}

// step moves an instance on, or shows what stops it. The second press of a button finds the work
// done and goes where the first one went.
func (s *site) step(
	w http.ResponseWriter, r *http.Request, a core.Actor, posted url.Values, p instance.Step,
) error {
	v, done, err := s.Instances.Next(r.Context(), a, p)
	if issues, ok := errors.AsType[*instance.Issues](err); ok {
		v := issues.View
		v.Input.BaseURL, v.Input.Shown = base(p.Ref), issues.List
		return s.drawForm(w, r, a, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	if !done { // an impatient second press
		return seeOther(w, r, afterStep(v)+"?once=1")
	}
	return seeOther(w, r, afterStep(v))
}
