package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/web/middleware"
)

const (
	// maxFields is how many fields a form may post.
	maxFields = 5000
	// maxUpload is the largest body of a form with files, in bytes.
	maxUpload = 200 << 20
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// instanceRef reads an instance's address. Only the canonical form of each part is taken, so
// that one instance has one address.
func instanceRef(r *http.Request) (core.InstanceRef, error) {
	ref := core.InstanceRef{AppRef: appRef(r)}
	party, err := partyID(r.PathValue("party"))
	if err != nil {
		return ref, err
	}
	ref.Owner = party
	ref.ID, err = canonicalID(r.PathValue("guid"))
	return ref, err
}

func appRef(r *http.Request) core.AppRef {
	return core.AppRef{Org: r.PathValue("org"), App: r.PathValue("app")}
}

func partyID(s string) (core.PartyID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, fault.New(fault.Malformed, "fault.malformed")
	}
	return core.PartyID(n), nil
}

func canonicalID(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err != nil || id.String() != s {
		return uuid.Nil, fault.New(fault.Malformed, "fault.malformed")
	}
	return id, nil
}

// version reads the hidden field with the version that a page was drawn from.
func version(posted url.Values) (int, error) { return number(one(posted, "version")) }

// seen reads the hidden field of a page to send from: the version of the whole instance that was
// looked over. Other pages have none, and give 0, which is no instance's.
func seen(posted url.Values) (int, error) {
	if !posted.Has("seen") {
		return 0, nil
	}
	return number(one(posted, "seen"))
}

func number(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Malformed, "fault.malformed")
	}
	return n, nil
}

// one gives the value of a field that may stand only once: of two, neither is taken.
func one(posted url.Values, name string) string {
	if v := posted[name]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// readForm reads a posted form without files.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, middleware.MaxForm)
	if mediaType(r) != "application/x-www-form-urlencoded" {
		return nil, fault.New(fault.Unsupported, "fault.content_type")
	}
	if err := r.ParseForm(); err != nil {
		return nil, bodyFault(err)
	}
	if len(r.PostForm) > maxFields {
		return nil, fault.New(fault.TooLarge, "fault.too_large", middleware.MaxForm>>10)
	}
	// Only what the body says: a field in the address must not pass for one that was typed.
	return r.PostForm, nil
}

func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

func bodyFault(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooLarge, "fault.too_large", middleware.MaxForm>>10)
	}
	return fault.Wrap(fault.Malformed, "fault.cut", err)
}

// readFormWithFiles reads a posted form that may hold files. Each file is handed on as it
// streams in, under its field's name; take must read it to its end or give an error. Where a more
// secure sign-in is all that a file lacks, the fields are read to the end all the same: they are
// kept meanwhile.
func readFormWithFiles(
	w http.ResponseWriter, r *http.Request, take func(field string, file *multipart.Part) error,
) (url.Values, error) {
	if mediaType(r) != "multipart/form-data" {
		return readForm(w, r)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, "fault.multipart", err)
	}
	posted, left := url.Values{}, int64(middleware.MaxForm)
	var low error
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			r.PostForm = posted
			return posted, low
		}
		if err != nil {
			return nil, bodyFault(err)
		}
		if n >= maxFields {
			return nil, fault.New(fault.TooLarge, "fault.too_large", middleware.MaxForm>>10)
		}
		switch {
		case part.FileName() != "" && low != nil:
		case part.FileName() != "":
			if err = take(part.FormName(), part); tooLow(err) {
				low, err = err, nil
			}
		default:
			err = readField(posted, part, &left)
		}
		if err != nil {
			return nil, err
		}
	}
}

// tooLow tells that a more secure sign-in is all that is missing.
func tooLow(err error) bool {
	refusal, ok := errors.AsType[*access.Refusal](err)
	return ok && refusal.NeedLevel > 0
}

// readField reads one field's text; left is how many bytes all fields together may still have.
func readField(posted url.Values, part *multipart.Part, left *int64) error {
	// A file field in which no file was chosen is sent as an empty part: it is no field.
	_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return fault.Wrap(fault.Malformed, "fault.multipart", err)
	}
	_, isFile := disposition["filename"]
	value, err := io.ReadAll(io.LimitReader(part, *left+1))
	if err != nil {
		return bodyFault(err)
	}
	if *left -= int64(len(value)); *left < 0 {
		return fault.New(fault.TooLarge, "fault.too_large", middleware.MaxForm>>10)
	}
	if name := part.FormName(); !isFile && name != "" {
		posted[name] = append(posted[name], string(value))
	}
	return nil
}
