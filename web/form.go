package web

import (
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/web/api"
)

// base is the address under which an instance's pages stand.
func base(ref core.InstanceRef) string {
	return "/" + ref.AppRef.String() + "/instance/" + ref.String()
}

// pageURL is the address of a page of an instance's current task.
func pageURL(v instance.View, page string) string {
	return base(v.Instance.InstanceRef) + "/" + v.Instance.Process.Task + "/" + page
}

// start makes a draft and goes to its first page.
func (s *site) start(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	if _, err := readForm(w, r); err != nil {
		return err
	}
	inst, err := s.Instances.Start(r.Context(), a, appRef(r), a.Party, language(r.Context()))
	if err != nil {
		return err
	}
	return seeOther(w, r, base(inst.InstanceRef))
}

// resume goes to where an instance stands: its first page, or its status once it is sent.
func (s *site) resume(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	v, err := s.open(r, a)
	if err != nil {
		return err
	}
	if v.Set == nil || v.Instance.Submitted != nil {
		return seeOther(w, r, base(v.Instance.InstanceRef)+"/status")
	}
	return seeOther(w, r, pageURL(v, form.FirstPage(v.App, v.Set, v.Input)))
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
	if page, _ := v.Set.Page(r.PathValue("page")); page == nil {
		return fault.New(fault.NotFound, "fault.page_not_found")
	}
	v.Input.OpenRow = r.URL.Query().Get("row")
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
	if one(posted, "go") == "submit" {
		return s.submit(w, r, a, ref, posted)
	}
	if action, ok := strings.CutPrefix(one(posted, "go"), form.GoAction); ok {
		return s.act(w, r, a, ref, posted, action)
	}
	saved, err := s.save(r, a, ref, posted)
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	if err := s.removeFile(r, a, ref, posted); err != nil {
		return err
	}
	issues := append(saved.Issues, files.issues...)
	if len(issues) > 0 {
		return s.stay(w, r, a, saved, posted, issues)
	}
	return seeOther(w, r, s.after(r, saved, posted))
}

func (s *site) save(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (instance.Saved, error) {
	version, err := version(posted)
	if err != nil {
		return instance.Saved{}, err
	}
	return s.Instances.Save(r.Context(), a, instance.SaveRequest{
		Ref: ref, Task: r.PathValue("task"), Page: r.PathValue("page"), Version: version,
		Posted: posted, Language: language(r.Context()),
		Check: one(posted, "go") == "next", Row: one(posted, "row"),
	})
}

// stay draws the page again. The files of this post are stored already, so the view is read
// anew when there were any.
func (s *site) stay(
	w http.ResponseWriter, r *http.Request, a core.Actor, saved instance.Saved, posted url.Values,
	issues []form.Issue,
) error {
	v, err := s.open(r, a)
	if err != nil {
		return err
	}
	v.Input.Shown, v.Input.Posted, v.Input.OpenRow = issues, saved.Posted, openRow(r, saved, posted)
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
	here := r.PathValue("page")
	if page, ok := jump(v, posted); ok {
		return pageURL(v, page)
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
	case "back":
		if previous := v.Page(here).Previous; previous != "" {
			return pageURL(v, previous)
		}
	case "later":
		return "/my?saved=1"
	}
	to := pageURL(v, here)
	if row := openRow(r, saved, posted); row != "" {
		return to + "?row=" + url.QueryEscape(row) + "#row"
	}
	return to
}

// submit sends the form. The second press of a button finds the work done and gets the receipt.
func (s *site) submit(
	w http.ResponseWriter, r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) error {
	version, err := version(posted)
	if err != nil {
		return err
	}
	return s.step(w, r, a, posted, instance.Step{
		Ref: ref, Task: r.PathValue("task"), Version: version, Language: language(r.Context()),
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
	saved, err := s.save(r, a, ref, posted)
	if err != nil {
		return err
	}
	return s.drawSaved(w, r, saved)
}

// removeFile takes away the attachment whose button was pressed.
func (s *site) removeFile(r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values) error {
	if posted.Get("remove") == "" {
		return nil
	}
	id, err := canonicalID(one(posted, "remove"))
	if err != nil {
		return err
	}
	return s.Instances.Remove(r.Context(), a, ref, r.PathValue("task"), id)
}

// filePrefix begins the name of a file field; the data type follows.
const filePrefix = "file:"

// uploads are the files of one post: stored as they stream in, with what was wrong with them.
type uploads struct{ issues []form.Issue }

// take stores one file. A file that is refused is an issue at its field and stops nothing else.
func (u *uploads) take(
	s *site, r *http.Request, a core.Actor, ref core.InstanceRef, field string, part *multipart.Part,
) error {
	dataType, ok := strings.CutPrefix(field, filePrefix)
	if !ok {
		return fault.New(fault.Malformed, "fault.data_type")
	}
	_, _, err := s.Instances.Upload(r.Context(), a, ref, r.PathValue("task"), instance.File{
		DataType: dataType, Filename: part.FileName(), Body: part,
		ContentType: part.Header.Get("Content-Type"),
	})
	switch fault.KindOf(err) {
	case "":
		return nil
	case fault.Invalid, fault.TooLarge, fault.Unsupported, fault.Conflict:
		u.issues = append(u.issues, s.fileIssue(r, dataType, part.FileName(), err))
		return nil
	}
	return err
}

// upload takes one file from the upload script and answers its list item.
func (s *site) upload(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	stored := 0
	_, err = readFormWithFiles(w, r, func(field string, part *multipart.Part) error {
		if stored++; stored > 1 {
			return fault.New(fault.Malformed, "fault.multipart")
		}
		dataType, _ := strings.CutPrefix(field, filePrefix)
		e, v, err := s.Instances.Upload(r.Context(), a, ref, r.PathValue("task"), instance.File{
			DataType: dataType, Filename: part.FileName(), Body: part,
			ContentType: part.Header.Get("Content-Type"),
		})
		return s.drawUploaded(w, r, part.FileName(), e, v, err)
	})
	if err == nil && stored == 0 {
		return fault.New(fault.Malformed, "fault.multipart")
	}
	return err
}

// file sends an attachment to someone who may read the instance.
func (s *site) file(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	return s.sendFile(w, r, a, ref)
}

func (s *site) sendFile(w http.ResponseWriter, r *http.Request, a core.Actor, ref core.InstanceRef) error {
	id, err := canonicalID(r.PathValue("element"))
	if err != nil {
		return err
	}
	d, err := s.Instances.Download(r.Context(), a, ref, id)
	if err != nil {
		return err
	}
	defer d.Content.Close()
	api.SendFile(w, d)
	return nil
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
