package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/instance"
	"stafett/templates/page"
)

// dateOf reads a field of type date; zero for what is no date, which the service refuses in its
// own words.
func dateOf(posted url.Values, name string) time.Time {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(one(posted, name)))
	if err != nil {
		return time.Time{}
	}
	return t
}

func (s *site) holdCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	p, err := caseChange(ref, posted)
	if err != nil {
		return "", err
	}
	n, err := s.Instances.Hold(r.Context(), a, p, dateOf(posted, "until"), one(posted, "reason"))
	return undoable(core.ActHold, "hold", n, url.Values{}), err
}

func (s *site) resumeCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	p, err := caseChange(ref, posted)
	if err != nil {
		return "", err
	}
	_, err = s.Instances.Resume(r.Context(), a, p)
	return "did=resume", err
}

func (s *site) dueCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	p, err := caseChange(ref, posted)
	if err != nil {
		return "", err
	}
	d := instance.NewDue{Last: dateOf(posted, "until"), Reason: one(posted, "reason")}
	if typed := strings.TrimSpace(one(posted, "days")); typed != "" {
		// What is no number becomes one that no deadline can have.
		if d.WorkingDays, err = strconv.Atoi(typed); err != nil || d.WorkingDays < 1 {
			d.WorkingDays = 1 << 30
		}
	}
	_, err = s.Instances.SetDue(r.Context(), a, p, d)
	return "did=due", err
}

func (s *site) snoozeCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	return "did=snooze", s.Instances.Snooze(r.Context(), a, ref, dateOf(posted, "until"))
}

func (s *site) wakeCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, _ url.Values,
) (string, error) {
	return "did=wake", s.Instances.Wake(r.Context(), a, ref)
}

// timed adds the forms that change when a case is to be answered.
func (d *workDraft) timed(c instance.Case) {
	if c.Instance.HoldUntil != nil {
		d.add("resume", true)
	} else {
		d.add("hold", true, d.holdFields()...)
	}
	d.add("due", true, page.WorkField{
		Name: "until", Type: "date", Label: d.t("due_until"), Optional: true,
	}, page.WorkField{
		Name: "days", Type: "number", Label: d.t("due_days"), Hint: d.t("due_hint"), Optional: true,
	}, d.reason())
}

// holdFields ask to which day a case waits for its applicant, and why.
func (d *workDraft) holdFields() []page.WorkField {
	return []page.WorkField{{
		Name: "until", Type: "date", Label: d.t("hold_until"), Hint: d.t("hold_hint"),
	}, d.reason()}
}

func (d *workDraft) reason() page.WorkField {
	return page.WorkField{
		Name: "reason", Type: "area", Label: d.t("reason"), Hint: d.t("reason_hint"),
	}
}
