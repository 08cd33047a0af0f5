package web

import (
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
)

// base is the address under which an instance's pages stand.
func base(ref core.InstanceRef) string {
	return "/" + ref.AppRef.String() + "/instance/" + ref.String()
}

// taskURL is the address under which the pages of an instance's current task stand, or those of
// the entry that the view is of.
func taskURL(v instance.View) string {
	task := base(v.Instance.InstanceRef) + "/" + v.Instance.Process.Task
	if v.Within == nil {
		return task
	}
	return task + "/" + v.Input.Entry.Path()
}

// pageURL is the address of a page of the form that the view is of.
func pageURL(v instance.View, page string) string { return taskURL(v) + "/" + page }

// resume goes to where an instance stands.
func (s *site) resume(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	v, err := s.open(r, a)
	if err != nil {
		return err
	}
	if to := s.keptURL(r, v.Instance.InstanceRef); to != "" {
		return seeOther(w, r, to)
	}
	return seeOther(w, r, standsAt(v))
}

func (s *site) open(r *http.Request, a core.Actor) (instance.View, error) {
	ref, err := instanceRef(r)
	if err != nil {
		return instance.View{}, err
	}
	v, err := s.Instances.Open(r.Context(), a, ref, language(r.Context()))
	v.Input.BaseURL = base(ref)
	return v, err
}

func (s *site) formPage(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	v, err := s.open(r, a)
	if err != nil {
		return err
	}
	if v.Instance.Process.Task != r.PathValue("task") || v.Set == nil {
		return seeOther(w, r, base(v.Instance.InstanceRef))
	}
	if v, err = enter(r, v); err != nil {
		return err
	}
	if page, _ := v.Set.Page(pageID(r)); page == nil {
		return fault.New(fault.NotFound, "fault.page_not_found")
	}
	v.Input.OpenRow, v.Input.Turn = r.URL.Query().Get("row"), r.URL.Query().Get("turn")
	v.Input.Shown = form.Notes(v.App, v.Set, pageID(r), v.Input)
	return s.drawForm(w, r, a, http.StatusOK, v)
}

// postPage stores a page and goes where the pressed button says. With issues the person stays,
// and the page shows what was typed with what is to be mended.
func (s *site) postPage(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	var files uploads
	posted, err := readFormWithFiles(w, r, func(field string, part *multipart.Part) error {
		return files.take(s, r, a, ref, field, part)
	})
	if err != nil {
		return err
	}
	r = choseLanguage(w, r, formLanguage(posted))
	action, acts := strings.CutPrefix(one(posted, "go"), form.GoAction)
	sends := one(posted, "go") == "submit"
	held := (acts || sends) && files.hold(posted)
	switch {
	case (acts || sends) && r.PathValue("element") != "":
		return fault.New(fault.Malformed, "fault.malformed") // an entry is not sent by itself
	case one(posted, "go") == goForget:
		return s.forget(w, r, a)
	case held:
		// It is saved as by any other button, and sent by the next press.
	case sends:
		return s.submit(w, r, a, ref, posted)
	case acts:
		return s.act(w, r, a, ref, posted, files.bound, action)
	}
	saved, err := s.save(r, a, ref, posted, files.bound)
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	if err := s.removeFile(r, a, ref, posted); err != nil {
		return err
	}
	issues := append(saved.Issues, files.issues...)
	if len(saved.Clashes) > 0 {
		return s.clash(w, r, a, saved, posted, issues)
	}
	if len(issues) > 0 {
		return s.stay(w, r, a, saved, posted, issues)
	}
	if held {
		return seeOther(w, r, pageURL(saved.View, pageID(r))+"?uploaded=1")
	}
	return seeOther(w, r, merged(s.after(r, saved, posted), saved))
}

// save stores what was posted. The files that came with it stay only when it is stored.
func (s *site) save(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
	attached map[string][]uuid.UUID,
) (instance.Saved, error) {
	version, err := version(posted)
	if err != nil {
		return instance.Saved{}, errors.Join(err, s.dropFiles(r, a, ref, attached))
	}
	entry, err := entryRef(r)
	if err != nil {
		return instance.Saved{}, errors.Join(err, s.dropFiles(r, a, ref, attached))
	}
	seen, err := seen(posted)
	if err != nil {
		return instance.Saved{}, errors.Join(err, s.dropFiles(r, a, ref, attached))
	}
	to := one(posted, "go")
	saved, err := s.Instances.Save(r.Context(), a, instance.SaveRequest{
		Ref: ref, Task: r.PathValue("task"), Page: pageID(r), Entry: entry, Version: version,
		Seen: seen, Posted: posted, Language: language(r.Context()),
		Check: to == form.GoNext || to == form.GoDone, Whole: to == form.GoDone,
		Leave: to == form.GoClose, Do: entryCommand(posted), Row: one(posted, "row"),
		Accepted: one(posted, "accepted"), Attached: attached,
	})
	if err != nil {
		return saved, errors.Join(err, s.dropFiles(r, a, ref, attached))
	}
	return saved, s.Login.DropKept(r, a, pagePath(r))
}

// stay draws the page again. The files of this post are stored already, so the view is read
// anew when there were any.
func (s *site) stay(
	w http.ResponseWriter, r *http.Request, a core.Actor, saved instance.Saved, posted url.Values,
	issues []form.Issue,
) error {
	v, err := s.openPage(r, a)
	if err != nil {
		return err
	}
	v.Input.Shown, v.Input.Posted, v.Input.OpenRow = issues, saved.Posted, openRow(r, saved, posted)
	v.Input.Ask = saved.Ask
	if len(saved.Issues) == 0 {
		v.Input.Turn = turned(r, saved, posted)
	}
	return s.drawForm(w, r, a, http.StatusUnprocessableEntity, v)
}

// openRow is the row that stays open: the one that a button of a row said, else the one that was
// open on the page that was posted.
func openRow(r *http.Request, saved instance.Saved, posted url.Values) string {
	if one(posted, "row") != "" || saved.OpenRow != "" {
		return saved.OpenRow
	}
	return r.URL.Query().Get("row")
}

// after is where the person goes when a page is stored and nothing is to be mended.
func (s *site) after(r *http.Request, saved instance.Saved, posted url.Values) string {
	v := saved.View
	v.Input.BaseURL = base(v.Instance.InstanceRef)
	here := pageID(r)
	if page, ok := jump(v, posted); ok {
		return pageURL(v, page)
	}
	if to, ok := listed(v, saved, posted); ok {
		return to
	}
	switch one(posted, "go") {
	case "next":
		if back := r.URL.Query().Get("back"); back != "" {
			if page, _ := v.Set.Page(back); page != nil {
				return pageURL(v, back)
			}
		}
		if next := v.Page(here).Next; next != "" {
			return pageURL(v, next)
		}
		if v.Within != nil {
			return listURL(v)
		}
	case "back":
		if previous := v.Page(here).Previous; previous != "" {
			return pageURL(v, previous)
		}
		if v.Within != nil {
			return listURL(v)
		}
	case "later":
		return "/my?saved=1"
	}
	v.Input.OpenRow, v.Input.Turn = openRow(r, saved, posted), turned(r, saved, posted)
	to := rowsURL(pageURL(v, here), v.Input.OpenRow, v.Input.Turn)
	if one(posted, "row") == "" {
		return to
	}
	return focused(to, rowFocus(v.Page(here).Nodes, v.Input.OpenRow, posted))
}

// rowsURL is a page's address with the row that is open and the page of rows that is shown.
func rowsURL(page, row, turn string) string {
	q := url.Values{}
	if turn != "" {
		q.Set("turn", turn)
	}
	if row == "" && turn == "" {
		return page
	}
	if row == "" {
		return page + "?" + q.Encode()
	}
	q.Set("row", row)
	return page + "?" + q.Encode() + "#row"
}

// turned is the page of rows that is shown next: the one that a button turned to, else the one
// that was shown, which a command on one of its rows does not leave.
func turned(r *http.Request, saved instance.Saved, posted url.Values) string {
	if verb, _, _ := strings.Cut(one(posted, "row"), ":"); saved.Turn != "" || verb == "add" {
		return saved.Turn
	}
	return r.URL.Query().Get("turn")
}

// submit sends the form. The second press of a button finds the work done and gets the receipt.
func (s *site) submit(
	w http.ResponseWriter, r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) error {
	seen, err := seen(posted)
	if err != nil {
		return err
	}
	return s.step(w, r, a, posted, instance.Step{
		Ref: ref, Task: r.PathValue("task"), Version: seen, Language: language(r.Context()),
		Page: pageID(r), Posted: posted,
	})
}

// autosave stores a page while the person types, and answers a fragment: when it was saved, and
// the version that the next post must name.
func (s *site) autosave(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	posted, err := readFormWithFiles(w, r, func(string, *multipart.Part) error {
		return fault.New(fault.Unsupported, "fault.content_type")
	})
	if err != nil {
		return err
	}
	saved, err := s.save(r, a, ref, posted, nil)
	if err != nil {
		return err
	}
	return s.drawSaved(w, r, a, saved, posted)
}

func (s *site) deleteDraft(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	if _, err := readForm(w, r); err != nil {
		return err
	}
	if err := s.Instances.Delete(r.Context(), a, ref); err != nil {
		return err
	}
	return seeOther(w, r, "/my?deleted=1")
}

// copySent begins a new form from one that was sent.
func (s *site) copySent(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	draft, from, err := s.Instances.Copy(r.Context(), a, ref, language(r.Context()))
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	v, err := s.Instances.Open(r.Context(), a, draft.InstanceRef, language(r.Context()))
	if err != nil {
		return err
	}
	return seeOther(w, r, standsAt(v)+"?copied="+queryEscape(from))
}

// restore takes the deletion of a draft back.
func (s *site) restore(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	id, err := canonicalID(one(posted, "draft"))
	if err != nil {
		return err
	}
	if _, err := s.Instances.Restore(r.Context(), a, id); err != nil {
		return err
	}
	return seeOther(w, r, "/my?restored=1")
}

// receiptPDF sends the submission as a PDF.
func (s *site) receiptPDF(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	file, inst, err := s.Instances.PDF(r.Context(), a, ref)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="`+inst.Reference+`.pdf"`)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	// The client may have gone away; there is nobody left to tell.
	_, _ = w.Write(file)
	return nil
}
