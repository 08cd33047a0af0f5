package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
	"stafett/templates/ui"
)

// drawInbox draws one page of an organisation's cases.
func (s *site) drawInbox(
	w http.ResponseWriter, r *http.Request, a core.Actor, box instance.Inbox, f instance.InboxFilter,
	problem string,
) error {
	head, err := s.staffHead(r, a, box.Organisation)
	if err != nil {
		return err
	}
	list := "/inbox/" + box.Organisation.OrganisationNumber
	p := page.Inbox{
		Head: head, ListURL: list, View: r.URL.Query().Get("view"), Count: box.Count, More: box.More,
		Now: s.Now(), ByDue: box.ByDue, Counts: viewCounts(box),
		ExportURL: exportURL(list, r.URL.Query()), ExportLimit: instance.ExportLimit,
		BulkURL: bulkURL(list, r.URL.Query()), BulkProblem: problem,
	}
	if err := s.fillLook(&p, r, box); err != nil {
		return err
	}
	p.LiveURL = liveURL(list, r.URL.Query()["app"], box.At)
	present := presentTexts(head.Lang, box.Present)
	p.Services, p.Tasks = s.filterOptions(box, f, head.Lang)
	here := listQuery(r.URL.RawQuery)
	for _, inst := range box.Cases {
		row := s.caseRow(inst, a, list, head.Lang)
		row.URL = withList(row.URL, here)
		ofPerson(&row, inst, box.Personal)
		row.Here = present[row.ID]
		p.Cases = append(p.Cases, row)
	}
	p.Next = s.nextInList(r, f, p.Cases, head.Lang)
	p.Units = unitLinks(list, box.Units)
	p.Query, p.Found = f.Query, f.Found != uuid.Nil
	for _, problem := range box.Problems {
		p.Problems = append(p.Problems, text.T(head.Lang, problem.Key, problem.Part))
	}
	if f.After != nil {
		p.FirstURL = pageOf(list, r.URL.Query(), "")
	}
	if box.Next != nil {
		p.NextURL = pageOf(list, r.URL.Query(), box.Next.String())
	}
	status := http.StatusOK
	if len(p.Problems) > 0 || problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, p)
}

func viewCounts(box instance.Inbox) map[string]int {
	n := box.Views
	counts := map[string]int{
		page.ViewOpen: n.Open, page.ViewMine: n.Mine, page.ViewUnassigned: n.Unassigned,
		page.ViewDue: n.Due, page.ViewWaiting: n.Waiting, page.ViewApproval: n.Approval,
		page.ViewClosed: n.Closed,
	}
	for _, one := range box.Personal {
		if one.Mentioned {
			counts[page.ViewMentioned]++
		}
		if one.Snoozed {
			counts[page.ViewSnoozed]++
		}
	}
	return counts
}

// ofPerson marks a row with what the case is to the reader alone.
func ofPerson(row *page.CaseRow, inst core.Instance, list []instance.Personal) {
	for _, one := range list {
		if one.Case == inst.ID {
			row.Mentioned = one.Unseen
		}
	}
}

// listParameters are what of a list's address makes it the list that it is.
var listParameters = []string{"view", "sort", "q", "app", "task", "cols", "rows"}

// pageOf gives the list's address with the same filter, from another place.
func pageOf(list string, q url.Values, after string) string {
	next := url.Values{}
	for _, name := range listParameters {
		next[name] = q[name]
	}
	if after != "" {
		next.Set("after", after)
	}
	return strings.TrimSuffix(list+"?"+next.Encode(), "?")
}

// filterOptions are what the list can be narrowed by: what the person's scope has, and nothing
// of what it has not.
func (s *site) filterOptions(
	box instance.Inbox, f instance.InboxFilter, lang string,
) (services, tasks []page.FilterOption) {
	for _, item := range box.Scope.Items {
		ref := core.AppRef{Org: item.Org, App: item.App}
		d, err := s.Instances.App(ref)
		if err != nil {
			continue
		}
		services = addOption(services, page.FilterOption{
			Value: ref.String(), Label: d.TitleTo(lang), Chosen: slices.Contains(box.Services, ref),
		})
		if item.Ended == f.Closed {
			tasks = addOption(tasks, page.FilterOption{
				Value: item.Task, Label: d.StatusTextTo(lang, item.Task),
				Chosen: slices.Contains(box.Tasks, item.Task),
			})
		}
	}
	return services, tasks
}

func addOption(list []page.FilterOption, o page.FilterOption) []page.FilterOption {
	if slices.ContainsFunc(list, func(p page.FilterOption) bool { return p.Value == o.Value }) {
		return list
	}
	return append(list, o)
}

func (s *site) caseRow(inst core.Instance, a core.Actor, list, lang string) page.CaseRow {
	row := page.CaseRow{
		ID: inst.ID.String(), URL: list + "/case/" + inst.ID.String(), Title: inst.Title,
		Applicant: inst.Applicant, Reference: inst.Reference, Due: inst.Due,
		Service: s.Instances.AppTitleTo(inst.AppRef, lang), Status: s.caseTag(inst, lang),
		Assignee: inst.AssigneeName, Mine: inst.Assignee == a.User, Unread: inst.Unread,
		Waits: inst.HoldUntil,
	}
	if inst.Submitted != nil {
		row.Received = *inst.Submitted
	}
	if w := inst.Withdrawn; w != nil {
		row.Withdrawn = &w.At
	}
	if row.Title == "" {
		row.Title = row.Service
	}
	if inst.Assignee == 0 && inst.Process.Ended == nil && s.taskHas(inst, access.ActionTake) {
		row.TakeURL = row.URL + "/" + access.ActionTake
	}
	return row
}

// taskHas tells whether the app lets anybody take an action where the case stands; the button's
// own request asks for this person.
func (s *site) taskHas(inst core.Instance, action string) bool {
	d, err := s.Instances.App(inst.AppRef)
	return err == nil && len(access.RolesFor(d, action, inst.Process.Task)) > 0
}

// caseTag is where a case stands, in a word, in the colour of its meaning.
func (s *site) caseTag(inst core.Instance, lang string) ui.Tag {
	d, err := s.Instances.App(inst.AppRef)
	if err != nil {
		return ui.Tag{}
	}
	if inst.Process.Ended != nil {
		return ui.Tag{Text: d.StatusTextTo(lang, inst.Process.EndEvent), Tone: ui.ToneEnded}
	}
	if inst.Answered != nil {
		// What the app calls the task is often that it waits for just this.
		return ui.Tag{Text: text.T(lang, "work.answered"), Tone: ui.ToneNew}
	}
	tone := ui.ToneProgress
	if tasks := d.Process.Tasks(); len(tasks) > 0 && tasks[0].ID == inst.Process.Task {
		tone = ui.ToneNew
	}
	return ui.Tag{Text: d.StatusTextTo(lang, inst.Process.Task), Tone: tone}
}

func (s *site) caseHead(r *http.Request, c instance.Case) page.CaseHead {
	lang := language(r.Context())
	h := page.CaseHead{
		CaseURL: caseBase(r), InboxURL: listAt(r.PathValue("orgnr"), listOf(r)), Title: c.Instance.Title,
		HereURL: caseLink(r, ""),
		Service: c.App.TitleTo(lang), Applicant: c.Instance.Applicant, Reference: c.Instance.Reference,
		Tags: []ui.Tag{s.caseTag(c.Instance, lang)},
		Here: presentText(lang, c.Present), LiveURL: liveCaseURL(r, false),
	}
	// A step that waits for the applicant is often called just that.
	if waits := text.T(lang, "work.waits"); c.Instance.HoldUntil != nil && h.Tags[0].Text != waits {
		h.Tags = append(h.Tags, ui.Tag{Text: waits, Tone: ui.ToneProgress})
	}
	if sub := c.Instance.Substatus; sub != nil {
		if c.Instance.Answered != nil {
			h.Tags = h.Tags[:0] // the app has its own words for that
		}
		h.Tags = append(h.Tags, ui.Tag{Text: substatus(*sub, lang), Tone: ui.ToneNew})
	}
	if w := c.Instance.Withdrawn; w != nil && c.Instance.Process.Ended == nil {
		h.Tags = append(h.Tags, ui.Tag{Text: text.T(lang, "retract.withdrawn"), Tone: ui.ToneEnded})
	} else if w != nil && !w.Late {
		// It went out of the course where it was: what is left of that was never done.
		return h
	}
	tasks := c.App.Process.Straight()
	at := -1
	for i, t := range tasks {
		if t.ID == c.App.Process.Home(c.Instance.Process.Task) {
			at = i
		}
	}
	for i, t := range tasks {
		phase := ui.Phase{Title: c.App.TaskTextTo(lang, t.ID)}
		switch {
		case at < 0 || i < at:
			phase.State, phase.Mark = "done", text.T(lang, "web.phase_done")
		case i == at:
			phase.State, phase.Mark = "now", text.T(lang, "web.phase_now")
		}
		h.Phases = append(h.Phases, phase)
	}
	return h
}

// drawCase draws a case with what the person may do in it, and with what they were writing to the
// applicant.
func (s *site) drawCase(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, c instance.Case, t typed,
) error {
	head, err := s.staffHead(r, a, c.Owner)
	if err != nil {
		return err
	}
	c.Input.ReadOnly = true
	p := page.Case{
		Silent: c.Choice.Silent,
		Head:   head, CaseHead: s.caseHead(r, c),
		Facts: page.CaseFacts{
			Due: c.Instance.Due, Assignee: c.Instance.AssigneeName,
			Mine: c.Instance.Assignee == a.User && a.User != 0, Ended: c.Instance.Process.Ended,
			Purpose: purpose(c.App, c.Permit.Role, head.Lang), Waits: c.Instance.HoldUntil,
			Waited: c.Work.Waited, Snoozed: c.Work.Snoozed,
		},
		Actions: s.caseActions(r, a, c), Version: c.Instance.Version, Task: c.Instance.Process.Task,
		Now: s.Now(),
	}
	if c.Instance.Submitted != nil {
		p.Facts.Received = *c.Instance.Submitted
	}
	p.Sections, p.Own = divided(c.View)
	p.Files = caseFiles(r, c.Input.Elements, slices.Concat(p.Sections, p.Own))
	if len(p.Files) > 0 {
		p.ArchiveURL = caseBase(r) + "/attachments.zip"
	}
	p.DossierURL = caseBase(r) + "/dossier.pdf"
	if len(c.Work.Notes) > 0 {
		p.NotesURL = p.DossierURL + "?notes=1"
	}
	drawSecond(&p, c, head.Lang)
	p.Withdrawn = withdrawn(c.Instance)
	for _, v := range c.Corrections {
		p.Corrections = append(p.Corrections, page.NewVersion{
			Number: v.Number, Sent: v.Sent, Late: v.Late, Differences: v.Differences,
		})
	}
	p.Story = s.caseStory(c, "/inbox/"+r.PathValue("orgnr"), head.Lang)
	p.Apart = c.Instance.Source != nil && c.Instance.Source.Owner.Elsewhere()
	p.Conversations = s.caseConversations(r, c, head.Lang, t)
	p.Work = s.caseWorkForms(r, c, t.work)
	p.Next, p.Back = s.nextOf(r, head.Lang), backOf(r, c.Step, head.Lang)
	p.Checklist = s.checklist(r, c, head.Lang)
	p.Related = s.relatedCases(r, c, head.Lang)
	if did := "work.did_" + r.URL.Query().Get("did"); p.Flash == "" && text.Has(did) {
		p.Flash = text.T(head.Lang, did)
	}
	drawHistory(&p, r, c, head.Lang)
	return s.render(w, r, status, p)
}

// purpose is the plain name of the role that let a person in.
func purpose(d *app.Definition, role, lang string) string {
	for _, r := range d.Roles {
		if r.Code == role {
			return r.Name[lang]
		}
	}
	return roleName(role, lang)
}

// roleName is the name of a role that no app has made, such as the main administrator's; of any other,
// its code.
func roleName(role, lang string) string {
	if key := "web.role_" + strings.ToLower(role); text.Has(key) {
		return text.T(lang, key)
	}
	return role
}

// caseActions are what the person may do where the case stands, the way on first.
func (s *site) caseActions(r *http.Request, a core.Actor, c instance.Case) []page.CaseAction {
	lang, task := language(r.Context()), c.Instance.Process.Task
	at := func(action string) string { return caseLink(r, "/"+action) }
	var out []page.CaseAction
	rights := c.Input.Rights
	if c.Instance.Status == core.StatusArchived {
		return nil
	}
	if c.Instance.Assignee == 0 && rights[access.ActionTake] {
		out = append(out, page.CaseAction{
			ID: access.ActionTake, URL: at(access.ActionTake), Post: true,
			Text: text.T(lang, "inbox.take"),
		})
	}
	if c.Set != nil && rights[access.ActionWrite] && c.Editable() {
		out = append(out, page.CaseAction{
			ID: access.ActionWrite, URL: at(access.ActionWrite), Main: true,
			Text: c.App.TaskTextTo(lang, task),
		})
	}
	for _, action := range c.Actions() {
		if action == instance.ActionNext && c.Editable() {
			// The task's form leads on by its own last button.
			continue
		}
		out = append(out, page.CaseAction{
			ID: action, URL: at(action), Text: c.App.ActionTextTo(lang, task, action),
			Main: action != actionReject && !c.Editable(),
		})
	}
	if c.Instance.Assignee == a.User && rights[access.ActionRelease] {
		out = append(out, page.CaseAction{
			ID: access.ActionRelease, URL: at(access.ActionRelease), Post: true,
			Text: text.T(lang, "web.release"),
		})
	}
	return out
}

// actionReject is Altinn's one action that sends back (FORMAT.md 2.3).
const actionReject = "reject"

// drawCaseForm draws the form of the task that a case stands in, beside the application.
func (s *site) drawCaseForm(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, c instance.Case, pageID string,
) error {
	head, err := s.staffHead(r, a, c.Owner)
	if err != nil {
		return err
	}
	if found, _ := c.Set.Page(pageID); found == nil {
		pageID = form.FirstPage(c.App, c.Set, c.Input)
	}
	var kept *page.Kept
	if r.Method == http.MethodGet {
		if kept, err = s.shown(r, a, &c.View, pageID); err != nil {
			return err
		}
	}
	task := c.Instance.Process.Task
	p := page.CaseForm{
		Head: head, CaseHead: s.caseHead(r, c), Form: c.Page(pageID), Task: task, Kept: kept,
		DrawnFor: s.Login.Mark(a, caseBase(r)+"/write"),
		Heading:  c.App.TaskTextTo(head.Lang, task), Now: s.Now(), Saved: c.Instance.Changed,
		TaskURL: taskURL(c.View), PostURL: caseLink(r, "/"+access.ActionWrite),
		NextText: c.App.ActionTextTo(head.Lang, task, instance.ActionNext),
	}
	p.LiveURL, p.Form.Version = liveCaseURL(r, true), c.DocumentVersion()
	if p.Follows = s.follows(c.View, instance.ActionNext, head.Lang); c.Second.Barred {
		p.Notice, p.Follows = text.T(head.Lang, "second.barred"), nil
		p.NextText = text.T(head.Lang, "second.save")
	}
	p.Clashes = s.clashes(head, a, p.Form, c.Collision)
	p.Form.In(c.App.Texts.Nearest(head.Lang), head.Lang)
	beside := c.View
	beside.Input.ReadOnly, beside.Input.Shown = true, nil
	for _, set := range beside.Sets() {
		if set != c.Set {
			p.Sections = append(p.Sections, summed(beside, set)...)
		}
	}
	return s.render(w, r, status, p)
}

// drawCaseConfirm asks whether an action is meant, and shows what is confirmed.
func (s *site) drawCaseConfirm(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, c instance.Case, action string,
) error {
	head, err := s.staffHead(r, a, c.Owner)
	if err != nil {
		return err
	}
	task := c.Instance.Process.Task
	name := c.App.ActionTextTo(head.Lang, task, action)
	p := page.CaseConfirm{
		Head: head, CaseHead: s.caseHead(r, c), Action: caseLink(r, "/"+action),
		Question: name, ButtonText: name, Version: c.Instance.Version, Task: task,
		Text:    confirmText(c.App, head.Lang, task, action),
		Follows: s.follows(c.View, action, head.Lang),
	}
	if _, own := ownConfirmText(c.App, head.Lang, task, action); !own && c.Follows(action).Mild() {
		// Our own words are that it cannot be undone.
		p.Text = ""
	}
	if c.Editable() {
		c.Input.ReadOnly = true
		p.Sections = summed(c.View, c.Set)
	}
	p.Open = openItems(c, action, head.Lang)
	return s.render(w, r, status, p)
}

// confirmText is what the app says follows from an action, or our own words.
func confirmText(d *app.Definition, lang, task, action string) string {
	if t, ok := ownConfirmText(d, lang, task, action); ok {
		return t
	}
	return text.T(lang, "web.confirm_text")
}

func ownConfirmText(d *app.Definition, lang, task, action string) (string, bool) {
	t := ownText(d, lang, "confirm."+task+"."+action)
	return t, t != ""
}
