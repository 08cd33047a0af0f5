package api

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/schema"
)

// addData adds an attachment: a raw body with Content-Type and Content-Disposition, or an entry of a
// subform. The data type stands in the query. Sent again with its Idempotency-Key it is the file that came.
func (a *API) addData(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	e, _, err := a.addDataOf(w, r, actor, ref, r.URL.Query().Get("dataType"))
	if err == nil {
		a.sendAdded(w, r, ref, e, newElement(e, a.self(ref)))
	}
	return err
}

// addNamed is the same with the data type in the address, and tells what has become of the instance.
func (a *API) addNamed(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	dataType := r.PathValue("type")
	if dataType == "" {
		dataType = r.PathValue("sub")
	}
	e, v, err := a.addDataOf(w, r, actor, ref, dataType)
	if err != nil {
		return err
	}
	inst, err := a.instanceOf(r, actor, v)
	if err == nil {
		a.sendAdded(w, r, ref, e, map[string]any{
			"newDataElementId": e.ID.String(), "instance": inst, "validationIssues": []any{}, "newDataModels": []any{},
		})
	}
	return err
}

func (a *API) sendAdded(
	w http.ResponseWriter, r *http.Request, ref core.InstanceRef, e core.DataElement, body any,
) {
	w.Header().Set("Location", a.self(ref)+"/data/"+e.ID.String())
	a.write(w, r, http.StatusCreated, "application/json", body)
}

// postBelow answers a POST two steps below data.
func (a *API) postBelow(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	switch {
	case r.PathValue("element") == "type":
		return a.addNamed(w, r, actor, ref)
	case r.PathValue("sub") == "tags":
		return a.addTag(w, r, actor, ref)
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

func (a *API) addDataOf(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef, dataType string,
) (e core.DataElement, v instance.View, err error) {
	d, err := a.Instances.App(ref.AppRef)
	if err != nil {
		return e, v, err
	}
	if d.EntrySet(dataType) != nil {
		return a.addEntry(w, r, actor, ref, dataType)
	}
	_, disposition, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
	if err != nil || disposition["filename"] == "" {
		return e, v, fault.New(fault.Malformed, "fault.filename")
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey {
		return e, v, fault.New(fault.Malformed, "fault.idempotency_key")
	}
	r.Body = http.MaxBytesReader(w, r.Body, instance.MaxFile)
	return a.Instances.Upload(r.Context(), actor, ref, "", instance.File{
		DataType: dataType, Filename: disposition["filename"],
		ContentType: r.Header.Get("Content-Type"), Body: r.Body, Key: key,
	})
}

// addEntry adds an entry of a subform: form data as JSON or XML, or none for an empty one.
func (a *API) addEntry(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef, dataType string,
) (e core.DataElement, v instance.View, err error) {
	body, err := limited(http.MaxBytesReader(w, r.Body, MaxDocument), MaxDocument)
	if err != nil {
		return e, v, err
	}
	return a.Instances.AddEntry(r.Context(), actor, ref, dataType,
		instance.Body{ContentType: r.Header.Get("Content-Type"), Raw: body})
}

// data gives one data element: a form document as JSON or XML, an attachment as it is.
func (a *API) data(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	id, err := guid(r.PathValue("element"))
	if err != nil {
		return err
	}
	doc, found, err := a.Instances.Document(r.Context(), actor, ref, id)
	if err != nil {
		return err
	}
	if found {
		return sendDocument(w, r, doc)
	}
	d, err := a.Instances.Download(r.Context(), actor, ref, id)
	if err != nil {
		return err
	}
	defer d.Content.Close()
	SendFile(w, d)
	return nil
}

// sendDocument sends form data in the writing that the caller asks for; JSON when it does not say.
func sendDocument(w http.ResponseWriter, r *http.Request, doc instance.FormData) error {
	kind, encode := "application/json", doc.JSON
	if wantsXML(r.Header.Get("Accept")) {
		kind, encode = "application/xml; charset=utf-8", doc.XML
	}
	body, err := encode()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Vary", "Accept")
	// The client may go away half-way; there is nobody left to tell.
	_, _ = w.Write(body)
	return nil
}

// wantsXML tells whether XML is what an Accept header names first of the two writings.
func wantsXML(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		switch kind {
		case "application/xml", "text/xml":
			return true
		case "application/json":
			return false
		}
	}
	return false
}

// putData replaces a form document. 201 as Altinn answers it, or 200 with what a calculation
// made of it.
func (a *API) putData(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	id, err := guid(r.PathValue("element"))
	if err != nil {
		return err
	}
	body, err := limited(http.MaxBytesReader(w, r.Body, MaxDocument), MaxDocument)
	if err != nil {
		return err
	}
	_, data, changed, err := a.Instances.PutDocument(r.Context(), actor, ref, id,
		instance.Body{ContentType: r.Header.Get("Content-Type"), Raw: body})
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		a.write(w, r, http.StatusOK, "application/json", map[string]any{"changedFields": changed})
		return nil
	}
	self := a.self(ref)
	w.Header().Set("Location", self+"/data/"+id.String())
	a.write(w, r, http.StatusCreated, "application/json", newElement(data.Element, self))
	return nil
}

// patchOne changes one form document by JSON Patch.
func (a *API) patchOne(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	id, err := guid(r.PathValue("element"))
	if err != nil {
		return err
	}
	in, err := a.readPatch(w, r)
	if err != nil {
		return err
	}
	ops, err := instance.ReadPatch(in["patch"])
	if err != nil {
		return err
	}
	v, list, err := a.Instances.Patch(r.Context(), actor, ref,
		[]instance.ElementPatch{{Element: id, Operations: ops}})
	if err != nil {
		return err
	}
	inst, err := a.instanceOf(r, actor, v)
	if err != nil {
		return err
	}
	a.write(w, r, http.StatusOK, "application/json", map[string]any{
		"newDataModel": list[0].Document, "instance": inst, "validationIssues": []any{},
	})
	return nil
}

// patchAll changes several form documents, all or none.
func (a *API) patchAll(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	in, err := a.readPatch(w, r)
	if err != nil {
		return err
	}
	patches, err := readPatches(in["patches"])
	if err != nil {
		return err
	}
	v, list, err := a.Instances.Patch(r.Context(), actor, ref, patches)
	if err != nil {
		return err
	}
	inst, err := a.instanceOf(r, actor, v)
	if err != nil {
		return err
	}
	var models []map[string]any
	for _, d := range list {
		models = append(models, map[string]any{
			"dataElementId": d.Element.ID.String(), "data": d.Document,
		})
	}
	a.write(w, r, http.StatusOK, "application/json", map[string]any{
		"newDataModels": models, "instance": inst, "validationIssues": []any{},
	})
	return nil
}

func readPatches(v any) ([]instance.ElementPatch, error) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return nil, fault.New(fault.Malformed, "fault.patch")
	}
	var out []instance.ElementPatch
	for _, item := range list {
		one, ok := item.(map[string]any)
		if !ok {
			return nil, fault.New(fault.Malformed, "fault.patch")
		}
		name, _ := one["dataElementId"].(string)
		id, err := uuid.Parse(name)
		if err != nil {
			return nil, fault.New(fault.Malformed, "fault.patch")
		}
		ops, err := instance.ReadPatch(one["patch"])
		if err != nil {
			return nil, err
		}
		out = append(out, instance.ElementPatch{Element: id, Operations: ops})
	}
	return out, nil
}

// readPatch reads the body strictly: its values go into form data as they are.
func (a *API) readPatch(w http.ResponseWriter, r *http.Request) (core.Document, error) {
	if mediaType(r) != "application/json" {
		return nil, fault.New(fault.Unsupported, "fault.content_type")
	}
	body, err := limited(http.MaxBytesReader(w, r.Body, MaxDocument), MaxDocument)
	if err != nil {
		return nil, err
	}
	in, err := schema.Parse(body)
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, "fault.json", err)
	}
	return in, nil
}

func (a *API) removeData(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	id, err := guid(r.PathValue("element"))
	if err != nil {
		return err
	}
	if err := a.Instances.RemoveElement(r.Context(), actor, ref, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
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
