package web

import (
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/pdf"
	"stafett/internal/text"
	"stafett/templates/page"
)

// caseDossier gives a case as a PDF: what was sent, what was decided, what was said and what has
// happened. The notes of colleagues are in it only where they are asked for.
func (s *site) caseDossier(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("guid"))
	if err != nil {
		return err
	}
	notes := r.URL.Query().Get("notes")
	if notes != "" && notes != "1" {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	c, err := s.Instances.Dossier(r.Context(), a, org.ID, id, language(r.Context()), notes == "1")
	if err != nil {
		return err
	}
	file := s.dossier(r, a, c).Bytes()
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Length", strconv.Itoa(len(file)))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment",
		map[string]string{"filename": c.Instance.Reference + "-sak.pdf"}))
	// The client may have gone away; there is nobody left to tell.
	_, _ = w.Write(file)
	return nil
}

// dossier draws the case up for paper, with absolute times and no link.
func (s *site) dossier(r *http.Request, a core.Actor, c instance.Case) pdf.Dossier {
	lang := language(r.Context())
	t := func(key string, args ...any) string { return text.T(lang, key, args...) }
	c.Input.ReadOnly = true
	application, own := divided(c.View)
	files := caseFiles(r, c.Input.Elements, append(application, own...))
	out := pdf.Dossier{
		Title: c.Instance.Title, Lang: lang, Made: s.Now(),
		Facts: [][2]string{
			{t("inbox.reference"), c.Instance.Reference},
			{t("dossier.service"), c.App.Title(lang)},
			{t("dossier.applicant"), c.Instance.Applicant},
			{t("dossier.status"), s.caseTag(c.Instance, lang).Text},
		},
		Parts: []pdf.Part{
			{Title: t("inbox.application"), Sections: application},
			{Title: t("dossier.own"), Sections: own},
			{Title: t("inbox.attachments"), Rows: fileRows(lang, c.Input.Elements, files)},
			{Title: t("message.title"), Said: said(c, lang)},
			{Title: t("inbox.history"), Rows: s.historyRows(c, lang), About: historyCut(c, lang)},
		},
	}
	if out.Title == "" {
		out.Title = c.Instance.Reference
	}
	fact := func(key, value string) { out.Facts = append(out.Facts, [2]string{t(key), value}) }
	if c.Instance.Submitted != nil {
		fact("inbox.received", text.DateTime(lang, *c.Instance.Submitted))
	}
	if ended := c.Instance.Process.Ended; ended != nil {
		fact("inbox.ended", text.DateTime(lang, *ended))
	} else if c.Instance.Due != nil {
		fact("inbox.due", text.DateTime(lang, *c.Instance.Due))
	}
	if c.Instance.AssigneeName != "" {
		fact("inbox.assignee", c.Instance.AssigneeName)
	}
	if back := c.Instance.Withdrawn; back != nil {
		fact("retract.withdrawn", text.DateTime(lang, back.At)+"\n"+back.Reason)
	}
	fact("dossier.made", t("dossier.made_by", text.DateTime(lang, s.Now()), a.Name))
	if len(c.Work.Notes) > 0 {
		out.Parts = append(out.Parts, pdf.Part{
			Title: t("work.notes"), About: t("dossier.internal"), Said: notesSaid(c, lang),
		})
	}
	return out
}

// fileRows tell of the attachments, each with its hash.
func fileRows(lang string, elements []core.DataElement, files []page.CaseFile) [][2]string {
	var out [][2]string
	for i, f := range files {
		about := []string{text.Size(lang, f.Size) + " · " + f.ContentType}
		if !f.Received.IsZero() {
			about = append(about, text.T(lang, "inbox.file_came", text.DateTime(lang, f.Received)))
		}
		if f.Question != "" {
			about = append(about, text.T(lang, "casefile.answers", f.Question))
		}
		about = append(about, text.T(lang, "dossier.hash", hex.EncodeToString(elements[i].SHA256)))
		out = append(out, [2]string{f.Name, strings.Join(about, "\n")})
	}
	return out
}

// said are the messages of the matter, each with whose case it was in.
func said(c instance.Case, lang string) []pdf.Said {
	var out []pdf.Said
	for _, m := range c.Conversation.Messages {
		who := fmt.Sprintf("%s · %s", messageOf(m, lang).Who, text.DateTime(lang, m.At))
		if m.Instance.ID != c.Instance.ID {
			who += " · " + c.Conversation.Of[m.Instance.ID].Reference
		}
		out = append(out, pdf.Said{Who: who, Text: m.Text})
	}
	return out
}

// notesSaid are the notes, the oldest first.
func notesSaid(c instance.Case, lang string) []pdf.Said {
	var out []pdf.Said
	d := workDraft{lang: lang}
	for _, n := range d.notes(c.Work.Notes) {
		who := n.Who + " · " + text.DateTime(lang, n.At)
		if n.About != "" {
			who += " · " + n.About
		}
		out = append([]pdf.Said{{Who: who, Text: n.Text}}, out...)
	}
	return out
}

// historyRows are the newest lines of the history, without who has looked at the case.
func (s *site) historyRows(c instance.Case, lang string) [][2]string {
	var out [][2]string
	for _, e := range c.Stream {
		l := historyLine(c.App, e, lang)
		out = append(out, [2]string{text.DateTime(lang, l.At), l.What + "\n" + l.Who})
	}
	return out
}

func historyCut(c instance.Case, lang string) string {
	if c.Older == 0 {
		return ""
	}
	return text.T(lang, "dossier.history_cut")
}

// divided are a case's answers: what came with it, and what colleagues have filled in themselves.
// The first form is what the case was made of; after it, a task of type data is filled in here.
func divided(v instance.View) (application, own []form.Section) {
	for i, set := range v.Sets() {
		told := form.Summarise(v.App, set, v.Input, form.SummaryOptions{HideEmpty: true})
		if i > 0 && filledInHere(v, set) {
			own = append(own, told...)
		} else {
			application = append(application, told...)
		}
	}
	return application, own
}
