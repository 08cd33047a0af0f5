package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// worked is what was posted to one of a case's work forms, with what is wrong with it.
type worked struct {
	form   string
	posted url.Values
	error  string
	// field is the field that the error is about.
	field string
}

// workFields gives the field that a fault of a work form is about, by its key.
var workFields = map[string]string{
	"fault.no_colleague": "to",
	"fault.no_mention":   "text",
	"fault.hold_day":     "until",
	"fault.snooze_day":   "until",
	"fault.due_day":      "until",
	"fault.due_one":      "until",
	"fault.tag_signs":    "tag",
	"fault.tag_many":     "tag",

	"fault.no_duplicate": "of", "fault.duplicate_linked": "of", "fault.no_unit": "unit",
}

// doCaseWork does one of the things that colleagues do with a case among themselves.
func (s *site) doCaseWork(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := s.caseRef(r, a)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	act := r.PathValue("act")
	do, ok := caseWork[act]
	if !ok {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	done, err := do(s, r, a, ref, posted)
	if err == nil && strings.HasPrefix(done, "/") {
		return seeOther(w, r, done)
	}
	if err == nil {
		return seeOther(w, r, caseBase(r)+"?"+done)
	}
	return s.mendWork(w, r, a, worked{form: act, posted: posted}, err)
}

// workDoer does one thing and gives what the page's address is to tell of it, or, where the case is
// out of sight then, the address to go to.
type workDoer func(
	s *site, r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error)

// caseWork are the things by what their address ends with.
var caseWork = map[string]workDoer{
	"assign": (*site).assignCase,
	"note":   (*site).noteCase,
	"hold":   (*site).holdCase,
	"resume": (*site).resumeCase,
	"due":    (*site).dueCase,
	"snooze": (*site).snoozeCase,
	"wake":   (*site).wakeCase,
	"tag":    (*site).tagCase,
	"untag":  (*site).untagCase,
	"undo":   (*site).undoCase,
	"stop":   (*site).stopMessage,
	"back":   (*site).backCase,

	"check": (*site).checkCase, "duplicate": (*site).duplicateCase,
	"unduplicate": (*site).unduplicateCase, "unit": (*site).unitCase,
}

// mendWork shows the case with what is wrong with what was posted, and with what was typed. What
// cannot be mended by typing is shown as the fault that it is.
func (s *site) mendWork(
	w http.ResponseWriter, r *http.Request, a core.Actor, t worked, cause error,
) error {
	key, _, ok := fault.Text(cause)
	status := fault.Status(cause)
	if !ok || status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return cause
	}
	c, err := s.openCase(r, a)
	if err != nil {
		return err
	}
	t.error, t.field = faultText(language(r.Context()), cause), workFields[key]
	return s.drawCase(w, r, a, status, c, typed{work: t})
}

func (s *site) assignCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	p, err := caseChange(ref, posted)
	if err != nil {
		return "", err
	}
	to, err := strconv.ParseInt(one(posted, "to"), 10, 64)
	if err != nil || to <= 0 {
		return "", fault.New(fault.Invalid, "fault.no_colleague")
	}
	done, err := s.Instances.Assign(r.Context(), a, p, core.PartyID(to))
	return undoable(core.ActAssign, "assign", done.Version, url.Values{
		"person": {strconv.FormatInt(int64(done.Before), 10)},
	}), err
}

func (s *site) noteCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	n := instance.Note{Ref: ref, Text: one(posted, "text"), Name: one(posted, "name")}
	var err error
	if n.Key, err = canonicalID(one(posted, "key")); err != nil {
		return "", err
	}
	return "did=note#notes", s.Instances.AddNote(r.Context(), a, n)
}

func (s *site) tagCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	tag := url.Values{"tag": {one(posted, "tag")}}
	err := s.Instances.Tag(r.Context(), a, ref, tag.Get("tag"), true)
	return undoable(core.ActLabel, "tag", 0, tag), err
}

func (s *site) untagCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	tag := url.Values{"tag": {one(posted, "tag")}}
	err := s.Instances.Tag(r.Context(), a, ref, tag.Get("tag"), false)
	return undoable(core.ActUnlabel, "untag", 0, tag), err
}

// undoable is what the page's address tells of what has been done and can be taken back.
func undoable(act, did string, version int, as url.Values) string {
	as.Set("did", did)
	as.Set("undo", act)
	as.Set("version", strconv.Itoa(version))
	return as.Encode()
}

func (s *site) undoCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	p, err := caseChange(ref, posted)
	if err != nil {
		return "", err
	}
	u := instance.Undo{Act: one(posted, "undo"), Tag: one(posted, "tag")}
	if person := one(posted, "person"); person != "" {
		id, err := strconv.ParseInt(person, 10, 64)
		if err != nil {
			return "", fault.New(fault.Malformed, "fault.malformed")
		}
		u.Person = core.PartyID(id)
	}
	return "did=undo", s.Instances.Undo(r.Context(), a, p, u)
}

// backCase stops what a step of the process sends, and takes the step back.
func (s *site) backCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	p, err := caseChange(ref, posted)
	if err != nil {
		return "", err
	}
	return "did=back", s.Instances.StepBack(r.Context(), a, p)
}

// backOf is the way to take the latest step back; nil where the reader cannot.
func backOf(r *http.Request, step *core.CaseStep, lang string) *page.StepBack {
	if step == nil {
		return nil
	}
	kind := "step"
	if step.Letters > 0 {
		kind = "letter"
	}
	return &page.StepBack{
		Action: caseLink(r, "/work/back"),
		Says:   text.T(lang, "work."+kind+"_waits", text.Time(lang, step.Until)),
		Button: text.T(lang, "work."+kind+"_back"),
	}
}

// undoOf is the way to take back what the page's address tells of; nil when the case has changed
// since.
func (s *site) undoOf(r *http.Request, c instance.Case) *page.Undo {
	q := r.URL.Query()
	v := q.Get("version")
	if !q.Has("undo") || v != "0" && v != strconv.Itoa(c.Instance.Version) {
		return nil
	}
	out := &page.Undo{Action: caseLink(r, "/work/undo")}
	for _, name := range []string{"undo", "version", "person", "tag"} {
		if q.Has(name) {
			out.Fields = append(out.Fields, page.UndoField{Name: name, Value: q.Get(name)})
		}
	}
	return out
}

func caseChange(ref core.InstanceRef, posted url.Values) (instance.CaseChange, error) {
	n, err := version(posted)
	return instance.CaseChange{Ref: ref, Version: n}, err
}

// caseWorkForms are the work forms that the person may use, as they were posted where one was.
func (s *site) caseWorkForms(r *http.Request, c instance.Case, t worked) page.Work {
	d := workDraft{
		lang: language(r.Context()), version: c.Instance.Version, typed: t,
		at: func(id string) string { return caseLink(r, "/work/"+id) },
	}
	rights, out := c.Input.Rights, page.Work{Notes: d.notes(c.Work.Notes)}
	for _, tag := range c.Work.Tags {
		out.Tags = append(out.Tags, page.CaseTag{
			Text: tag, URL: "/inbox/" + r.PathValue("orgnr") + "?" + url.Values{
				"view": {page.ViewOpen}, "q": {`tag:"` + tag + `"`},
			}.Encode(),
		})
		if rights[access.ActionTake] && c.Instance.Status != core.StatusArchived {
			out.Untag = d.at("untag")
		}
	}
	if c.Instance.Status == core.StatusArchived {
		return out
	}
	note := d.form("note", false, page.WorkField{
		Name: "text", Type: "area", Label: d.t("note_text"), Hint: d.t("note_hint"),
	}, page.WorkField{
		Name: "name", Type: "text", Label: d.t("note_name"), Optional: true,
		Offered: d.names(c), Hint: d.t("note_name_hint"),
	})
	note.Key, out.Note = uuid.NewString(), &note
	if rights[access.ActionTake] {
		d.add("assign", true, page.WorkField{
			Name: "to", Type: "select", Choices: d.colleagues(c, access.ActionTake),
			Label: d.t("assign_to"), Hint: d.t("assign_hint"),
		})
		d.timed(c)
		d.add("tag", false, page.WorkField{
			Name: "tag", Type: "text", Label: d.t("tag_word"), Hint: d.t("tag_hint"),
			Offered: c.Work.TagWords,
		})
	}
	d.helps(c)
	if c.Work.Snoozed != nil {
		d.add("wake", false)
	} else {
		d.add("snooze", false, page.WorkField{
			Name: "until", Type: "date", Label: d.t("snooze_until"), Hint: d.t("snooze_hint"),
		})
	}
	out.Forms, out.Undo = d.forms, s.undoOf(r, c)
	return out.WithProblem(t.error)
}

// workDraft is the work forms as they are being made.
type workDraft struct {
	lang    string
	version int
	typed   worked
	forms   []page.WorkForm
	// at gives the address that a form posts to.
	at func(id string) string
}

func (d *workDraft) t(key string, args ...any) string { return text.T(d.lang, "work."+key, args...) }

// add adds a form.
func (d *workDraft) add(id string, versioned bool, fields ...page.WorkField) {
	d.forms = append(d.forms, d.form(id, versioned, fields...))
}

// form makes a form; versioned ones go by the case's version.
func (d *workDraft) form(id string, versioned bool, fields ...page.WorkField) page.WorkForm {
	f := page.WorkForm{
		ID: id, Action: d.at(id), Title: d.t(id), Button: d.t(id + "_do"), Fields: fields,
		Open: d.typed.form == id,
	}
	if versioned {
		f.Version = d.version
	}
	for i := range f.Fields {
		field := &f.Fields[i]
		if !f.Open {
			continue
		}
		field.Value = one(d.typed.posted, field.Name)
		if d.typed.field == field.Name || d.typed.field == "" && i == 0 {
			field.Error = d.typed.error
		}
	}
	return f
}

// colleagues are those who may take an action, without the assignee.
func (d *workDraft) colleagues(c instance.Case, action string) []page.FilterOption {
	out := []page.FilterOption{{Label: d.t("choose")}}
	for _, one := range c.Work.Colleagues {
		if one.ID != c.Instance.Assignee && one.May(action) {
			out = append(out, page.FilterOption{
				Value: strconv.FormatInt(int64(one.ID), 10), Label: one.Name,
			})
		}
	}
	return out
}

// names are those who may read the case.
func (d *workDraft) names(c instance.Case) []string {
	var out []string
	for _, one := range c.Work.Colleagues {
		if one.May(access.ActionRead) {
			out = append(out, one.Name)
		}
	}
	return out
}

func (d *workDraft) notes(list []core.CaseNote) []page.CaseNote {
	var out []page.CaseNote
	for _, n := range list {
		note := page.CaseNote{ID: n.ID.String(), Who: n.AuthorName, Text: n.Text, At: n.At}
		if n.Kind != core.NotePlain && n.Day != nil {
			note.About = d.t("note_"+string(n.Kind), text.Date(d.lang, *n.Day))
		}
		out = append(out, note)
	}
	return out
}
