package web

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/templates/page"
	"stafett/web/api"
)

// shownText is how much of a text is shown on a page, in bytes.
const shownText = 256 << 10

// What a file that is shown may do: nothing. A PDF is drawn by the browser's own reader, which some
// browsers keep out of a sandbox, and which styles and embeds what it draws as part of the answer.
// That nothing else is drawn is seen to by the content type, which is what the content is.
const (
	framedImage = "default-src 'none'; frame-ancestors 'self'; sandbox"
	framedPDF   = "script-src 'none'; connect-src 'none'; form-action 'none'; base-uri 'none'; " +
		"frame-ancestors 'self'"
)

// caseFileOf gives an attachment as the case's pages lead to it.
func caseFileOf(r *http.Request, e core.DataElement) page.CaseFile {
	f := page.CaseFile{
		ID: e.ID.String(), Name: e.Filename, ContentType: e.ContentType, Size: e.Size,
		Received: e.Created, Scanned: e.Scan == core.ScanClean, Download: caseBase(r) + "/files/" + e.ID.String(),
	}
	f.URL = f.Download
	if instance.KindOf(e.ContentType) != "" {
		f.URL = caseLink(r, "/files/"+f.ID+"/view")
	}
	return f
}

// caseFiles are a case's attachments with the questions that they answer.
func caseFiles(r *http.Request, elements []core.DataElement, told []form.Section) []page.CaseFile {
	questions := map[string]string{}
	for _, s := range told {
		for _, a := range s.Answers {
			for _, f := range a.Files {
				questions[f.ID] = a.Question
			}
		}
	}
	var out []page.CaseFile
	for _, e := range elements {
		f := caseFileOf(r, e)
		f.Question = questions[f.ID]
		out = append(out, f)
	}
	return out
}

// caseFileView shows an attachment on a page of the case.
func (s *site) caseFileView(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("guid"))
	if err != nil {
		return err
	}
	element, err := canonicalID(r.PathValue("element"))
	if err != nil {
		return err
	}
	f, err := s.Instances.CaseFile(r.Context(), a, org.ID, id, element)
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, f.Owner)
	if err != nil {
		return err
	}
	p := page.FilePage{
		Head: head, CaseHead: s.caseHead(r, instance.Case{View: f.View}), File: caseFileOf(r, f.Element),
		Number: f.At + 1, Count: len(f.Input.Elements),
	}
	beside := func(i int) string {
		if i < 0 || i >= len(f.Input.Elements) {
			return ""
		}
		return caseLink(r, "/files/"+f.Input.Elements[i].ID.String()+"/view")
	}
	p.Previous, p.Next = beside(f.At-1), beside(f.At+1)
	content := p.File.Download + "/content"
	switch instance.KindOf(f.Element.ContentType) {
	case instance.FileImage:
		p.ImageURL, p.Alone = content, content
	case instance.FilePDF:
		p.FrameURL, p.Alone = content, content
		h := w.Header()
		h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src 'self'")
	case instance.FileText:
		if p.Text, p.Cut, err = s.beginning(r, a, f); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, p)
}

// beginning reads the beginning of a text; "" when the content is something else.
func (s *site) beginning(
	r *http.Request, a core.Actor, f instance.CaseFile,
) (words string, cut bool, err error) {
	d, err := s.Instances.Download(r.Context(), a, f.Instance.InstanceRef, f.Element.ID)
	if err != nil {
		return "", false, err
	}
	defer func() { _ = d.Content.Close() }()
	if _, kind, err := d.Detect(); err != nil || kind != instance.FileText {
		return "", false, err
	}
	raw, err := io.ReadAll(io.LimitReader(d.Content, shownText+1))
	if err != nil {
		return "", false, err
	}
	if cut = len(raw) > shownText; cut {
		raw = raw[:shownText]
		for len(raw) > 0 && !utf8.Valid(raw[max(0, len(raw)-utf8.UTFMax):]) && shownText-len(raw) < utf8.UTFMax {
			raw = raw[:len(raw)-1]
		}
	}
	if !utf8.Valid(raw) {
		return "", false, nil
	}
	return strings.ReplaceAll(string(raw), "\x00", ""), cut, nil
}

// caseFileContent sends an attachment to be shown, when it is of a type that browsers show without
// running it; any other is only to be downloaded.
func (s *site) caseFileContent(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := s.caseRef(r, a)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("element"))
	if err != nil {
		return err
	}
	d, err := s.Instances.Download(r.Context(), a, ref, id)
	if err != nil {
		return err
	}
	defer func() { _ = d.Content.Close() }()
	contentType, kind, err := d.Detect()
	if err != nil {
		return err
	}
	csp := framedImage
	switch kind {
	case instance.FilePDF:
		csp = framedPDF
	case instance.FileImage:
	default:
		api.SendFile(w, d)
		return nil
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.FormatInt(d.Element.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("inline",
		map[string]string{"filename": d.Element.Filename}))
	h.Set("Content-Security-Policy", csp)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	// The client may go away half-way; there is nobody left to tell.
	_, _ = io.Copy(w, d.Content)
	return nil
}
