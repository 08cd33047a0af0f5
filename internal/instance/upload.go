package instance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/gabriel-vasile/mimetype"
	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/failpoint"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/store"
)

const (
	// MaxFile is the largest file that is taken, in bytes, where the app sets no limit.
	MaxFile = 50 << 20
	// sniffed is how much of a file is looked at to tell what it is.
	sniffed = 3072
	// maxFilename is how many characters of a file name are kept.
	maxFilename = 120
)

// File is a file on its way in. Body is read once, to its end or to the limit.
type File struct {
	DataType, Filename, ContentType string
	Body                            io.Reader
	// SHA256, when the sender gives it, must be that of what arrives.
	SHA256 []byte
	// Once refuses a file that the instance has already, of the same data type and content.
	Once bool
	// Key tells the file from all others that its sender sends to the instance. Sent again with the same
	// key, because the answer was lost, it is the file that came. Empty: each is another.
	Key string
}

// element is the id of what the file becomes: the same each time that it is sent with its key.
func (f File) element(a core.Actor, ref core.InstanceRef) uuid.UUID {
	if f.Key == "" {
		return uuid.New()
	}
	return uuid.NewSHA1(ref.ID, fmt.Appendf(nil, "%d %q %q %q", a.User, a.Org, f.DataType, f.Key))
}

// Upload takes in a file and attaches it to an instance: streamed in chunks under short
// transactions, checked by its content, and attached in one short transaction at the end. A file
// that has come before by the same key is not read, and given as it is.
func (s *Service) Upload(
	ctx context.Context, a core.Actor, ref core.InstanceRef, task string, f File,
) (core.DataElement, View, error) {
	at := arrival{ref: ref, task: task, id: f.element(a, ref), dataType: app.DataType{ID: f.DataType}}
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error { return s.openUpload(ctx, tx, a, &at, false) })
	if err != nil || at.had != nil {
		return at.element(), at.view, err
	}
	part, err := s.receive(ctx, a, at.dataType, f)
	if err != nil {
		return core.DataElement{}, at.view, err
	}
	e := part.element(ref.ID)
	e.ID = at.id
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		// Asked again: the upload may have taken minutes, and the role or the task may be gone.
		if err := s.openUpload(ctx, tx, a, &at, true); err != nil || at.had != nil {
			return err
		}
		if err := twice(at.view, f, e); err != nil {
			return err
		}
		if err := tx.AddElement(ctx, e); err != nil {
			return err
		}
		var err error
		if e.Created, err = tx.Now(ctx); err != nil {
			return err
		}
		v := &at.view
		v.Input.Elements = append(v.Input.Elements, e)
		return s.touch(ctx, tx, a, v, core.ActUpload, map[string]string{"element": e.ID.String()})
	})
	failpoint.UploadAttached.Hit()
	if err == nil && at.had == nil {
		return e, at.view, nil
	}
	return at.element(), at.view, errors.Join(err, s.drop(ctx, a, part.Upload))
}

// arrival is a file on its way into an instance, and what there is when it comes.
type arrival struct {
	ref  core.InstanceRef
	task string
	// id is what the file will be known by.
	id       uuid.UUID
	dataType app.DataType
	view     View
	// had is the file itself, when it came before.
	had *core.DataElement
}

func (at arrival) element() core.DataElement {
	if at.had == nil {
		return core.DataElement{}
	}
	return *at.had
}

// openUpload opens an instance for a change of its attachments and checks what the app says of
// the data type: in which task, by whom, how many. Nothing of that is asked about a file that is
// there already.
func (s *Service) openUpload(
	ctx context.Context, tx *store.Tx, a core.Actor, at *arrival, lock bool,
) error {
	v, err := s.open(ctx, tx, a, at.ref, opening{action: access.ActionWrite, lock: lock})
	if at.view, at.had = v, nil; err != nil {
		return err
	}
	task := v.Instance.Process.Task
	if v.Instance.Status == core.StatusArchived || at.task != "" && at.task != task {
		return changed()
	}
	for _, e := range v.Input.Elements {
		if e.ID == at.id {
			at.had = &e
			return nil
		}
	}
	at.dataType, err = v.source().MayAttach(a, at.dataType.ID)
	return err
}

// receive streams a file into chunks. The upload is dropped when anything is wrong with it.
func (s *Service) receive(
	ctx context.Context, a core.Actor, dt app.DataType, f File,
) (Part, error) {
	p := Part{DataType: dt.ID, Filename: filename(f.Filename)}
	body, kind, err := sniff(f.Body)
	if err != nil {
		return p, err
	}
	if p.ContentType, err = allowed(dt, kind, p.Filename); err != nil {
		return p, err
	}
	if p.Upload, err = s.Store.BeginUpload(ctx, a); err != nil {
		return p, fmt.Errorf("begin upload: %w", err)
	}
	failpoint.UploadBegun.Hit()
	if err := s.stream(ctx, a, body, limit(dt), &p); err != nil {
		return p, errors.Join(err, s.drop(ctx, a, p.Upload))
	}
	if f.SHA256 != nil && !bytes.Equal(f.SHA256, p.SHA256) {
		err := fault.New(fault.Malformed, "fault.digest")
		return p, errors.Join(err, s.drop(ctx, a, p.Upload))
	}
	failpoint.UploadReceived.Hit()
	if err := s.scan(ctx, a, &p); err != nil {
		return p, errors.Join(err, s.drop(ctx, a, p.Upload))
	}
	return p, nil
}

// twice refuses a file that is there already where it may be there only once.
func twice(v View, f File, e core.DataElement) error {
	for _, had := range v.Input.Elements {
		if f.Once && had.Type == e.Type && bytes.Equal(had.SHA256, e.SHA256) {
			return fault.New(fault.Invalid, "fault.file_twice", had.Filename)
		}
	}
	return nil
}

// drop removes an upload although the request may be gone.
func (s *Service) drop(ctx context.Context, a core.Actor, id uuid.UUID) error {
	return s.Store.DropUpload(context.WithoutCancel(ctx), a, id)
}

func (s *Service) stream(
	ctx context.Context, a core.Actor, body io.Reader, limit int64, p *Part,
) error {
	sum := sha256.New()
	chunk := make([]byte, store.ChunkSize)
	for n := 0; ; n++ {
		read, err := io.ReadFull(body, chunk)
		if read > 0 {
			if p.Size += int64(read); p.Size > limit {
				return fault.New(fault.TooLarge, "fault.file_size", limit>>20)
			}
			sum.Write(chunk[:read])
			if err := s.Store.AppendChunk(ctx, a, p.Upload, n, chunk[:read]); err != nil {
				return fmt.Errorf("chunk %d: %w", n, err)
			}
			failpoint.ChunkStored.Hit()
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			p.SHA256 = sum.Sum(nil)
			return nil
		default:
			return fault.Wrap(fault.Malformed, "fault.file_cut", err)
		}
	}
}

func limit(dt app.DataType) int64 {
	if dt.MaxSize > 0 {
		return dt.MaxSize
	}
	return MaxFile
}

// sniff looks at the beginning of a file and gives a reader of all of it.
func sniff(body io.Reader) (io.Reader, *mimetype.MIME, error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, fault.Wrap(fault.Malformed, "fault.file_cut", err)
	}
	if n == 0 {
		return nil, nil, fault.New(fault.Invalid, "fault.file_empty")
	}
	head = head[:n]
	return io.MultiReader(bytes.NewReader(head), body), mimetype.Detect(head), nil
}

// allowed gives the content type that the file is kept under: what its content is, when the app
// takes that and the file name's ending says the same (SECURITY.md 1.6).
func allowed(dt app.DataType, kind *mimetype.MIME, name string) (string, error) {
	ending := strings.ToLower(path.Ext(name))
	refused := fault.New(fault.Unsupported, "fault.file_type", ending)
	if len(dt.ContentTypes) == 0 {
		return kind.String(), nil
	}
	i := slices.IndexFunc(dt.ContentTypes, kind.Is)
	if i < 0 {
		return "", refused
	}
	if known := app.Endings(dt.ContentTypes[i]); known != nil && !slices.Contains(known, ending) {
		return "", refused
	}
	return dt.ContentTypes[i], nil
}

// filename keeps the last part of a name without control and direction characters, short
// enough to show, with its ending.
func filename(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if name == "" || name == "." || name == ".." || name == "/" {
		return "fil"
	}
	if r := []rune(name); len(r) > maxFilename {
		ending := []rune(path.Ext(name))
		if len(ending) > 10 {
			ending = nil
		}
		name = string(r[:maxFilename-len(ending)]) + string(ending)
	}
	return name
}

// Remove takes an attachment away again.
func (s *Service) Remove(
	ctx context.Context, a core.Actor, ref core.InstanceRef, task string, id uuid.UUID,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: access.ActionWrite, lock: true})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(v.Input.Elements, func(e core.DataElement) bool { return e.ID == id })
		if i < 0 || v.Input.Elements[i].Locked || v.Instance.Process.Task != task {
			return changed()
		}
		if dt, ok := v.App.DataType(v.Input.Elements[i].Type); !ok || dt.DisallowUserDelete {
			return fault.New(fault.Forbidden, "fault.contributor")
		}
		if err := tx.DeleteElement(ctx, ref.ID, id); err != nil {
			return err
		}
		v.Input.Elements = slices.Delete(v.Input.Elements, i, i+1)
		if v.Set != nil {
			before := v.Input
			v.Input.Data, v.Input.Entries = form.Detach(v.App, v.Set, id, v.Input)
			if _, err := s.putChanged(ctx, tx, &v, before); err != nil {
				return err
			}
		}
		return s.touch(ctx, tx, a, &v, core.ActRemove, map[string]string{"element": id.String()})
	})
}

// Download is an attachment on its way out; the caller closes Content.
type Download struct {
	Element core.DataElement
	Content io.ReadCloser
}

// Download gives an attachment to someone who may read the instance, and writes the audit line
// before the first byte leaves.
func (s *Service) Download(
	ctx context.Context, a core.Actor, ref core.InstanceRef, id uuid.UUID,
) (Download, error) {
	var d Download
	var by access.Permit
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: access.ActionRead})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(v.Input.Elements, func(e core.DataElement) bool { return e.ID == id })
		if i < 0 {
			return access.Refuse(access.ActionRead, ref.AppRef)
		}
		d.Element, by = v.Input.Elements[i], v.Permit
		audit(tx, a, core.ActDownload, v, map[string]string{"element": id.String()})
		return nil
	})
	if err != nil {
		return d, err
	}
	d.Content = s.Store.ReadUpload(ctx, belted(a, by), d.Element.Upload)
	return d, nil
}
