package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/relay"
	"stafett/internal/text"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/page"
	"stafett/templates/ui"
)

// drawForm draws a page of a form that a citizen fills in. The page is the one in the address.
func (s *site) drawForm(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, v instance.View,
) error {
	var kept *page.Kept
	if r.Method == http.MethodGet {
		var err error
		if kept, err = s.shown(r, a, &v, pageID(r)); err != nil {
			return err
		}
	}
	head, err := s.formHead(r, a, v)
	if err != nil {
		return err
	}
	ref := v.Instance.InstanceRef
	v.Input.Receiver = head.Organisation
	p := page.FormPage{
		Head: head, App: v.App.TitleTo(head.Lang), Form: v.Page(pageID(r)),
		TaskURL: taskURL(v), Now: s.Now(), Entry: formEntry(v, head.Lang),
		Saved: v.Instance.Changed, Recipient: head.Organisation, Other: otherLanguage(v.App, head.Lang),
		Row: v.Input.OpenRow, Turn: v.Input.Turn, Correcting: v.Correcting(),
		Correctable: v.App.Correct != nil, Kept: kept,
	}
	p.Clashes = s.clashes(head, a, p.Form, v.Collision)
	p.Form.In(v.App.Texts.Nearest(head.Lang), head.Lang)
	if from := r.URL.Query().Get("copied"); from != "" {
		p.Changed, p.Copied = s.Instances.Changed(r.Context(), ref.AppRef, from, head.Lang)
	}
	if v.Instance.Source != nil && v.Instance.Status == core.StatusDraft {
		p.Due = v.Instance.Due
	}
	p.DrawnFor = s.Login.Mark(a, pagePath(r))
	if p.Correcting && p.Form.Review {
		p.Changes = v.Changes()
	}
	if back := r.URL.Query().Get("back"); back != "" {
		if to, _ := v.Set.Page(back); to != nil {
			p.Back = back
		}
	}
	if v.Input.Rights[access.ActionDelete] && v.Instance.Status == core.StatusDraft &&
		v.Within == nil {
		p.DeleteURL = base(ref) + "/delete"
		p.Expires = instance.Expires(v.App, v.Instance)
	}
	return s.render(w, r, status, p)
}

// formHead is the head of a page of an instance: it says whom the form is for, whoever the
// person acts for elsewhere.
func (s *site) formHead(r *http.Request, a core.Actor, v instance.View) (layout.Head, error) {
	head, err := s.citizenHead(r, a, v.ServiceOwner)
	head.Party = layout.Party{
		Name: v.Owner.Name, Number: v.Owner.OrganisationNumber, Self: v.Owner.ID == a.User,
	}
	return head, err
}

// otherLanguage names the language that an app is shown in when it lacks the reader's.
func otherLanguage(d *app.Definition, lang string) string {
	for _, has := range d.Texts.Languages() {
		if has == lang {
			return ""
		}
	}
	return text.T(lang, "web.language_nb")
}

// drawSaved answers an autosave. A page that others have saved beside stays one of its version, so
// that each of its saves is merged.
func (s *site) drawSaved(
	w http.ResponseWriter, r *http.Request, a core.Actor, saved instance.Saved, posted url.Values,
) error {
	p := page.Saved{
		Head: s.plainHead(r), At: saved.View.Instance.Changed, Now: s.Now(),
		Version: saved.View.DocumentVersion(), Drawn: saved.Drawn.String(), Behind: saved.Behind,
		Seen: saved.Seen,
	}
	p.Dates = form.ReadDates(saved.View.App, saved.View.Set, saved.Page, posted, p.Lang)
	if !saved.Behind {
		return s.render(w, r, http.StatusOK, p)
	}
	p.Version, _ = version(posted)
	p.Clashes = s.clashes(p.Head, a, saved.View.Page(saved.Page), saved.Collision)
	if len(saved.Clashes) > 0 {
		return s.render(w, r, http.StatusConflict, p)
	}
	return s.render(w, r, http.StatusOK, p)
}

// fileIssue is what is wrong with a file that was not stored.
func (s *site) fileIssue(r *http.Request, dataType, name string, err error) form.Issue {
	key, args, _ := fault.Text(err)
	return form.Issue{
		Path: dataType, NodeID: dataType, Page: pageID(r), Severity: app.SeverityError,
		Message: name + ": " + text.T(language(r.Context()), key, args...), Code: "file",
	}
}

// drawUploaded answers the upload script with the file's line: stored, or refused with why.
func (s *site) drawUploaded(
	w http.ResponseWriter, r *http.Request, name string, e core.DataElement, v instance.View, err error,
) error {
	lang := language(r.Context())
	if err == nil {
		file := form.File{
			ID: e.ID.String(), Name: e.Filename, ContentType: e.ContentType, Size: e.Size,
			URL: base(v.Instance.InstanceRef) + "/files/" + e.ID.String(),
		}
		return s.render(w, r, http.StatusCreated, field.UploadedFile{Lang: lang, File: file})
	}
	key, args, _ := fault.Text(err)
	status := fault.Status(err)
	if key == "fault.file_count" {
		status = http.StatusUnprocessableEntity // A system is told 409, as Altinn does.
	}
	return s.render(w, r, status, field.UploadedFile{
		Lang: lang, File: form.File{ID: core.RequestID(r.Context()), Name: name},
		Error: text.T(lang, key, args...),
	})
}

func (s *site) draft(inst core.Instance, lang string) page.Draft {
	d := page.Draft{
		ID: inst.ID.String(), URL: base(inst.InstanceRef), DeleteURL: base(inst.InstanceRef) + "/delete",
		App: s.Instances.AppTitleTo(inst.AppRef, lang), Title: inst.Title, Saved: inst.Changed,
		Now: s.Now(),
	}
	if inst.Corrects != uuid.Nil {
		d.App = text.T(lang, "retract.draft", d.App)
	}
	if inst.Source != nil {
		// The organisation has asked for it: it is answered, not thrown away.
		d.DeleteURL, d.Due = "", inst.Due
	}
	if of, err := s.Instances.App(inst.AppRef); err == nil {
		d.Expires = instance.Expires(of, inst)
	}
	return d
}

func (s *site) deleteForm(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	v, err := s.open(r, a)
	if err != nil {
		return err
	}
	if v.Instance.Status != core.StatusDraft {
		return seeOther(w, r, base(v.Instance.InstanceRef))
	}
	head, err := s.formHead(r, a, v)
	if err != nil {
		return err
	}
	ref := v.Instance.InstanceRef
	return s.render(w, r, http.StatusOK, page.DeleteDraft{
		Head: head, Draft: s.draft(v.Instance, head.Lang), Action: base(ref) + "/delete",
		CancelURL: base(ref),
	})
}

func (s *site) sent(
	r *http.Request, a core.Actor,
	open func(context.Context, core.Actor, core.InstanceRef, string) (instance.Sent, error),
) (instance.Sent, layout.Head, error) {
	ref, err := instanceRef(r)
	if err != nil {
		return instance.Sent{}, layout.Head{}, err
	}
	sent, err := open(r.Context(), a, ref, language(r.Context()))
	if err != nil {
		return sent, layout.Head{}, err
	}
	sent.Input.BaseURL, sent.Input.ReadOnly = base(ref), true
	head, err := s.formHead(r, a, sent.View)
	return sent, head, err
}

// receipt is the proof that something was sent. It waits for no handover.
func (s *site) receipt(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	sent, head, err := s.sent(r, a, s.Instances.Sent)
	if fault.Is(err, fault.Conflict) {
		return seeOther(w, r, "/my")
	}
	if err != nil {
		return err
	}
	ref := sent.Instance.InstanceRef
	heading := ""
	if sent.Instance.Corrects != uuid.Nil {
		heading = text.T(head.Lang, "retract.receipt_title")
	}
	return s.render(w, r, http.StatusOK, page.Receipt{
		Head: head, Heading: heading, App: sent.App.TitleTo(head.Lang), Title: sent.Instance.Title,
		Reference: sent.Instance.Reference, Submitted: *sent.Instance.Submitted,
		Recipient: sent.ServiceOwner.Name, Sender: a.Name, Owner: sent.Owner.Name,
		OwnerNumber: sent.Owner.OrganisationNumber,
		Due:         sent.Expected(),
		Sections:    sections(sent.View), Files: len(sent.Input.Elements),
		PDFURL:    base(ref) + "/receipt.pdf",
		StatusURL: base(firstVersion(sent.Instance)) + "/status", MyURL: "/my",
	})
}

// sections are all answers of an instance, task by task, as they are read.
func sections(v instance.View) []form.Section {
	var out []form.Section
	for _, set := range v.Sets() {
		out = append(out, summed(v, set)...)
	}
	return out
}

// summed sums a form up for a page.
func summed(v instance.View, set *app.LayoutSet) []form.Section {
	lang := v.Input.Language
	return form.SectionsIn(form.Summarise(v.App, set, v.Input, form.SummaryOptions{HideEmpty: true}),
		v.App.Texts.Nearest(lang), lang)
}

func (s *site) status(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.drawStatus(w, r, a, http.StatusOK, typed{})
}

// drawStatus draws the status page, with what the person was answering.
func (s *site) drawStatus(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, t typed,
) error {
	sent, head, err := s.sent(r, a, s.Instances.Followed)
	if fault.Is(err, fault.Conflict) {
		return seeOther(w, r, "/my")
	}
	if err != nil {
		return err
	}
	if sent.Instance.Corrects != uuid.Nil {
		return seeOther(w, r, base(firstVersion(sent.Instance))+"/status")
	}
	conversations := s.ownConversations(sent, head.Lang, t)
	if sent.Letter() {
		return s.drawLetter(w, r, status, sent, head, conversations)
	}
	ref := sent.Instance.InstanceRef
	p := page.Status{
		Head: head, App: sent.App.TitleTo(head.Lang), Title: sent.Instance.Title,
		Reference: sent.Instance.Reference, Submitted: *sent.Instance.Submitted, Now: s.Now(),
		Status: s.sentTag(sent.Instance, head.Lang), Recipient: sent.ServiceOwner.Name,
		Owner: sent.Owner.Name, Due: sent.AnswerBy(s.Now()),
		Sections: sections(sent.Newest), PDFURL: base(ref) + "/receipt.pdf",
		ReceiptURL: base(ref) + "/receipt", MyURL: "/my", Story: chapters(sent.Story, head.Lang),
		Conversations: conversations, CopyURL: copyURL(sent),
		Openings: s.openings(sent.Openings, head.Lang),
	}
	if p.Feedback = sent.AwaitsFeedback(); p.Feedback {
		p.Text = ownText(sent.App, head.Lang, "feedback.body")
	}
	if to := standsAt(sent.View); to != base(ref)+"/status" {
		p.TodoURL = to
	}
	if sub := sent.Instance.Substatus; sub != nil {
		p.Text = text.In(sub.FoundIn(head.Lang), head.Lang, sub.In(head.Lang).Description)
		if sub.Expected != nil {
			p.Due = sub.Expected
		}
		if sub.Ended {
			p.Ended = sub.Reported
		}
	}
	s.handed(&p, sent)
	retracted(&p, sent)
	return s.render(w, r, status, p)
}

// copyURL is where a new form is begun from what was sent; "" when it cannot be.
func copyURL(sent instance.Sent) string {
	if !sent.Copyable() {
		return ""
	}
	return base(sent.Instance.InstanceRef) + "/copy"
}

// letter tells whether the instance is one that its owner has been sent, and did not send.
func (s *site) letter(inst core.Instance) bool {
	d, err := s.Instances.App(inst.AppRef)
	return err == nil && relay.Letter(d)
}

// substatus is what the receiving app calls how far it has come.
func substatus(s core.Substatus, lang string) string {
	return text.In(s.FoundIn(lang), lang, s.In(lang).Label)
}

// sentTag is the state of something that was sent, in a word.
func (s *site) sentTag(inst core.Instance, lang string) ui.Tag {
	if inst.Withdrawn != nil {
		return ui.Tag{Text: text.T(lang, "retract.withdrawn"), Tone: ui.ToneEnded}
	}
	if inst.Substatus != nil {
		tone := ui.ToneProgress
		if inst.Substatus.Ended {
			tone = ui.ToneDone
		}
		return ui.Tag{Text: substatus(*inst.Substatus, lang), Tone: tone}
	}
	if s.letter(inst) {
		return ui.Tag{Text: text.T(lang, "web.status_received"), Tone: ui.ToneNew}
	}
	return ui.Tag{Text: text.T(lang, "web.status_sent"), Tone: ui.ToneDone}
}
