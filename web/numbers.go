package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// periods are how many weeks the numbers can be of; the first is what is shown when nothing is said.
var periods = []int{12, 26, 52}

// numbersOf counts what the address asks for. Any other parameter than those that it reads, and
// also, is refused.
func (s *site) numbersOf(
	r *http.Request, a core.Actor, export bool, also ...string,
) (instance.Numbers, error) {
	wrong := fault.New(fault.Malformed, "fault.malformed")
	q, f := r.URL.Query(), instance.NumbersFilter{Weeks: periods[0], Export: export}
	for name := range q {
		if name != "app" && name != "weeks" && !slices.Contains(also, name) {
			return instance.Numbers{}, wrong
		}
	}
	for _, name := range q["app"] {
		org, app, ok := strings.Cut(name, "/")
		if !ok {
			return instance.Numbers{}, wrong
		}
		f.Apps = append(f.Apps, core.AppRef{Org: org, App: app})
	}
	if q.Has("weeks") {
		n, err := strconv.Atoi(q.Get("weeks"))
		if err != nil || !slices.Contains(periods, n) {
			return instance.Numbers{}, wrong
		}
		f.Weeks = n
	}
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return instance.Numbers{}, wrong
	}
	return s.Instances.Numbers(r.Context(), a, number, f)
}

// numbers shows how the organisation's cases stand.
func (s *site) numbers(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	n, err := s.numbersOf(r, a, false)
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, n.Organisation)
	if err != nil {
		return err
	}
	inbox, q := "/inbox/"+n.Organisation.OrganisationNumber, r.URL.Query()
	p := page.Numbers{
		Head: head, InboxURL: inbox, ListURL: inbox + "/numbers", Periods: periods, Now: n.Now,
		Steps: s.stepNumbers(n, head.Lang), Weeks: sumWeeks(n),
		StepsURL: numbersFile(inbox, q, "steps"), WeeksURL: numbersFile(inbox, q, "weeks"),
	}
	for _, item := range n.Scope.Items {
		ref := core.AppRef{Org: item.Org, App: item.App}
		p.Services = addOption(p.Services, page.FilterOption{
			Value: ref.String(), Label: s.Instances.AppTitleTo(ref, head.Lang),
			Chosen: slices.Contains(q["app"], ref.String()),
		})
	}
	for _, one := range n.Services {
		e := page.NumbersEnded{Service: s.Instances.AppTitleTo(one.App, head.Lang), Took: one.Took}
		for _, week := range one.Weeks {
			e.Cases += week.Ended
		}
		p.Ended = append(p.Ended, e)
	}
	return s.render(w, r, http.StatusOK, p)
}

func numbersFile(inbox string, q url.Values, of string) string {
	q.Set("of", of)
	return inbox + "/numbers.csv?" + q.Encode()
}

func (s *site) stepNumbers(n instance.Numbers, lang string) []page.NumbersStep {
	var out []page.NumbersStep
	for _, step := range n.Steps {
		row := page.NumbersStep{
			Service: s.Instances.AppTitleTo(step.App, lang), Step: step.Task, Open: step.Open,
			Overdue: step.Overdue, Oldest: step.Oldest, Middle: step.Middle,
		}
		if d, err := s.Instances.App(step.App); err == nil {
			row.Step = d.StatusTextTo(lang, step.Task)
		}
		out = append(out, row)
	}
	return out
}

// sumWeeks adds the services up.
func sumWeeks(n instance.Numbers) []page.NumbersWeek {
	var out []page.NumbersWeek
	for _, one := range n.Services {
		for i, week := range one.Weeks {
			if i == len(out) {
				out = append(out, page.NumbersWeek{Monday: week.Monday})
			}
			out[i].Came += week.Came
			out[i].Ended += week.Ended
			out[i].Backlog += week.Backlog
		}
	}
	return out
}

// exportNumbers gives one of the tables as a spreadsheet, the weeks for each service.
func (s *site) exportNumbers(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	of := cmp.Or(r.URL.Query().Get("of"), "steps")
	if of != "steps" && of != "weeks" {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	n, err := s.numbersOf(r, a, true, "of")
	if err != nil {
		return err
	}
	lang := language(r.Context())
	out := newSheet(w, "tall.csv")
	if of == "steps" {
		s.writeSteps(out, n, lang)
	} else {
		s.writeWeeks(out, n, lang)
	}
	return out.end()
}

func (s *site) writeSteps(out *sheet, n instance.Numbers, lang string) {
	out.row(text.T(lang, "inbox.service"), text.T(lang, "inbox.status"), text.T(lang, "numbers.open"),
		text.T(lang, "numbers.overdue"), text.T(lang, "numbers.median_waited"),
		text.T(lang, "numbers.oldest_waited"))
	days := func(came *time.Time) string {
		if came == nil {
			return ""
		}
		return strconv.Itoa(page.Waited(*came, n.Now))
	}
	for _, row := range s.stepNumbers(n, lang) {
		out.row(row.Service, row.Step, strconv.Itoa(row.Open), strconv.Itoa(row.Overdue),
			days(row.Middle), days(row.Oldest))
	}
}

func (s *site) writeWeeks(out *sheet, n instance.Numbers, lang string) {
	out.row(text.T(lang, "inbox.service"), text.T(lang, "numbers.week"), text.T(lang, "numbers.begins"),
		text.T(lang, "numbers.came"), text.T(lang, "numbers.ended"), text.T(lang, "numbers.open_at_end"))
	for _, one := range n.Services {
		for _, week := range one.Weeks {
			out.row(s.Instances.AppTitle(one.App, lang), page.WeekName(lang, week.Monday),
				text.ISODate(week.Monday), strconv.Itoa(week.Came), strconv.Itoa(week.Ended),
				strconv.Itoa(week.Backlog))
		}
	}
}
