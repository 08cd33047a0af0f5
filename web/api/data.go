package api

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strconv"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/schema"
)

// addData adds an attachment: a raw body with Content-Type and Content-Disposition.
func (a *API) addData(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.caller(r, access.ScopeWrite, core.ActUpload)
	if err != nil {
		return err
	}
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	_, disposition, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
	if err != nil || disposition["filename"] == "" {
		return fault.New(fault.Malformed, "fault.filename")
	}
	r.Body = http.MaxBytesReader(w, r.Body, instance.MaxFile)
	e, _, err := a.Instances.Upload(r.Context(), actor, ref, "", instance.File{
		DataType: r.URL.Query().Get("dataType"), Filename: disposition["filename"],
		ContentType: r.Header.Get("Content-Type"), Body: r.Body,
	})
	if err != nil {
		return err
	}
	self := a.BaseURL + "/" + ref.AppRef.String() + "/instances/" + ref.String()
	w.Header().Set("Location", self+"/data/"+e.ID.String())
	a.write(w, r, http.StatusCreated, "application/json", newElement(e, self))
	return nil
}

// data gives one data element: a form document as JSON, an attachment as it is.
func (a *API) data(w http.ResponseWriter, r *http.Request) error {
	actor, err := a.caller(r, access.ScopeRead, core.ActDownload)
	if err != nil {
		return err
	}
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	id, err := guid(r.PathValue("element"))
	if err != nil {
		return err
	}
	doc, found, err := a.Instances.Document(r.Context(), actor, ref, id)
	if err != nil {
		return err
	}
	if found {
		body, err := schema.Encode(doc)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, err = io.Copy(w, bytes.NewReader(body))
		return err
	}
	d, err := a.Instances.Download(r.Context(), actor, ref, id)
	if err != nil {
		return err
	}
	defer d.Content.Close()
	SendFile(w, d)
	return nil
}

// SendFile sends an attachment as a download that no browser runs: whatever a citizen uploaded
// is never a page of ours (SECURITY.md P24).
func SendFile(w http.ResponseWriter, d instance.Download) {
	h := w.Header()
	h.Set("Content-Type", d.Element.ContentType)
	h.Set("Content-Length", strconv.FormatInt(d.Element.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment",
		map[string]string{"filename": d.Element.Filename}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	// The client may go away half-way; there is nobody left to tell.
	_, _ = io.Copy(w, d.Content)
}
