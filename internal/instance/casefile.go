package instance

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/store"
)

// FileKind is how a file can be shown in a browser without harm; empty for one that is only to be
// downloaded.
type FileKind string

// The kinds of file that are shown.
const (
	FileImage FileKind = "image"
	FilePDF   FileKind = "pdf"
	FileText  FileKind = "text"
)

// shown are the content types that browsers show without running anything that is in them. SVG and
// HTML are not among them.
var shown = map[string]FileKind{
	"image/png": FileImage, "image/jpeg": FileImage, "image/gif": FileImage, "image/webp": FileImage,
	"application/pdf": FilePDF, "text/plain": FileText, "text/csv": FileText,
}

// KindOf tells how a file of the content type can be shown, whatever parameters it has.
func KindOf(contentType string) FileKind {
	kind, _, _ := strings.Cut(contentType, ";")
	return shown[strings.TrimSpace(kind)]
}

// Detect looks at the beginning of what is on its way out, whatever it is said to be. It gives the
// content type that it is, and how it can be shown: not at all when the content is another than the
// file is kept under.
func (d *Download) Detect() (contentType string, kind FileKind, err error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(d.Content, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", "", err
	}
	head = head[:n]
	d.Content = refilled{io.MultiReader(bytes.NewReader(head), d.Content), d.Content}
	found := mimetype.Detect(head)
	contentType, _, _ = strings.Cut(found.String(), ";")
	if kind = KindOf(contentType); kind != KindOf(d.Element.ContentType) {
		kind = ""
	}
	return contentType, kind, nil
}

// refilled is content whose beginning has been read already.
type refilled struct {
	io.Reader
	io.Closer
}

// CaseFile is one attachment of a case, with the case.
type CaseFile struct {
	View
	// Element is one of the view's attachments, At its place among them.
	Element core.DataElement
	At      int
}

// CaseFile gives a case with one of its attachments, to be looked at without leaving the case. Its
// content is had by Download.
func (s *Service) CaseFile(
	ctx context.Context, a core.Actor, org core.PartyID, id, element uuid.UUID,
) (CaseFile, error) {
	var f CaseFile
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		ref, err := s.caseRef(ctx, tx, a, org, id)
		if err != nil {
			return err
		}
		if f.View, err = s.open(ctx, tx, a, ref, opening{action: access.ActionRead}); err != nil {
			return err
		}
		f.At = slices.IndexFunc(f.Input.Elements, func(e core.DataElement) bool {
			return e.ID == element
		})
		if f.At < 0 {
			return access.Refuse(access.ActionRead, ref.AppRef)
		}
		f.Element = f.Input.Elements[f.At]
		audit(tx, a, core.ActRead, f.View, map[string]string{
			"part": "file", "element": element.String(),
		})
		return nil
	})
	return f, err
}

// Bundle is all attachments of a case on their way out.
type Bundle struct {
	Instance core.Instance
	Files    []core.DataElement
	// Open gives the content of one of them, which the caller closes.
	Open func(core.DataElement) io.ReadCloser
}

// Bundle gives all attachments of a case to someone who may read it. One audit line names them all,
// and is written before the first byte leaves.
func (s *Service) Bundle(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID,
) (Bundle, error) {
	var b Bundle
	var by access.Permit
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		ref, err := s.caseRef(ctx, tx, a, org, id)
		if err != nil {
			return err
		}
		v, err := s.open(ctx, tx, a, ref, opening{action: access.ActionRead})
		if err != nil {
			return err
		}
		b.Instance, b.Files, by = v.Instance, v.Input.Elements, v.Permit
		var ids []string
		for _, e := range b.Files {
			ids = append(ids, e.ID.String())
		}
		audit(tx, a, core.ActDownload, v, map[string]string{
			"part": "all", "files": strconv.Itoa(len(ids)), "element": strings.Join(ids, " "),
		})
		return nil
	})
	reader := belted(a, by)
	b.Open = func(e core.DataElement) io.ReadCloser {
		return s.Store.ReadUpload(ctx, reader, e.Upload)
	}
	return b, err
}

// belted is who content is read as: where the policy opens the app to who holds no role, they
// stand nowhere that the database's own rules know of.
func belted(a core.Actor, by access.Permit) core.Actor {
	if by.Role == "" && a.Kind == core.ActorPerson {
		return core.System()
	}
	return a
}
