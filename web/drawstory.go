package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/page"
	"stafett/templates/ui"
)

// chapters are the parts of a matter that belong to the reader, as their own pages are called.
// Cases are left out: they are found in an inbox.
func chapters(story []instance.Chapter, lang string) []page.Chapter {
	var out []page.Chapter
	for _, c := range story {
		if !c.Case() {
			out = append(out, chapter(c, base(c.Instance.InstanceRef), lang))
		}
	}
	return out
}

func chapter(c instance.Chapter, url, lang string) page.Chapter {
	inst := c.Instance
	out := page.Chapter{
		ID: inst.ID.String(), URL: url, App: c.App.TitleTo(lang), At: inst.Created,
		Title: c.App.StatusTextTo(lang, inst.Process.Task+inst.Process.EndEvent),
	}
	if inst.Status == core.StatusDraft {
		out.Waits, out.Due = true, inst.Due
	} else if inst.Submitted != nil {
		out.At = *inst.Submitted
	}
	if inst.Source == nil {
		out.Title = out.App + " – " + out.Title
	}
	return out
}

// caseStory is what a case has sent out, and the other cases of the matter that the reader may
// open. Of what belongs to the citizen only that it was sent is told: reading it is theirs.
func (s *site) caseStory(c instance.Case, inbox, lang string) []page.Chapter {
	var out []page.Chapter
	for _, d := range c.Deliveries {
		key, at := "story.made", d.Created
		waits := true
		switch d.State {
		case core.DeliveryDelivered:
			waits, at = false, timeOr(d.Delivered, at)
		case core.DeliveryGivenUp:
			key, at = "story.given_up", timeOr(d.GivenUp, at)
		default:
			key = "story.on_way"
		}
		out = append(out, page.Chapter{
			ID: d.ID.String(), At: at, Waits: waits,
			Title: text.T(lang, key, s.Instances.AppTitleTo(d.To, lang), d.GivenUpWhy),
		})
		if late := unanswered(c.History, d.ID); late != nil {
			out = append(out, page.Chapter{
				ID: "late-" + d.ID.String(), Title: text.T(lang, "story.unanswered"), At: late.At,
				Waits: true,
			})
		}
	}
	for _, other := range c.Story {
		if !other.Case() || other.Instance.Owner != c.Instance.Owner {
			continue
		}
		one := chapter(other, inbox+"/case/"+other.Instance.ID.String(), lang)
		one.Title = other.Instance.Title + " (" + one.Title + ")"
		one.Waits = other.Instance.Process.Ended == nil
		out = append(out, one)
	}
	return inOrder(append(out, applicantActs(c, lang)...))
}

func timeOr(t *time.Time, other time.Time) time.Time {
	if t == nil {
		return other
	}
	return *t
}

// handed tells how far what a citizen sent has come: as far as the last that is still to arrive,
// and what never will.
func (s *site) handed(p *page.Status, sent instance.Sent) {
	order := map[page.Handed]int{
		page.HandedEnded: 1, page.HandedDone: 2, page.HandedSent: 3, page.HandedLate: 4,
		page.HandedStopped: 5,
	}
	for _, d := range sent.Deliveries {
		if d.State == core.DeliveryDelivered {
			p.Delivered = d.Delivered
			p.Apart = p.Apart || d.Target.Owner.Elsewhere()
		}
		if now := handedNow(d, p.Now); order[now] > order[p.Handed] {
			p.Handed = now
		}
	}
	if p.Handed == page.HandedEnded {
		p.Status = ui.Tag{Text: p.T("page.course_given_up"), Tone: ui.ToneBroken}
	}
	for _, d := range sent.GivenUp {
		p.GivenUp = append(p.GivenUp, page.GivenUpPart{
			ID: d.ID.String(), To: s.Instances.AppTitleTo(d.To, p.Lang), Why: d.GivenUpWhy,
			At: timeOr(d.GivenUp, d.Created),
		})
	}
}

// lateAfter is how long a delivery may wait before it is told to be delayed.
const lateAfter = 15 * time.Minute

// handedNow is how a delivery stands to the one who sent it: one that is tried again is delayed.
func handedNow(d core.Delivery, now time.Time) page.Handed {
	if d.State == core.DeliveryWaiting && (d.Attempts > 1 || now.Sub(d.Created) > lateAfter) {
		return page.HandedLate
	}
	return page.Handed(d.State)
}

// unanswered gives the line that tells that what was asked for by a delivery was not answered in
// time; nil when there is none.
func unanswered(history []core.Event, delivery uuid.UUID) *core.Event {
	for i, e := range history {
		if e.Act == core.ActUnanswered && e.Detail["delivery"] == delivery.String() {
			return &history[i]
		}
	}
	return nil
}

// openings tells who has opened a matter: the organisation and the plain name of the role, which
// is what it was opened for.
func (s *site) openings(list []core.Opening, lang string) []page.Opening {
	var out []page.Opening
	for _, o := range list {
		one := page.Opening{
			Organisation: o.Organisation, Purpose: text.T(lang, "story.opened_system"), Times: o.Times,
			Last: o.Last,
		}
		if one.Organisation == "" {
			one.Organisation = text.OrganisationNumber(o.OrganisationNumber)
		}
		if d, err := s.Instances.App(o.App); err == nil && o.Role != "" {
			one.Purpose = purpose(d, o.Role, lang)
		}
		out = append(out, one)
	}
	return out
}

// drawLetter draws what an organisation has written to a citizen.
func (s *site) drawLetter(
	w http.ResponseWriter, r *http.Request, status int, sent instance.Sent, head layout.Head,
	conversations []page.Conversation,
) error {
	v, lang := sent.View, head.Lang
	at := base(v.Instance.InstanceRef)
	p := page.Letter{
		Head: head, App: v.App.TitleTo(lang), Title: v.Instance.Title,
		Reference: v.Instance.Reference, Sender: sent.ServiceOwner.Name, Owner: v.Owner.Name,
		Sent: sentAt(v.Instance), Version: v.Instance.Version, Task: v.Instance.Process.Task,
		Story: chapters(sent.Story, lang), MyURL: "/my", Conversations: conversations,
	}
	v.Set = v.LetterSet()
	if v.Set != nil {
		p.Form = form.Build(v.App, v.Set, form.FirstPage(v.App, v.Set, v.Input), v.Input)
		p.Form.In(v.App.Texts.Nearest(lang), lang)
	}
	for _, action := range v.Actions() {
		if action == instance.ActionNext {
			continue
		}
		p.Actions = append(p.Actions, page.LetterAction{
			ID: action, URL: at + "/action/" + action, Text: v.App.ActionTextTo(lang, p.Task, action),
			Explained: confirmText(v.App, lang, p.Task, action),
		})
	}
	for _, d := range sent.Deliveries {
		if instance.Became(sent.Story, d) == nil && d.State != core.DeliveryGivenUp &&
			(d.Target == nil || !d.Target.Owner.Elsewhere()) {
			p.OnWay = text.T(lang, "story.being_made", s.Instances.AppTitleTo(d.To, lang))
		}
	}
	return s.render(w, r, status, p)
}

func sentAt(inst core.Instance) time.Time {
	// A letter's submitted is that of the application; it was sent when it was made.
	return inst.Created
}
