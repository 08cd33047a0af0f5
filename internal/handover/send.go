package handover

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/failpoint"
	"stafett/internal/schema"
)

// maxAnswer is how much of a target's answer is read, in bytes.
const maxAnswer = 256 << 10

// parcel is one delivery with all that a request to the target is made from.
type parcel struct {
	delivery core.Delivery
	frozen   core.Frozen
	owner    core.Party
	target   Target
	token    string
	// pdf is the upload that holds the submission's PDF; nil when there is none.
	pdf *core.FrozenPart
	// told is what the target's answer told of how it goes; nil for nothing.
	told *core.Report
	// began is when the attempt did; pdfAt and tokenAt are as in core.Attempt.
	began          time.Time
	pdfAt, tokenAt *int64
}

func (p *parcel) sinceBegan() int64 { return time.Since(p.began).Milliseconds() }

// source is what the target comes from: the first version of what is sent.
func (p *parcel) source() core.InstanceRef {
	if p.frozen.From != nil {
		return *p.frozen.From
	}
	return p.delivery.Source
}

// failure is why an attempt did not deliver. Code and Detail go to the delivery row and to
// people: they hold no value from the case.
type failure struct {
	code, detail string
	// status is the answer's; 0 for none.
	status int
	// title and text are what the target said in its own words.
	title, text string
	// park: trying again would give the same answer.
	park bool
	// token: the target did not take the token.
	token bool
	// asked is how long the target asked to be left alone.
	asked time.Duration
	// says is what it says about the target.
	says verdict
	// certain: nothing can have been made, by this attempt or by one before it.
	certain bool
}

func (f *failure) Error() string { return strings.TrimSpace(f.code + " " + f.detail) }

// send posts the parcel to the target's instances API and gives the instance that was made.
func (s *Service) send(ctx context.Context, p *parcel) (core.InstanceRef, error) {
	to := p.delivery.To
	url := p.target.URL + "/" + to.Org + "/" + to.App + "/instances"
	if into := p.frozen.Into; into != nil {
		url += "/" + into.String() + "/deliveries"
	}
	body, contentType := s.body(ctx, *p)
	defer body.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		return core.InstanceRef{}, fmt.Errorf("request to %s: %w", to, err)
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Idempotency-Key", p.delivery.ID.String())
	r.Header.Set("Accept", "application/json")
	// Which instance it is, and what it tells of itself at once, is all that is looked at: what the target
	// need not read, it need not log.
	r.Header.Set("Prefer", "return=minimal, report")
	answer, err := s.HTTP.Do(r)
	failpoint.RequestSent.Hit()
	if err != nil {
		return core.InstanceRef{}, networkFailure(err)
	}
	defer answer.Body.Close()
	return read(answer, p, s.Now())
}

// body gives what is posted, written while it is read.
func (s *Service) body(ctx context.Context, p parcel) (body io.ReadCloser, contentType string) {
	reader, out := io.Pipe()
	form := multipart.NewWriter(out)
	go func() {
		err := s.writeSafely(ctx, form, p)
		// A closed pipe is a target that answered, or went away, before it had been sent everything:
		// what Do gives tells.
		if err != nil && !errors.Is(err, io.ErrClosedPipe) {
			s.Log.Error("the delivery could not be read", "delivery", p.delivery.ID, "err", err)
			if _, known := errors.AsType[*failure](err); !known {
				err = &failure{code: "internal"}
			}
		}
		out.CloseWithError(err)
	}()
	return reader, form.FormDataContentType()
}

// networkFailure is one without an answer; a fault of ours on the way there says nothing about the
// target.
func networkFailure(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	f := &failure{code: "network", detail: networkReason(err), says: targetUnreached}
	if f.detail == "cancelled" {
		f.says = nothingOfTarget
	}
	return f
}

// networkReason names the kind of network fault without the address, which may be internal.
func networkReason(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case strings.Contains(err.Error(), "connection refused"):
		return "refused"
	}
	return "broken"
}

// write writes the instance template, the form data and every file, each streamed from the
// store chunk by chunk.
func (s *Service) write(ctx context.Context, form *multipart.Writer, p parcel) error {
	template, err := json.Marshal(newTemplate(p))
	if err != nil {
		return err
	}
	if err := writePart(form, "instance", "application/json", bytes.NewReader(template)); err != nil {
		return err
	}
	failpoint.TemplateSent.Hit()
	if p.frozen.Report == nil && p.frozen.Withdrawal == nil && p.frozen.Message == nil {
		if err := writeDocument(form, p.frozen.DataType, p.frozen.Document); err != nil {
			return err
		}
	}
	for _, dataType := range slices.Sorted(maps.Keys(p.frozen.Documents)) {
		if err := writeDocument(form, dataType, p.frozen.Documents[dataType]); err != nil {
			return err
		}
	}
	if v := p.frozen.Correction; v != nil {
		for _, dataType := range slices.Sorted(maps.Keys(v.Before)) {
			err := writeDocument(form, core.BeforePart+dataType, v.Before[dataType])
			if err != nil {
				return err
			}
		}
	}
	parts := p.frozen.Parts
	if p.pdf != nil {
		parts = append(parts[:len(parts):len(parts)], *p.pdf)
	}
	for _, f := range parts {
		if err := s.writeFile(ctx, form, f); err != nil {
			return err
		}
		failpoint.PartSent.Hit()
	}
	return form.Close()
}

func writeDocument(form *multipart.Writer, dataType string, doc core.Document) error {
	data, err := schema.Encode(doc)
	if err != nil {
		return err
	}
	return writePart(form, dataType, "application/json", bytes.NewReader(data))
}

func writePart(form *multipart.Writer, name, contentType string, content io.Reader) error {
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", mime.FormatMediaType("form-data", map[string]string{"name": name}))
	h.Set("Content-Type", contentType)
	w, err := form.CreatePart(h)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, content)
	return err
}

// writeFile sends a file with its digest (RFC 9530), so that the target can tell a cut file.
func (s *Service) writeFile(ctx context.Context, form *multipart.Writer, f core.FrozenPart) error {
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", mime.FormatMediaType("form-data",
		map[string]string{"name": f.DataType, "filename": f.Filename}))
	h.Set("Content-Type", f.ContentType)
	h.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(f.SHA256)+":")
	w, err := form.CreatePart(h)
	if err != nil {
		return err
	}
	file := s.Store.ReadUpload(ctx, core.System(), f.Upload)
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}

// template is Altinn's instance template (FORMAT.md 7.1). The delivery id stands in the data
// values too, so that a target that knows no idempotency key can be searched for it.
type template struct {
	AppID         string            `json:"appId"`
	InstanceOwner templateOwner     `json:"instanceOwner"`
	DueBefore     *time.Time        `json:"dueBefore,omitempty"`
	DataValues    map[string]string `json:"dataValues"`
	Report        *core.Report      `json:"report,omitempty"`
	// Correction is without the documents and files, which are parts of their own.
	Correction   *core.NewVersion `json:"correction,omitempty"`
	Withdrawal   *core.Withdrawal `json:"withdrawal,omitempty"`
	Message      *core.Message    `json:"message,omitempty"`
	RemindBefore []int            `json:"remindBefore,omitempty"`
}

type templateOwner struct {
	OrganisationNumber string `json:"organisationNumber,omitempty"`
	PersonNumber       string `json:"personNumber,omitempty"`
	// OfThread is whoever owns what the matter began with, where only the target knows who that is.
	OfThread bool `json:"ofThread,omitempty"`
}

// The data values that a handover sets on its target.
const (
	ValueDelivery  = "deliveryId"
	ValueReference = "reference"
	ValueSource    = "sourceInstance"
	ValueSourceApp = "sourceApp"
	ValueSubmitted = "submitted"
	ValueLanguage  = "language"
	// ValueThread is the instance that the matter began with, as "party/guid".
	ValueThread = "thread"
	// ValueUnit is the part of the organisation that is to have the instance.
	ValueUnit = app.UnitField
)

func newTemplate(p parcel) template {
	source := p.source()
	t := template{
		AppID:         p.delivery.To.String(),
		InstanceOwner: templateOwner{OrganisationNumber: p.owner.OrganisationNumber},
		DueBefore:     p.frozen.Due, Report: p.frozen.Report,
		Message: p.frozen.Message, RemindBefore: p.frozen.RemindBefore,
		DataValues: map[string]string{
			ValueDelivery:  p.delivery.ID.String(),
			ValueReference: p.delivery.Reference,
			ValueSource:    source.String(),
			ValueSourceApp: source.AppRef.String(),
			ValueSubmitted: p.frozen.Submitted.UTC().Format(time.RFC3339),
			ValueLanguage:  p.frozen.Language,
		},
	}
	if p.frozen.Thread.ID != uuid.Nil {
		t.DataValues[ValueThread] = p.frozen.Thread.String()
	}
	if p.frozen.Unit != "" {
		t.DataValues[ValueUnit] = p.frozen.Unit
	}
	t.Withdrawal = p.frozen.Withdrawal
	if v := p.frozen.Correction; v != nil {
		t.Correction = &core.NewVersion{Sent: v.Sent, Removed: v.Removed}
	}
	if p.owner.Kind == core.PartyPerson {
		t.InstanceOwner.PersonNumber = p.owner.PersonNumber.Reveal()
	}
	t.InstanceOwner.OfThread = p.owner.ID.Elsewhere() && p.frozen.Into == nil
	return t
}

// read judges the target's answer.
func read(answer *http.Response, p *parcel, now time.Time) (core.InstanceRef, error) {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return core.InstanceRef{}, networkFailure(err)
	}
	failpoint.AnswerRead.Hit()
	status := answer.StatusCode
	if status == http.StatusCreated || status == http.StatusOK {
		return made(body, p)
	}
	f := &failure{code: "http_" + strconv.Itoa(status), status: status, says: targetFails}
	f.detail, f.title, f.text = explanation(body)
	f.token = status == http.StatusUnauthorized
	f.park = status < 500 && status != http.StatusRequestTimeout &&
		status != http.StatusTooEarly && status != http.StatusTooManyRequests
	if f.park {
		f.says = targetAnswers
	} else {
		f.asked = retryAfter(answer.Header.Get("Retry-After"), now)
	}
	return core.InstanceRef{}, f
}

// longestAsked is how long a target can ask to be left alone.
const longestAsked = time.Hour

// retryAfter reads the header (RFC 9110 section 10.2.3): seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		wait = time.Duration(min(seconds, int(longestAsked/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, longestAsked))
}

// explanation takes a problem document apart: the code and the field paths, which hold no value,
// and what the target says in its own words, which may.
func explanation(body []byte) (detail, title, text string) {
	var problem struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Code   string `json:"code"`
		Errors []struct {
			Path string `json:"path"`
			Code string `json:"code"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &problem) != nil {
		return "", "", ""
	}
	words := []string{plainWord(problem.Code)}
	for _, e := range problem.Errors {
		words = append(words, strings.Trim(plainWord(e.Path)+"="+plainWord(e.Code), "="))
	}
	detail = strings.TrimSpace(strings.Join(words, " "))
	return detail[:min(len(detail), 500)], problem.Title, problem.Detail
}

// plainWord keeps a code or path only when it looks like one.
func plainWord(s string) string {
	if len(s) > 100 {
		return ""
	}
	for _, r := range s {
		if !strings.ContainsRune("._[]-:/", r) && (r < '0' || r > '9') &&
			(r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return ""
		}
	}
	return s
}

// made reads the instance out of a 201. An answer that cannot be what was asked for is parked:
// to try again might make a second instance (SECURITY.md X090).
func made(body []byte, p *parcel) (core.InstanceRef, error) {
	var answer struct {
		ID            string `json:"id"`
		AppID         string `json:"appId"`
		InstanceOwner struct {
			PartyID            json.Number `json:"partyId"`
			OrganisationNumber string      `json:"organisationNumber"`
		} `json:"instanceOwner"`
		Report json.RawMessage `json:"report"`
	}
	strange := &failure{code: "strange_answer", park: true, says: targetFails}
	if json.Unmarshal(body, &answer) != nil {
		return core.InstanceRef{}, strange
	}
	party, guid, ok := strings.Cut(answer.ID, "/")
	owner, err := strconv.ParseInt(party, 10, 64)
	id, err2 := uuid.Parse(guid)
	if !ok || err != nil || err2 != nil || answer.AppID != p.delivery.To.String() {
		return core.InstanceRef{}, strange
	}
	wanted := p.owner.OrganisationNumber
	if wanted != "" && answer.InstanceOwner.OrganisationNumber != wanted {
		return core.InstanceRef{}, strange
	}
	ref := core.InstanceRef{AppRef: p.delivery.To, Owner: core.PartyID(owner), ID: id}
	// By its address: the sign of the owner tells where it is.
	if into := p.frozen.Into; into != nil && into.String() != ref.String() {
		return core.InstanceRef{}, strange
	}
	p.told = told(answer.Report)
	return ref, nil
}
