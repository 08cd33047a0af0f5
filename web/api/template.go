package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/schema"
)

// The limits of a template, in bytes and in number.
const (
	// MaxTemplate is the largest instance part or JSON body.
	MaxTemplate = 64 << 10
	// MaxDocument is the largest form data part.
	MaxDocument = 1 << 20
	// MaxBody is the largest multipart body.
	MaxBody = 512 << 20
	// MaxParts is how many parts a multipart body may have.
	MaxParts = 120
)

// template is what is taken of Altinn's instance template. Whatever else a client sends, such as
// status or process, is not the client's to say and is left.
type template struct {
	AppID         string `json:"appId"`
	InstanceOwner *struct {
		PartyID            json.Number `json:"partyId"`
		PersonNumber       string      `json:"personNumber"`
		OrganisationNumber string      `json:"organisationNumber"`
		// OfThread is ours: whoever owns what the matter began with.
		OfThread bool `json:"ofThread"`
	} `json:"instanceOwner"`
	DueBefore  *time.Time        `json:"dueBefore"`
	DataValues map[string]string `json:"dataValues"`
	Prefill    map[string]string `json:"prefill"`
	Report     *core.Report      `json:"report"`
	Correction *core.NewVersion  `json:"correction"`
	Withdrawal *core.Withdrawal  `json:"withdrawal"`
	// Message and RemindBefore are ours, as Report is.
	Message      *core.Message `json:"message"`
	RemindBefore []int         `json:"remindBefore"`
	// These are Altinn's, and not done here: whoever asks for them must not believe that they are.
	SourceInstance any `json:"sourceInstanceId"`
	VisibleAfter   any `json:"visibleAfter"`
	Notification   any `json:"notification"`
}

// unsupported gives what is asked for and not done here, in the order of the fields.
func (t template) unsupported() []instance.Problem {
	var out []instance.Problem
	for _, f := range []struct {
		path  string
		value any
	}{
		{"sourceInstanceId", t.SourceInstance}, {"visibleAfter", t.VisibleAfter}, {"notification", t.Notification},
	} {
		if f.value != nil {
			out = append(out, instance.Problem{Path: f.path, Code: "unsupported"})
		}
	}
	return out
}

func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

func (a *API) readTemplate(
	w http.ResponseWriter, r *http.Request, actor core.Actor,
) (instance.Template, error) {
	switch mediaType(r) {
	case "application/json":
		return a.readJSON(w, r)
	case "multipart/form-data":
		return a.readMultipart(w, r, actor)
	case "":
		if r.ContentLength == 0 {
			return parseTemplate(r, []byte("{}"))
		}
	}
	return instance.Template{}, fault.New(fault.Unsupported, "fault.content_type")
}

func (a *API) readJSON(w http.ResponseWriter, r *http.Request) (instance.Template, error) {
	body, err := limited(http.MaxBytesReader(w, r.Body, MaxTemplate), MaxTemplate)
	if err != nil {
		return instance.Template{}, err
	}
	t, err := parseTemplate(r, body)
	sum := sha256.Sum256(body)
	t.Content = sum[:]
	return t, err
}

// limited reads at most max bytes; more is fault.TooLarge, and a body that ends early is
// fault.Malformed.
func limited(r io.Reader, max int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, max+1))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok || int64(len(body)) > max {
		return nil, fault.New(fault.TooLarge, "fault.too_large", max>>10)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, "fault.cut", err)
	}
	return body, nil
}

func parseTemplate(r *http.Request, body []byte) (instance.Template, error) {
	// schema.Parse refuses duplicate keys and deep nesting, which encoding/json lets through.
	if _, err := schema.Parse(body); err != nil {
		return instance.Template{}, fault.Wrap(fault.Malformed, "fault.json", err)
	}
	var in template
	if err := json.Unmarshal(body, &in); err != nil {
		return instance.Template{}, fault.Wrap(fault.Malformed, "fault.json", err)
	}
	if in.AppID != "" && in.AppID != appRef(r).String() {
		return instance.Template{}, instance.NewProblems("template",
			instance.Problem{Path: "appId", Code: "mismatch"})
	}
	if list := in.unsupported(); len(list) > 0 {
		return instance.Template{}, instance.NewProblems("template", list...)
	}
	t := instance.Template{Due: in.DueBefore, DataValues: in.DataValues, Prefill: in.Prefill,
		Report: in.Report, Correction: in.Correction, Withdrawal: in.Withdrawal,
		Message: in.Message, RemindBefore: in.RemindBefore}
	if in.InstanceOwner != nil {
		t.Owner.OrganisationNumber = in.InstanceOwner.OrganisationNumber
		t.Owner.PersonNumber = in.InstanceOwner.PersonNumber
		if in.InstanceOwner.OfThread {
			t.Owner.Began = instance.ThreadID(in.DataValues)
		}
		if err := ownerParty(&t, in.InstanceOwner.PartyID.String()); err != nil {
			return t, err
		}
	}
	return t, ownerParty(&t, r.URL.Query().Get("instanceOwnerPartyId"))
}

func ownerParty(t *instance.Template, party string) error {
	if party == "" {
		return nil
	}
	id, err := strconv.ParseInt(party, 10, 64)
	if err != nil || id <= 0 {
		return instance.NewProblems("template",
			instance.Problem{Path: "instanceOwner.partyId", Code: "format"})
	}
	t.Owner.Party = core.PartyID(id)
	return nil
}

// reader reads a multipart template part by part; files stream into the store as they come.
type reader struct {
	api   *API
	r     *http.Request
	actor core.Actor
	app   *app.Definition
	out   instance.Template
	// content sums up all that was sent, for the idempotency key.
	content hash.Hash
	seen    map[string]bool
}

func (a *API) readMultipart(
	w http.ResponseWriter, r *http.Request, actor core.Actor,
) (instance.Template, error) {
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	parts, err := r.MultipartReader()
	if err != nil {
		return instance.Template{}, fault.Wrap(fault.Malformed, "fault.multipart", err)
	}
	d, err := a.Instances.App(appRef(r))
	if err != nil {
		return instance.Template{}, err
	}
	m := &reader{api: a, r: r, actor: actor, app: d, content: sha256.New(), seen: map[string]bool{}}
	if err := m.readAll(parts); err != nil {
		a.drop(r, actor, m.out)
		return instance.Template{}, err
	}
	m.out.Content = m.content.Sum(nil)
	return m.out, nil
}

func (m *reader) readAll(parts *multipart.Reader) error {
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return fault.New(fault.TooLarge, "fault.too_large", MaxBody>>10)
		}
		if err != nil {
			return fault.Wrap(fault.Malformed, "fault.multipart", err)
		}
		if n >= MaxParts {
			return fault.New(fault.Malformed, "fault.too_many_parts", MaxParts)
		}
		if err := m.read(part); err != nil {
			return err
		}
	}
	if !m.seen["instance"] {
		return instance.NewProblems("template", instance.Problem{Path: "instance", Code: "missing"})
	}
	return nil
}

func (m *reader) read(part *multipart.Part) error {
	name := part.FormName()
	if before, ok := strings.CutPrefix(name, core.BeforePart); ok {
		return m.readBefore(part, name, before)
	}
	dt, known := m.app.DataType(name)
	switch {
	case name == "instance":
		return m.readInstance(part)
	case !known:
		return instance.NewProblems("data", instance.Problem{Path: plain(name), Code: "unknown_data_type"})
	case dt.Form:
		return m.readDocument(part, name)
	}
	return m.readFile(part, name)
}

func (m *reader) once(name string) error {
	if m.seen[name] {
		return instance.NewProblems("data", instance.Problem{Path: name, Code: "duplicate"})
	}
	m.seen[name] = true
	return nil
}

func (m *reader) readInstance(part *multipart.Part) error {
	if err := m.once("instance"); err != nil {
		return err
	}
	body, err := limited(part, MaxTemplate)
	if err != nil {
		return err
	}
	t, err := parseTemplate(m.r, body)
	if err != nil {
		return err
	}
	t.Documents, t.Files, t.Before = m.out.Documents, m.out.Files, m.out.Before
	m.out = t
	m.note("instance", body)
	return nil
}

func (m *reader) readDocument(part *multipart.Part, dataType string) error {
	doc, err := m.document(part, dataType, dataType)
	if err != nil {
		return err
	}
	if m.out.Documents == nil {
		m.out.Documents = map[string]core.Document{}
	}
	m.out.Documents[dataType] = doc
	return nil
}

// readBefore reads a form document as it was sent the last time.
func (m *reader) readBefore(part *multipart.Part, name, dataType string) error {
	if dt, known := m.app.DataType(dataType); !known || !dt.Form {
		return instance.NewProblems("data", instance.Problem{Path: plain(name), Code: "unknown_data_type"})
	}
	doc, err := m.document(part, name, dataType)
	if err != nil {
		return err
	}
	if m.out.Before == nil {
		m.out.Before = map[string]core.Document{}
	}
	m.out.Before[dataType] = doc
	return nil
}

// document reads the form document of a part.
func (m *reader) document(
	part *multipart.Part, name, dataType string,
) (core.Document, error) {
	if err := m.once(name); err != nil {
		return nil, err
	}
	body, err := limited(part, MaxDocument)
	if err != nil {
		return nil, err
	}
	doc, err := instance.ReadDocument(m.app, dataType, part.Header.Get("Content-Type"), body)
	if err == nil {
		m.note(name, body)
	}
	return doc, err
}

func (m *reader) readFile(part *multipart.Part, dataType string) error {
	digest, err := contentDigest(part.Header.Get("Content-Digest"))
	if err != nil {
		return refusedFile(dataType, err)
	}
	p, err := m.api.Instances.Receive(m.r.Context(), m.actor, m.app, instance.File{
		DataType: dataType, Filename: part.FileName(),
		ContentType: part.Header.Get("Content-Type"), Body: part, SHA256: digest,
	})
	if err != nil {
		return refusedFile(dataType, err)
	}
	m.out.Files = append(m.out.Files, p)
	m.note(dataType+"\x00"+p.Filename, p.SHA256)
	return nil
}

// refusedFile names the part whose file was not taken. What is wrong with a part is wrong with
// the template, so it is 400 whatever the file's own fault is; too large stays 413.
func refusedFile(dataType string, err error) error {
	key, _, ok := fault.Text(err)
	if !ok {
		return err
	}
	problem := instance.NewProblems("data", instance.Problem{Path: dataType, Code: code(key)})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Unsupported, fault.Malformed:
		return errors.Join(problem, err)
	case fault.TooLarge:
		return errors.Join(err, problem)
	}
	return err
}

// note adds a part to the sum of what was sent. Lengths keep parts apart.
func (m *reader) note(name string, content []byte) {
	sum := sha256.Sum256(content)
	fmt.Fprintf(m.content, "%d:%s", len(name), name)
	m.content.Write(sum[:])
}

// contentDigest reads a sha-256 digest (RFC 9530); nil when there is none.
func contentDigest(header string) ([]byte, error) {
	if header == "" {
		return nil, nil
	}
	value, ok := strings.CutPrefix(header, "sha-256=:")
	value, ok2 := strings.CutSuffix(value, ":")
	sum, err := base64.StdEncoding.Strict().DecodeString(value)
	if !ok || !ok2 || err != nil || len(sum) != sha256.Size {
		return nil, fault.New(fault.Malformed, "fault.digest")
	}
	return bytes.Clone(sum), nil
}

// plain keeps a part's name in an answer only when it is short and made of ordinary characters.
func plain(name string) string {
	if len(name) > 80 {
		return "?"
	}
	for _, r := range name {
		if r < 0x21 || r > 0x7e {
			return "?"
		}
	}
	return name
}
