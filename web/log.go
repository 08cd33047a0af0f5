package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/text"
	"stafett/templates/page"
)

// logPage is how many audit lines a page of the log has.
const logPage = 100

// checkLate is after how long without a check the log page says that the checks have stopped.
const checkLate = 3 * time.Hour

// loggedActs are the acts that the log can be searched for, in the order they are offered.
var loggedActs = []string{
	core.ActRead, core.ActDownload, core.ActPrint, core.ActList, core.ActSearch, core.ActWrite,
	core.ActTake, core.ActRelease, core.ActAssign, core.ActSubmit, core.ActNext, core.ActGrant,
	core.ActWithdraw, core.ActAsk, core.ActDecline, core.ActAdmin, core.ActLog, core.ActExport,
	core.ActRetry, core.ActGiveUp,
}

func (s *site) log(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	q, err := logQuery(r.URL.Query(), org.ID)
	if err != nil {
		return err
	}
	view, err := s.Access.Log(r.Context(), a, q)
	if err != nil {
		return err
	}
	return s.drawLog(w, r, a, org, q, view)
}

// logQuery reads what is asked for. Whoever wrote the address by hand gets Malformed.
func logQuery(in url.Values, org core.PartyID) (access.LogQuery, error) {
	q := access.LogQuery{
		Party: org, Reference: strings.ToUpper(strings.TrimSpace(in.Get("case"))),
		Act: in.Get("act"), Outcome: core.Outcome(in.Get("outcome")), Limit: logPage,
	}
	wrong := fault.New(fault.Malformed, "fault.malformed")
	if q.Act != "" && !slices.Contains(loggedActs, q.Act) || len(q.Reference) > 40 {
		return q, wrong
	}
	if q.Outcome != "" && q.Outcome != core.OutcomeDone && q.Outcome != core.OutcomeRefused {
		return q, wrong
	}
	for name, into := range map[string]*int64{"before": &q.Before, "person": (*int64)(&q.Actor)} {
		if in.Get(name) == "" {
			continue
		}
		n, err := strconv.ParseInt(in.Get(name), 10, 64)
		if err != nil || n <= 0 {
			return q, wrong
		}
		*into = n
	}
	var err error
	if q.From, err = dayOf(in.Get("from")); err != nil {
		return q, err
	}
	if q.To, err = dayOf(in.Get("to")); err == nil && !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
	return q, err
}

// dayOf gives when a day begins; zero for none.
func dayOf(day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, text.Oslo())
	if err != nil {
		return at, fault.New(fault.Malformed, "fault.malformed")
	}
	return at, nil
}

func (s *site) drawLog(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, q access.LogQuery,
	view access.LogView,
) error {
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	in := r.URL.Query()
	here := adminBase(org) + "/log"
	p := page.Log{
		Head: head, ListURL: here, Case: q.Reference, Person: in.Get("person"), Act: q.Act,
		Outcome: string(q.Outcome), From: in.Get("from"), To: in.Get("to"),
		Checked: view.Check.Ended, CheckedLines: view.Check.Lines, Broken: !view.Check.OK(),
		CheckLate: s.Now().Sub(view.Check.Ended) > checkLate,
	}
	for _, e := range view.Events {
		line := s.logLine(e, head.Lang)
		line.CaseURL = here + "?" + url.Values{"case": {e.Reference}}.Encode()
		p.Lines = append(p.Lines, line)
	}
	for _, act := range loggedActs {
		p.Acts = append(p.Acts, page.LogChoice{
			Value: act, Text: page.EventWords(head.Lang, core.Event{Act: act}, ""),
		})
	}
	p.People = logPeople(view.People)
	in.Del("before")
	p.ExportURL = here + ".csv?" + in.Encode()
	if r.URL.Query().Has("before") {
		p.FirstURL = here + "?" + in.Encode()
	}
	if len(view.Events) == logPage {
		in.Set("before", strconv.FormatInt(view.Events[len(view.Events)-1].ID, 10))
		p.NextURL = here + "?" + in.Encode()
	}
	return s.render(w, r, http.StatusOK, p)
}

// logPeople are those who hold or have held a role, each once, by name.
func logPeople(grants []access.GrantRow) []page.LogChoice {
	var out []page.LogChoice
	seen := map[core.PartyID]bool{}
	for _, g := range grants {
		if !seen[g.Person] {
			seen[g.Person] = true
			out = append(out, page.LogChoice{
				Value: strconv.FormatInt(int64(g.Person), 10), Text: g.PersonName,
			})
		}
	}
	slices.SortFunc(out, func(a, b page.LogChoice) int { return strings.Compare(a.Text, b.Text) })
	return out
}

// logLine tells an audit line in words, with what it is about: the app and its case, or the role.
func (s *site) logLine(e core.Event, lang string) page.LogLine {
	line := page.LogLine{
		At: e.At, Who: page.EventActor(lang, e), With: s.roleNames(e.Purpose, lang), Reference: e.Reference,
		Refused: e.Outcome == core.OutcomeRefused,
	}
	name := ""
	if d, err := s.Instances.App(e.App); err == nil {
		name, line.About = d.ActionTextTo(lang, e.Task, e.Act), d.TitleTo(lang)
		line.With = purpose(d, e.Purpose, lang)
	}
	line.What = page.EventWords(lang, e, name)
	if rows := e.Detail["rows"]; rows != "" && line.About == "" {
		line.About = text.T(lang, "admin.log_rows", rows)
	}
	if role := e.Detail["role"]; role != "" {
		line.About = s.roleNames(role, lang)
	}
	return line
}

// roleNames gives the names of the roles that somebody looked at a list with. What holds a word that is
// no role's code is a reason that somebody typed, and stays as it is.
func (s *site) roleNames(codes, lang string) string {
	var names []string
	for _, code := range strings.Fields(codes) {
		name := roleName(code, lang)
		for _, o := range s.Access.RolesOffered() {
			if o.Code == code {
				name = o.Name[lang]
			}
		}
		if name == code {
			return codes
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// exportLog gives what the search found as a spreadsheet.
func (s *site) exportLog(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	q, err := logQuery(r.URL.Query(), org.ID)
	if err != nil {
		return err
	}
	events, err := s.Access.ExportLog(r.Context(), a, q)
	if err != nil {
		return err
	}
	out := newSheet(w, "logg.csv")
	s.writeLog(out, events, language(r.Context()))
	return out.end()
}

func (s *site) writeLog(out *sheet, events []core.Event, lang string) {
	out.row(
		text.T(lang, "admin.time"), text.T(lang, "admin.who"), text.T(lang, "admin.event"),
		text.T(lang, "admin.about"), text.T(lang, "admin.with"), text.T(lang, "admin.result"),
		text.T(lang, "page.reference_long"), text.T(lang, "admin.log_instance"), text.T(lang, "admin.log_request"),
	)
	for _, e := range events {
		line, result, about := s.logLine(e, lang), "admin.allowed", ""
		if line.Refused {
			result = "admin.refused"
		}
		if e.Instance != [16]byte{} {
			about = e.Instance.String()
		}
		out.row(
			e.At.In(text.Oslo()).Format(time.RFC3339), line.Who, line.What, line.About, line.With,
			text.T(lang, result), line.Reference, about, e.Request,
		)
	}
}
