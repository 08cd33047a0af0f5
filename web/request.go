package web

import (
	"net/http"
	"strconv"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/text"
	"stafett/templates/page"
)

// myRequests shows what the person has asked for, and the answers.
func (s *site) myRequests(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.drawMyRequests(w, r, a, page.RequestForm{}, nil)
}

// ask asks an organisation for a role.
func (s *site) ask(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	form := page.RequestForm{
		Number: one(posted, "organisation"), Role: one(posted, "role"), Reason: one(posted, "reason"),
	}
	_, err = s.Access.Ask(r.Context(), a, form.Number, form.Role, form.Reason)
	switch {
	case err == nil:
		return seeOther(w, r, "/my/requests?asked=1")
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict):
		return s.drawMyRequests(w, r, a, form, err)
	}
	return err
}

func (s *site) drawMyRequests(
	w http.ResponseWriter, r *http.Request, a core.Actor, form page.RequestForm, problem error,
) error {
	head, err := s.citizenHead(r, a, core.Party{})
	if err != nil {
		return err
	}
	rows, err := s.Access.Asked(r.Context(), a)
	if err != nil {
		return err
	}
	p := page.MyRequests{Head: head, Form: form}
	for _, row := range rows {
		p.Requests = append(p.Requests, s.requestRow(row, head.Lang))
	}
	status := http.StatusOK
	if problem != nil {
		status = fault.Status(problem)
		p.Form.Problems = grantProblems(problem, head.Lang)
		p.Form.Roles = s.roleChoices(s.Access.RolesOffered(), head.Lang)
		org, err := s.Access.Organisation(r.Context(), form.Number)
		if err != nil {
			return err
		}
		p.Form.Organisation = org.Name
	}
	return s.render(w, r, status, p)
}

func (s *site) requestRow(q access.RequestRow, lang string) page.RequestRow {
	return page.RequestRow{
		ID: q.ID, Person: q.PersonName, Organisation: q.PartyName, Role: s.roleName(q.Role, lang),
		Reason: q.Reason, Answer: q.Answer, AnsweredBy: q.AnsweredByName, At: q.At, State: q.State,
	}
}

// roleRequests shows an administrator what the organisation has been asked for.
func (s *site) roleRequests(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	return s.drawRoleRequests(w, r, a, org, page.RequestRow{}, nil)
}

// answerRequest grants what was asked for, or refuses it.
func (s *site) answerRequest(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("request"), 10, 64)
	if err != nil || id <= 0 {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	typed := page.RequestRow{ID: id, Typed: one(posted, "reason"), Until: one(posted, "until")}
	answer := access.RequestAnswer{Grant: one(posted, "answer") == "grant", Reason: typed.Typed}
	if iso, ok := text.ParseDate(typed.Until); ok {
		if answer.LastDay, err = time.Parse(time.DateOnly, iso); err != nil {
			return fault.New(fault.Malformed, "fault.malformed")
		}
	}
	err = s.Access.Answer(r.Context(), a, org.ID, id, answer, s.Now())
	if fault.Is(err, fault.Invalid) {
		return s.drawRoleRequests(w, r, a, org, typed, err)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, adminBase(org)+"/people/requests?answered=1")
}

func (s *site) drawRoleRequests(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, typed page.RequestRow,
	problem error,
) error {
	list, err := s.Access.Requests(r.Context(), a, org.ID)
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	today := s.Now().In(text.Oslo())
	p := page.RoleRequests{
		Head: head, PeopleURL: adminBase(org) + "/people",
		WaitingCount:  list.Counts[core.RequestWaiting],
		AnsweredCount: list.Counts[core.RequestGranted] + list.Counts[core.RequestRefused],
		Earliest:      today.Format(time.DateOnly),
		Latest:        today.AddDate(access.MaxGrantYears, 0, 0).Format(time.DateOnly),
	}
	for _, q := range list.Waiting {
		row := s.requestRow(q, head.Lang)
		row.Action = adminBase(org) + "/people/requests/" + strconv.FormatInt(q.ID, 10)
		row.Until = today.AddDate(1, 0, 0).Format(time.DateOnly)
		if q.ID == typed.ID {
			row.Typed, row.Until = typed.Typed, typed.Until
			row.Problems = grantProblems(problem, head.Lang)
		}
		p.Waiting = append(p.Waiting, row)
	}
	for _, q := range list.Answered {
		p.Answered = append(p.Answered, s.requestRow(q, head.Lang))
	}
	status := http.StatusOK
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, p)
}

// grantProblems tells what is wrong with a form about a role, each at its field.
func grantProblems(problem error, lang string) []page.GrantProblem {
	var out []page.GrantProblem
	for _, one := range fault.Each(problem) {
		key, args, _ := fault.Text(one)
		out = append(out,
			page.GrantProblem{Field: page.GrantField(key), Message: text.T(lang, key, args...)})
	}
	return out
}
