package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/login"
	"stafett/templates/page"
	"stafett/web/middleware"
)

// goForget is what the button posts that throws a kept post away.
const goForget = "forget"

// isSave tells whether the request is a page that saves what is typed in it.
func isSave(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/save")
}

// small tells whether the request is a form that may be read before anybody is known.
func small(r *http.Request) bool {
	return r.ContentLength >= 0 && r.ContentLength <= middleware.MaxForm
}

// pagePath is the address of the page that was posted, by a button or by itself.
func pagePath(r *http.Request) string {
	if isSave(r) {
		return strings.TrimSuffix(r.URL.Path, "/save")
	}
	return r.URL.Path
}

// keep keeps what was posted until its person has signed in, and tells until when; zero when that
// cannot be. What is wrong with the keeping is no reason not to show what was typed.
func (s *site) keep(r *http.Request, a core.Actor, posted url.Values, read bool) time.Time {
	if !read || len(posted) == 0 {
		return time.Time{}
	}
	until, err := s.Login.Keep(r.Context(), a, one(posted, "drawnfor"), pagePath(r), login.KeptPost{
		Query: r.URL.RawQuery, Fields: posted,
	})
	if err != nil {
		s.Log.Warn("a post is not kept", "id", core.RequestID(r.Context()), "err", err)
		return time.Time{}
	}
	return until
}

// keptPages are the form pages with something that is kept for the person.
func (s *site) keptPages(r *http.Request, lang string) []page.KeptPage {
	var out []page.KeptPage
	for _, k := range s.Login.KeptPages(r) {
		parts := strings.Split(k.Page, "/")
		if len(parts) < 4 || parts[3] != "instance" {
			continue
		}
		out = append(out, page.KeptPage{
			URL: escapedPath(k.Page), App: s.Instances.AppTitleTo(core.AppRef{Org: parts[1], App: parts[2]}, lang),
			At: k.At, Until: k.At.Add(login.KeptFor),
		})
	}
	return out
}

func escapedPath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// keptURL is where the newest post that is kept from the pages of an instance stands; "" for none.
func (s *site) keptURL(r *http.Request, ref core.InstanceRef) string {
	for _, k := range s.Login.KeptPages(r) {
		if strings.HasPrefix(k.Page, base(ref)+"/") {
			return escapedPath(k.Page)
		}
	}
	return ""
}

// shown puts what is kept from a page into the view of it, as if it had been saved, and tells what
// the page says about it; nil when nothing is kept. Where the answers have changed since, they stand
// as they are, and what was typed beside them: nothing is overwritten unseen.
func (s *site) shown(
	r *http.Request, a core.Actor, v *instance.View, pageID string,
) (*page.Kept, error) {
	kept, at, ok, err := s.Login.Kept(r, a, pagePath(r))
	if err != nil || !ok || v.Input.ReadOnly {
		return nil, err
	}
	if of := one(kept.Fields, "page"); of != "" && of != pageID {
		return nil, nil
	}
	out := &page.Kept{At: at, Until: at.Add(login.KeptFor), Action: pagePath(r)}
	seen, err := version(kept.Fields)
	if err == nil && seen == v.DocumentVersion() {
		kept.Fields.Del("row")
		var bound form.Bound
		bound, err = form.Bind(v.App, v.Set, pageID, kept.Fields, v.Input)
		if err == nil {
			q, _ := url.ParseQuery(kept.Query)
			v.Input.Data, v.Input.Posted, v.Input.Shown = bound.Data, bound.Posted, bound.Issues
			v.Input.OpenRow, v.Input.Turn = q.Get("row"), q.Get("turn")
			return out, nil
		}
	}
	out.Beside, out.Typed = true, answers(v.Page(pageID).Nodes, kept.Fields)
	return out, nil
}

// answers gives what was posted under its questions, in the order of the page.
func answers(nodes []form.Node, posted url.Values) []page.Typed {
	var out []page.Typed
	for _, q := range questions(nodes) {
		if value := strings.Join(labels(q, posted[q.Name]), ", "); value != "" {
			out = append(out, page.Typed{Question: q.Title, Value: value})
		}
	}
	return out
}

// unanswered gives what a page that could not be saved shows of what was posted: the fields, to be
// posted again, and those answers that can be told apart without asking the database. It gives nil
// for what is no form.
func (s *site) unanswered(w http.ResponseWriter, r *http.Request) *page.Unanswered {
	if r.Method != http.MethodPost || r.Header.Get("HX-Request") == "true" {
		return nil
	}
	posted, files, ok := s.kept(w, r)
	if !ok || len(posted) == 0 {
		return nil
	}
	return &page.Unanswered{
		Action: r.URL.RequestURI(), Fields: fields(posted), Files: files, Typed: s.told(r, posted),
	}
}

// told gives the answers that were posted from a page of an app, under their questions, by the
// definition alone. Rows and what depends on other pages are not told; they are posted again all
// the same.
func (s *site) told(r *http.Request, posted url.Values) []page.Typed {
	d, err := s.Instances.App(appRef(r))
	if err != nil || r.PathValue("element") != "" {
		return nil
	}
	set := d.SetFor(r.PathValue("task"))
	if set == nil {
		return nil
	}
	in := form.Input{Data: map[string]core.Document{}, Language: language(r.Context()), Now: s.Now()}
	for _, dataType := range set.DataTypes() {
		in.Data[dataType] = core.Document{}
	}
	if bound, err := form.Bind(d, set, pageID(r), posted, in); err == nil {
		in.Data = bound.Data
	}
	if p, _ := set.Page(pageID(r)); p == nil {
		return nil
	}
	return answers(form.Build(d, set, pageID(r), in).Nodes, posted)
}

// forget throws away what is kept from a page, and shows the page as it is stored.
func (s *site) forget(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	if err := s.Login.DropKept(r, a, pagePath(r)); err != nil {
		return err
	}
	return seeOther(w, r, pagePath(r))
}
