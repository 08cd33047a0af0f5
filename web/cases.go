package web

import (
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stafett/internal/access"
	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
)

// organisation finds the party whose number stands in the address. An unknown number is refused
// like one that the person has no role at.
func (s *site) organisation(r *http.Request) (core.Party, error) {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return core.Party{}, fault.New(fault.Malformed, "fault.malformed")
	}
	p, err := s.Access.Organisation(r.Context(), number)
	if err == nil && p.ID == 0 {
		err = access.Refuse(access.ActionRead, core.AppRef{})
	}
	return p, err
}

// caseBase is the address under which a case's pages stand.
func caseBase(r *http.Request) string {
	return "/inbox/" + r.PathValue("orgnr") + "/case/" + r.PathValue("guid")
}

// The parameters of the inbox's address. Any other is refused: a list must not seem to be
// filtered by something that is not looked at.
var inboxParameters = append([]string{
	"app", "task", "view", "sort", "q", "cols", "rows", "write", "found", "after",
}, toldInList...)

// toldInList are those that only tell what has been done.
var toldInList = []string{"done", "finished", "none", "given", "kept"}

// plain takes out of a list's query what only tells what has been done.
func plain(q url.Values) {
	for _, told := range toldInList {
		q.Del(told)
	}
}

// inboxFilter reads what the person has chosen to see.
func inboxFilter(q url.Values) (instance.InboxFilter, error) {
	f := instance.InboxFilter{Tasks: q["task"]}
	for _, name := range q["app"] {
		org, app, ok := strings.Cut(name, "/")
		if !ok {
			return f, fault.New(fault.Malformed, "fault.malformed")
		}
		f.Apps = append(f.Apps, core.AppRef{Org: org, App: app})
	}
	for name := range q {
		if !slices.Contains(inboxParameters, name) {
			return f, fault.New(fault.Malformed, "fault.malformed")
		}
	}
	if err := inboxView(&f, q.Get("view")); err != nil {
		return f, err
	}
	switch q.Get("sort") {
	case "":
		f.OwnOrder = true
	case "newest":
	case "due":
		f.ByDue = true
	default:
		return f, fault.New(fault.Malformed, "fault.malformed")
	}
	f.Query = q.Get("q")
	var err error
	// A number that was put into the address by hand is not followed: it is in no list's address.
	if _, number := casequery.LooksLikePersonNumber(f.Query); number {
		return f, fault.New(fault.Malformed, "fault.number_in_address")
	}
	if key := q.Get("found"); key != "" {
		if f.Found, err = canonicalID(key); err != nil {
			return f, err
		}
	}
	f.After, err = instance.ParseCursor(q.Get("after"))
	return f, err
}

// inboxView narrows to one of the views.
func inboxView(f *instance.InboxFilter, view string) error {
	switch view {
	case "", "open":
	case "due":
		f.DueSoon = true
	case "closed":
		f.Closed = true
	case "mine":
		f.Mine = true
	case "unassigned":
		f.Unassigned = true
	case "mentioned":
		f.Mentioned = true
	case "snoozed":
		f.Snoozed = true
	case "waiting":
		f.Waiting = true
	case "approval":
		f.Approval = true
	default:
		return fault.New(fault.Malformed, "fault.malformed")
	}
	return nil
}

func (s *site) inbox(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.showInbox(w, r, a, "")
}

// showInbox shows the list that the address tells of, with what was wrong with what was posted
// from it.
func (s *site) showInbox(
	w http.ResponseWriter, r *http.Request, a core.Actor, problem string,
) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	q := r.URL.Query()
	filter, err := inboxFilter(q)
	if err != nil {
		return err
	}
	if _, err := inboxLook(q); err != nil {
		return err
	}
	if q.Has("write") || q.Has("app") || q.Has("task") {
		return seeOther(w, r, s.written("/inbox/"+number, q, language(r.Context())))
	}
	filter.Language = language(r.Context())
	box, err := s.Instances.Inbox(r.Context(), a, number, filter)
	if err != nil {
		return err
	}
	return s.drawInbox(w, r, a, box, filter, problem)
}

func (s *site) openCase(r *http.Request, a core.Actor) (instance.Case, error) {
	org, err := s.organisation(r)
	if err != nil {
		return instance.Case{}, err
	}
	id, err := canonicalID(r.PathValue("guid"))
	if err != nil {
		return instance.Case{}, err
	}
	f, err := historyFilter(r)
	if err != nil {
		return instance.Case{}, err
	}
	c, err := s.Instances.CaseWith(r.Context(), a, org.ID, id, language(r.Context()), f)
	c.Input.BaseURL = caseBase(r)
	return c, err
}

func (s *site) oneCase(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	c, err := s.openCase(r, a)
	if err != nil {
		return err
	}
	return s.drawCase(w, r, a, http.StatusOK, c, typed{})
}

// caseRef finds the full reference of the case in the address, for a change; the change itself
// asks for the right.
func (s *site) caseRef(r *http.Request, a core.Actor) (core.InstanceRef, error) {
	org, err := s.organisation(r)
	if err != nil {
		return core.InstanceRef{}, err
	}
	id, err := canonicalID(r.PathValue("guid"))
	if err != nil {
		return core.InstanceRef{}, err
	}
	return s.Instances.CaseRef(r.Context(), a, org.ID, id)
}

func (s *site) caseFile(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := s.caseRef(r, a)
	if err != nil {
		return err
	}
	return s.sendFile(w, r, a, ref)
}

// caseAction shows the page of an action: the task's form, or a question to confirm.
func (s *site) caseAction(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	c, err := s.openCase(r, a)
	if err != nil {
		return err
	}
	action := r.PathValue("action")
	if action == access.ActionWrite {
		if c.Set == nil || !c.Input.Rights[access.ActionWrite] {
			return seeOther(w, r, caseBase(r))
		}
		if c.Present, err = s.Instances.Attend(
			r.Context(), a, r.PathValue("orgnr"), c.Instance.ID,
		); err != nil {
			return err
		}
		c.Input.OpenRow, c.Input.Turn = r.URL.Query().Get("row"), r.URL.Query().Get("turn")
		return s.drawCaseForm(w, r, a, http.StatusOK, c, r.URL.Query().Get("page"))
	}
	if !mayAct(c.View, action) {
		return seeOther(w, r, caseBase(r))
	}
	return s.drawCaseConfirm(w, r, a, http.StatusOK, c, action)
}

// mayAct tells whether the task has the action and the person the right to it.
func mayAct(v instance.View, action string) bool {
	for _, act := range v.Actions() {
		if act == action {
			return true
		}
	}
	return false
}

// doCaseAction does what a button on the case says.
func (s *site) doCaseAction(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := s.caseRef(r, a)
	if err != nil {
		return err
	}
	posted, err := readFormWithFiles(w, r, func(string, *multipart.Part) error {
		return fault.New(fault.Unsupported, "fault.content_type")
	})
	if err != nil {
		return err
	}
	switch action := r.PathValue("action"); action {
	case access.ActionTake:
		err = s.Instances.Take(r.Context(), a, ref)
	case access.ActionRelease:
		err = s.Instances.Release(r.Context(), a, ref)
	case access.ActionWrite:
		return s.writeCase(w, r, a, ref, posted)
	case actionMessage:
		return s.sayCase(w, r, a, ref, posted)
	default:
		return s.stepCase(w, r, a, ref, posted, action)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, caseReturn(r, posted))
}

// caseReturn is where a person goes after taking or releasing a case: back to the list when
// they were there, with its filter.
func caseReturn(r *http.Request, posted url.Values) string {
	list := "/inbox/" + r.PathValue("orgnr")
	to, err := url.Parse(one(posted, "return"))
	if err == nil && to.Host == "" && to.Path == list {
		return to.RequestURI()
	}
	return caseBase(r)
}

// stepCase moves the case on in its process.
func (s *site) stepCase(
	w http.ResponseWriter, r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
	action string,
) error {
	version, err := version(posted)
	if err != nil {
		return err
	}
	if action == instance.ActionNext {
		action = ""
	}
	v, _, err := s.Instances.Next(r.Context(), a, instance.Step{
		Ref: ref, Task: one(posted, "task"), Version: version, Action: action,
		Language: language(r.Context()), Told: posted["told"],
	})
	if _, ok := errors.AsType[*instance.OpenItems](err); ok {
		return s.mendChecklist(w, r, a, r.PathValue("action"))
	}
	if issues, ok := errors.AsType[*instance.Issues](err); ok {
		return s.mendCase(w, r, a, issues)
	}
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	if v.Deleted {
		return seeOther(w, r, "/inbox/"+r.PathValue("orgnr")+"?finished=1")
	}
	return seeOther(w, r, caseBase(r)+"?done=1")
}

// mendCase shows the task's form with what stops the step.
func (s *site) mendCase(
	w http.ResponseWriter, r *http.Request, a core.Actor, issues *instance.Issues,
) error {
	c, err := s.openCase(r, a)
	if err != nil {
		return err
	}
	c.Input.Shown = issues.List
	return s.drawCaseForm(w, r, a, http.StatusUnprocessableEntity, c, issues.List[0].Page)
}

// writeCase stores the task's form. "next" stores and moves the case on in one press.
func (s *site) writeCase(
	w http.ResponseWriter, r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) error {
	if one(posted, "go") == goForget {
		return s.forget(w, r, a)
	}
	r = choseLanguage(w, r, formLanguage(posted))
	saved, err := s.saveCase(r, a, ref, posted)
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	if len(saved.Clashes) > 0 {
		return s.clashCase(w, r, a, saved)
	}
	if len(saved.Issues) > 0 {
		c, err := s.openCase(r, a)
		if err != nil {
			return err
		}
		c.Input.Shown, c.Input.Posted, c.Input.OpenRow = saved.Issues, saved.Posted, saved.OpenRow
		c.Input.Ask = saved.Ask
		return s.drawCaseForm(w, r, a, http.StatusUnprocessableEntity, c, saved.Page)
	}
	if action, ok := strings.CutPrefix(one(posted, "go"), form.GoAction); ok {
		// The action has a page of its own, which asks whether it is meant.
		return seeOther(w, r, caseBase(r)+"/"+url.PathEscape(action))
	}
	if to, ok := listed(saved.View, saved, posted); ok {
		return seeOther(w, r, to)
	}
	if page, ok := jump(saved.View, posted); ok {
		return seeOther(w, r, merged(caseBase(r)+"/write?page="+url.QueryEscape(page), saved))
	}
	if one(posted, "go") != "next" {
		q := url.Values{"page": {saved.Page}, "saved": {"1"}}
		if saved.OpenRow != "" {
			q.Set("row", saved.OpenRow)
		}
		if saved.Turn != "" {
			q.Set("turn", saved.Turn)
		}
		return seeOther(w, r, merged(caseBase(r)+"/write?"+q.Encode(), saved))
	}
	v := saved.View
	if next := v.Page(saved.Page).Next; next != "" {
		return seeOther(w, r, merged(caseBase(r)+"/write?page="+url.QueryEscape(next), saved))
	}
	return seeOther(w, r, merged(caseBase(r)+"/"+instance.ActionNext, saved))
}

func (s *site) saveCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (instance.Saved, error) {
	version, err := version(posted)
	if err != nil {
		return instance.Saved{}, err
	}
	saved, err := s.Instances.Save(r.Context(), a, instance.SaveRequest{
		Ref: ref, Task: one(posted, "task"), Page: one(posted, "page"), Version: version,
		Posted: posted, Language: language(r.Context()),
		Check: one(posted, "go") == "next", Row: one(posted, "row"), Do: entryCommand(posted),
		Accepted: one(posted, "accepted"),
	})
	if err != nil {
		return saved, err
	}
	return saved, s.Login.DropKept(r, a, pagePath(r))
}

func (s *site) autosaveCase(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := s.caseRef(r, a)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	saved, err := s.saveCase(r, a, ref, posted)
	if err != nil {
		return err
	}
	return s.drawSaved(w, r, a, saved, posted)
}
