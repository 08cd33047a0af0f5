package web

import (
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// actionMessage is what the address of a case's message form ends with.
const actionMessage = "message"

// typed is a message that was posted, with what is wrong with it, or what was posted to another
// form of the page.
type typed struct {
	to          uuid.UUID
	text, error string
	work        worked
	// template is the text template that was chosen, with what is wrong with that; inserted tells
	// that its words stand in text.
	template, templateError string
	inserted                bool
}

// readSay reads a posted message. What is no id is left zero, and refused when it is known that
// the person may write at all.
func readSay(ref core.InstanceRef, posted url.Values) instance.Say {
	p := instance.Say{Ref: ref, Text: one(posted, "text")}
	if id, err := canonicalID(one(posted, "key")); err == nil {
		p.Key = id
	}
	if id, err := canonicalID(one(posted, "to")); err == nil {
		p.To = id
	}
	return p
}

// mendable gives what was typed with what is wrong with it; false for an error that the person
// cannot mend by typing.
func mendable(r *http.Request, p instance.Say, err error) (typed, bool) {
	key, args, ok := fault.Text(err)
	if !ok || !fault.Is(err, fault.Invalid) {
		return typed{}, false
	}
	return typed{to: p.To, text: p.Text, error: text.T(language(r.Context()), key, args...)}, true
}

// sayCase takes a caseworker's message to the applicant.
func (s *site) sayCase(
	w http.ResponseWriter, r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) error {
	if posted.Has("insert") {
		return s.insertTemplate(w, r, a, posted)
	}
	p := readSay(ref, posted)
	err := s.Instances.Say(r.Context(), a, p)
	if t, ok := mendable(r, p, err); ok {
		c, err := s.openCase(r, a)
		if err != nil {
			return err
		}
		return s.drawCase(w, r, a, http.StatusUnprocessableEntity, c, t)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, caseBase(r)+"?told=1#messages")
}

// stopMessage stops a message that has not left yet.
func (s *site) stopMessage(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	id, err := canonicalID(one(posted, "message"))
	if err != nil {
		return "", err
	}
	return "did=stop#messages", s.Instances.StopMessage(r.Context(), a, ref, id)
}

// say takes an applicant's answer to a message.
func (s *site) say(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	p := readSay(ref, posted)
	err = s.Instances.Say(r.Context(), a, p)
	if t, ok := mendable(r, p, err); ok {
		return s.drawStatus(w, r, a, http.StatusUnprocessableEntity, t)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, base(ref)+"/status?told=1#messages")
}

// caseConversations are what has been said in a case's matter, the case's own first, with the
// form in which the caseworker writes.
func (s *site) caseConversations(
	r *http.Request, c instance.Case, lang string, t typed,
) []page.Conversation {
	own := c.Instance.InstanceRef
	var out []page.Conversation
	at := map[uuid.UUID]int{}
	if c.Conversation.MayWrite {
		out = append(out, caseConversation(c.Instance))
		out[0].Form = &page.Say{
			N: 1, Action: caseLink(r, "/"+actionMessage), Key: uuid.NewString(),
			Label: text.T(lang, "message.to_applicant"), Hint: text.T(lang, "message.to_applicant_hint"),
			Button: text.T(lang, "message.send_applicant"), Text: t.text, Error: t.error,
		}
		addTemplates(out[0].Form, c, lang, t)
		at[own.ID] = 0
	}
	for _, m := range c.Conversation.Messages {
		i, ok := at[m.Instance.ID]
		if !ok {
			i = len(out)
			at[m.Instance.ID] = i
			out = append(out, caseConversation(c.Conversation.Of[m.Instance.ID]))
		}
		said := messageOf(m, lang)
		if m.Leaves != nil && m.Instance.ID == own.ID && c.Input.Rights[access.ActionWrite] {
			said.StopURL = caseLink(r, "/work/stop")
		}
		out[i].Messages = append(out[i].Messages, said)
	}
	if i, ok := at[own.ID]; ok && i > 0 {
		out[0], out[i] = out[i], out[0]
	}
	return out
}

func caseConversation(inst core.Instance) page.Conversation {
	return page.Conversation{About: inst.Title, Reference: inst.Reference}
}

func messageOf(m core.KeptMessage, lang string) page.Message {
	out := page.Message{
		ID: m.ID.String(), Who: m.From, Text: m.Text, At: m.At, Mine: m.Sent, New: m.Unread,
	}
	switch m.State {
	case core.MessageStopped:
		out.State = text.T(lang, "message.stopped")
	case core.DeliveryWaiting:
		out.State = text.T(lang, "message.on_way")
		if m.Leaves != nil {
			out.State = text.T(lang, "message.leaves", text.Time(lang, *m.Leaves))
		}
	case core.DeliveryParked:
		out.State = text.T(lang, "message.late")
	case core.DeliveryGivenUp:
		out.State = text.T(lang, "message.given_up", m.GivenUpWhy)
	}
	return out
}

// ownConversations are what has been said about what a person has sent, each with the form to
// answer in.
func (s *site) ownConversations(sent instance.Sent, lang string, t typed) []page.Conversation {
	type ends struct{ own, other uuid.UUID }
	var out []page.Conversation
	at := map[ends]int{}
	for _, m := range sent.Conversation.Messages {
		key := ends{m.Instance.ID, m.Other.ID}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			inst := sent.Conversation.Of[m.Instance.ID]
			out = append(out, page.Conversation{
				About: s.Instances.AppTitleTo(inst.AppRef, lang), Reference: inst.Reference,
			})
		}
		out[i].Messages = append(out[i].Messages, messageOf(m, lang))
		if !m.Sent && out[i].Form == nil {
			form := answerForm(m, i+1, lang)
			if t.to == m.Other.ID && m.Instance.ID == sent.Instance.ID {
				form.Text, form.Error = t.text, t.error
			}
			out[i].Form = &form
		}
	}
	return out
}

func answerForm(m core.KeptMessage, n int, lang string) page.Say {
	return page.Say{
		N: n, Action: base(m.Instance) + "/" + actionMessage, To: m.Other.ID.String(),
		Key: uuid.NewString(), Label: text.T(lang, "message.answer", m.From),
		Hint: text.T(lang, "message.answer_hint"), Button: text.T(lang, "message.send_answer"),
	}
}

// myMessages lists what has come to the person, or to whom they act for.
func (s *site) myMessages(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	after, err := instance.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	head, err := s.citizenHead(r, a, core.Party{})
	if err != nil {
		return err
	}
	list, next, err := s.Instances.Received(r.Context(), a, after, instance.PageSize)
	if err != nil {
		return err
	}
	p := page.Messages{Head: head}
	for _, m := range list {
		p.Received = append(p.Received, page.Received{
			ID: m.ID.String(), URL: base(m.Instance) + "/status#messages", From: m.From,
			App: s.Instances.AppTitleTo(m.Instance.AppRef, head.Lang), Title: m.Title, Reference: m.Reference,
			At: m.At, New: m.Unread,
		})
	}
	if after != nil {
		p.FirstURL = r.URL.Path
	}
	if next != nil {
		p.NextURL = r.URL.Path + "?after=" + next.String()
	}
	return s.render(w, r, http.StatusOK, p)
}

// shownNotices is how many notices the page of development shows.
const shownNotices = 100

// notices shows, in development, what would have gone out by e-mail and text message.
func (s *site) notices(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	p := page.Notices{Head: s.plainHead(r)}
	if s.Notices != nil {
		list, err := s.Notices.Newest(shownNotices)
		if err != nil {
			return err
		}
		for _, n := range list {
			p.Notices = append(p.Notices, page.Notice{
				ID: n.ID.String(), Channel: string(n.Channel), To: n.To, Subject: n.Subject,
				Text: n.Text, Lang: n.Language, At: n.At,
			})
		}
	}
	return s.render(w, r, http.StatusOK, p)
}
