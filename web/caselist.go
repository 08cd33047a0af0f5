package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// inboxLook reads how a list is to be shown; what the address does not tell is left open.
func inboxLook(q url.Values) (page.ListLook, error) {
	var look page.ListLook
	malformed := fault.New(fault.Malformed, "fault.malformed")
	if cols := q.Get("cols"); cols != "" {
		var ok bool
		if look.Columns, ok = columnsOf(strings.Split(cols, ",")); !ok {
			return look, malformed
		}
	}
	switch rows := q.Get("rows"); rows {
	case "", page.RowsRoomy:
	case page.RowsCompact:
		look.Compact = true
	default:
		return look, malformed
	}
	return look, nil
}

// columnsOf puts names of columns in their order, the case's own among them; false for a name that
// is none.
func columnsOf(names []string) ([]string, bool) {
	for _, name := range names {
		if !slices.Contains(page.Columns, name) {
			return nil, false
		}
	}
	return slices.DeleteFunc(slices.Clone(page.Columns), func(c string) bool {
		return c != page.ColumnCase && !slices.Contains(names, c)
	}), true
}

// fillLook tells how the list is shown, what of the query can be taken away, and the views that
// have been kept.
func (s *site) fillLook(p *page.Inbox, r *http.Request, box instance.Inbox) error {
	q := r.URL.Query()
	var err error
	if p.Look, err = inboxLook(q); err != nil {
		return err
	}
	choice := box.Choice
	if !q.Has("cols") {
		p.Look.Columns = choice.Columns
	}
	if !q.Has("rows") {
		p.Look.Compact = choice.Compact
	}
	p.Look.OwnColumns, p.Look.OwnCompact = choice.Columns, choice.Compact
	p.Look.OwnByDue, p.Look.Silent = choice.ByDue, choice.Silent
	p.Searched, p.Near, p.Approves = box.Searched, box.Near, len(box.Scope.Approve) > 0
	p.Kept = keptViews(p.ListURL, box.Kept)
	for _, part := range casequery.Parts(q.Get("q")) {
		p.Parts = append(p.Parts, page.QueryPart{Text: part.Text, Rest: part.Rest})
	}
	p.Fields = s.dataFields(box)
	return nil
}

// dataFields are the names of the data fields that the apps of the scope declare.
func (s *site) dataFields(box instance.Inbox) []string {
	var out []string
	for _, item := range box.Scope.Items {
		d, err := s.Instances.App(core.AppRef{Org: item.Org, App: item.App})
		if err != nil {
			continue
		}
		for _, f := range d.Meta.Data {
			if casequery.IsName(f.ID) && !slices.Contains(out, f.ID) {
				out = append(out, f.ID)
			}
		}
	}
	slices.Sort(out)
	return out
}

// written is the list's address with the boxes that were ticked written as a query, in the place of
// what it asked for of services and statuses.
func (s *site) written(list string, q url.Values, lang string) string {
	var services, statuses []string
	for _, name := range q["app"] {
		_, app, _ := strings.Cut(name, "/")
		services = append(services, app)
	}
	for _, task := range q["task"] {
		if words := s.statusWords(q["app"], task, lang); !slices.Contains(statuses, words) {
			statuses = append(statuses, words)
		}
	}
	next := url.Values{}
	for _, name := range listParameters {
		next[name] = q[name]
	}
	next.Del("app")
	next.Del("task")
	next.Del("q")
	words := casequery.Names{
		Service: text.T(lang, "inbox.word_service"), Status: text.T(lang, "inbox.word_status"),
	}
	if query := casequery.Choose(q.Get("q"), words, services, statuses); query != "" {
		next.Set("q", query)
	}
	return strings.TrimSuffix(list+"?"+next.Encode(), "?")
}

// statusWords is what a task is called in a query: the status that people read, of one of the
// apps where some are chosen.
func (s *site) statusWords(apps []string, task, lang string) string {
	for _, d := range s.Instances.Apps() {
		if len(apps) > 0 && !slices.Contains(apps, d.Ref.String()) {
			continue
		}
		_, there := d.Process.Task(task)
		if words := d.StatusTextTo(lang, task); words != "" && (there || slices.Contains(d.Process.EndEvents(), task)) {
			return words
		}
	}
	return task
}

// chooseList keeps how the person wants the list.
func (s *site) chooseList(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	columns, ok := columnsOf(posted["column"])
	if !ok {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	keys := posted.Has("keys")
	err = s.Instances.ChooseList(r.Context(), a, number, func(c *instance.ListChoice) {
		switch {
		case keys:
			c.Silent = one(posted, "keys") == "off"
		case posted.Has("usual"):
			c.Columns, c.Compact, c.ByDue = nil, false, false
		default:
			c.Columns, c.Compact = columns, one(posted, "rows") == page.RowsCompact
			c.ByDue = one(posted, "sort") == "due"
		}
	})
	if err != nil {
		return err
	}
	list := "/inbox/" + number
	if keys {
		return seeOther(w, r, list+"/keys?kept=1")
	}
	return seeOther(w, r, plainList(list, one(posted, "list")))
}

// plainList is a list's address as the person wants the list from now on: without what it told of
// columns, rows and order.
func plainList(list, at string) string {
	q := url.Values{}
	if to, err := url.Parse(at); err == nil && to.Path == list {
		if _, err := inboxFilter(to.Query()); err == nil {
			q = to.Query()
		}
	}
	next := url.Values{"kept": {"1"}}
	for _, name := range []string{"view", "q"} {
		if q.Has(name) {
			next[name] = q[name]
		}
	}
	return list + "?" + next.Encode()
}

// keys shows which keys the pages listen to, and whether they do.
func (s *site) keys(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	box, err := s.Instances.Views(r.Context(), a, number)
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, box.Organisation)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page.Keys{
		Head: head, ListURL: "/inbox/" + number, Silent: box.Choice.Silent,
	})
}
