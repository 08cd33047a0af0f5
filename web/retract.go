package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// correct begins a correction of what was sent, or goes on with the one that is begun.
func (s *site) correct(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	draft, err := s.Instances.Correct(r.Context(), a, ref)
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	return seeOther(w, r, base(draft.InstanceRef))
}

// takeBackPage asks whether what was sent is to be taken back.
func (s *site) takeBackPage(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.drawTakeBack(w, r, a, http.StatusOK, "")
}

func (s *site) drawTakeBack(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, reason string,
) error {
	sent, head, err := s.sent(r, a, s.Instances.Sent)
	if fault.Is(err, fault.Conflict) {
		return seeOther(w, r, "/my")
	}
	if err != nil {
		return err
	}
	at := base(sent.Instance.InstanceRef)
	if !sent.Offers.Withdraw {
		return seeOther(w, r, at+"/status")
	}
	return s.render(w, r, status, page.TakeBack{
		Head: head, App: sent.App.TitleTo(head.Lang), Title: sent.Instance.Title,
		Reference: sent.Instance.Reference, Recipient: sent.ServiceOwner.Name,
		Action: at + "/withdraw", StatusURL: at + "/status", AsksReason: sent.App.Withdraw.Reason,
		MaxReason: instance.MaxReason, Reason: reason, TooLong: tooLong(reason),
		Draft: sent.Offers.Draft != nil,
	})
}

func tooLong(reason string) bool { return utf8.RuneCountInString(reason) > instance.MaxReason }

// takeBack takes back what was sent.
func (s *site) takeBack(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(strings.ReplaceAll(one(posted, "reason"), "\r\n", "\n"))
	if tooLong(reason) {
		return s.drawTakeBack(w, r, a, http.StatusUnprocessableEntity, reason)
	}
	if err := s.Instances.Withdraw(r.Context(), a, ref, reason); err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	return seeOther(w, r, base(ref)+"/status")
}

// retractFault tells whether a conflict is about taking back or correcting, and not about somebody
// else having been there first.
func retractFault(key string) bool {
	return strings.HasPrefix(key, "fault.retract_") || key == "fault.correct_nothing"
}

// firstVersion is the instance that a later version's status is told with.
func firstVersion(inst core.Instance) core.InstanceRef {
	ref := inst.InstanceRef
	if inst.Corrects != uuid.Nil {
		ref.ID = inst.Corrects
	}
	return ref
}

// retracted fills in what the applicant has done since they sent it, and what they still can.
func retracted(p *page.Status, sent instance.Sent) {
	at := base(sent.Instance.InstanceRef)
	for i, v := range sent.Versions {
		one := page.NewVersion{
			Number: i + 1, Sent: *v.Instance.Submitted, Differences: v.Differences,
			URL: base(v.Instance.InstanceRef) + "/receipt",
		}
		p.Versions = append(p.Versions, one)
		p.Story = append(p.Story, correctionChapter(one.Number, one, p.T("retract.you_corrected")))
	}
	if p.Withdrawn = withdrawn(sent.Instance); p.Withdrawn != nil {
		p.Story = append(p.Story, page.Chapter{
			ID: "withdrawn", Title: p.T("retract.you_withdrew"), At: p.Withdrawn.At,
		})
	}
	p.Story = inOrder(p.Story)
	if sent.Offers.Withdraw {
		p.WithdrawURL = at + "/withdraw"
	}
	if sent.Offers.Correct {
		p.CorrectURL = at + "/correct"
		if d := sent.Offers.Draft; d != nil {
			p.DraftURL = base(d.InstanceRef)
		}
	}
}

func withdrawn(inst core.Instance) *page.Withdrawn {
	w := inst.Withdrawn
	if w == nil {
		return nil
	}
	return &page.Withdrawn{At: w.At, Reason: w.Reason, Late: w.Late}
}

func correctionChapter(n int, v page.NewVersion, title string) page.Chapter {
	id := "correction-" + strconv.Itoa(n)
	return page.Chapter{ID: id, URL: "#" + id, Title: title, At: v.Sent}
}

// applicantActs are what the applicant has done since a case was made.
func applicantActs(c instance.Case, lang string) []page.Chapter {
	var out []page.Chapter
	for _, v := range c.Corrections {
		out = append(out, correctionChapter(v.Number, page.NewVersion{Sent: v.Sent},
			text.T(lang, "retract.they_corrected")))
	}
	if w := c.Instance.Withdrawn; w != nil {
		out = append(out, page.Chapter{
			ID: "withdrawn", URL: "#withdrawn", Title: text.T(lang, "retract.they_withdrew"), At: w.At,
		})
	}
	return out
}

// inOrder sorts what happened by when it did; what waits keeps its place among the equal.
func inOrder(list []page.Chapter) []page.Chapter {
	slices.SortStableFunc(list, func(a, b page.Chapter) int { return a.At.Compare(b.At) })
	return list
}
