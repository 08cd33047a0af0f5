package web

import (
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/web/api"
)

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

// dropFiles takes away files whose row could not take them.
func (s *site) dropFiles(
	r *http.Request, a core.Actor, ref core.InstanceRef, bound map[string][]uuid.UUID,
) error {
	for _, ids := range bound {
		for _, id := range ids {
			if err := s.Instances.Remove(r.Context(), a, ref, r.PathValue("task"), id); err != nil {
				return err
			}
		}
	}
	return nil
}

// filePrefix begins the name of a file field; the data type follows, and after an @ the field
// that keeps the file's id.
const filePrefix = "file:"

// uploads are the files of one post: stored as they stream in, with what was wrong with them.
type uploads struct {
	issues []form.Issue
	// bound are the stored files whose ids a field keeps, by the field's path.
	bound map[string][]uuid.UUID
	// stored counts those that were taken.
	stored int
}

// hold tells whether the files hold back the press that they came with: one was refused, or the
// page to send from has not shown them yet.
func (u *uploads) hold(posted url.Values) bool {
	return len(u.issues) > 0 || u.stored > 0 && posted.Has("seen")
}

// take stores one file. A file that is refused is an issue at its field and stops nothing else.
func (u *uploads) take(
	s *site, r *http.Request, a core.Actor, ref core.InstanceRef, field string, part *multipart.Part,
) error {
	dataType, ok := strings.CutPrefix(field, filePrefix)
	if !ok {
		return fault.New(fault.Malformed, "fault.data_type")
	}
	dataType, path, keeps := strings.Cut(dataType, "@")
	e, _, err := s.Instances.Upload(r.Context(), a, ref, r.PathValue("task"), instance.File{
		DataType: dataType, Filename: part.FileName(), Body: part,
		ContentType: part.Header.Get("Content-Type"),
		// Two rows may be about the same document: each keeps its own.
		Once: !keeps,
	})
	if key, _, _ := fault.Text(err); key == instance.KeyScanAway {
		// Another time for this file; what else was sent is taken now.
		s.Log.Error("file not scanned", "id", core.RequestID(r.Context()), "err", err)
		u.refuse(s, r, dataType, path, part.FileName(), err)
		return nil
	}
	switch fault.KindOf(err) {
	case "":
		u.stored++
		if keeps && u.bound == nil {
			u.bound = map[string][]uuid.UUID{}
		}
		if keeps {
			u.bound[path] = append(u.bound[path], e.ID)
		}
		return nil
	case fault.Invalid, fault.TooLarge, fault.Unsupported, fault.Conflict:
		u.refuse(s, r, dataType, path, part.FileName(), err)
		return nil
	}
	return err
}

// refuse notes what is wrong with a file: at the field that would have kept its id, else at its type.
func (u *uploads) refuse(s *site, r *http.Request, dataType, path, name string, err error) {
	issue := s.fileIssue(r, dataType, name, err)
	if path != "" {
		issue.Path, issue.NodeID = path, ""
	}
	u.issues = append(u.issues, issue)
}

// maxKey is how long an idempotency key may be.
const maxKey = 200

// upload takes one file from the upload script and answers its list item, when all of the request has
// been read: a browser that still sends does not see an answer. Sent again with its Idempotency-Key it is
// the file that came.
func (s *site) upload(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey {
		return fault.New(fault.Malformed, "fault.idempotency_key")
	}
	var answer func() error
	_, err = readFormWithFiles(w, r, func(field string, part *multipart.Part) error {
		if answer != nil {
			return fault.New(fault.Malformed, "fault.multipart")
		}
		dataType, _ := strings.CutPrefix(field, filePrefix)
		name := part.FileName()
		e, v, err := s.Instances.Upload(r.Context(), a, ref, r.PathValue("task"), instance.File{
			DataType: dataType, Filename: name, Body: part,
			ContentType: part.Header.Get("Content-Type"), Once: true, Key: key,
		})
		if err != nil && !aboutFile(err) {
			return err
		}
		answer = func() error { return s.drawUploaded(w, r, name, e, v, err) }
		return nil
	})
	switch {
	case err != nil && (answer == nil || !fault.Is(err, fault.TooLarge)):
		return err
	case answer == nil:
		return fault.New(fault.Malformed, "fault.multipart")
	}
	return answer()
}

// aboutFile tells whether an error is about the file that was sent, and is told in its line.
func aboutFile(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Unsupported, fault.Conflict, fault.Malformed:
		return true
	}
	return false
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
