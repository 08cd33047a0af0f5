package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html/atom"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/driver"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/scenario"
	"stafett/store"
	"stafett/templates/field"
)

// whole is the whole program as a world for scenarios: people use its pages without scripting,
// and what came of it is read from its database. Several scenarios share it, one after another.
type whole struct {
	t       *testing.T
	world   *world
	store   *store.Store
	apps    scenario.Apps
	people  scenario.People
	browser map[core.PartyID]*driver.Browser
	// acts is whom each browser acts for.
	acts map[core.PartyID]core.PartyID
	// old are the instances of scenarios before.
	old map[uuid.UUID]bool
}

var _ scenario.World = (*whole)(nil)

// next forgets what the scenario before has made.
func (w *whole) next() {
	list, err := w.Seen()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range list {
		w.old[s.Instance.ID] = true
	}
}

// as gives the actor's browser, signed in and acting for whom they act for.
func (w *whole) as(a core.Actor) (*driver.Browser, error) {
	ctx := w.t.Context()
	b := w.browser[a.User]
	if b == nil {
		b = driver.New(w.world.address)
		if _, err := b.SignIn(ctx, w.people.Party(a.User).PersonNumber.Reveal()); err != nil {
			return nil, err
		}
		w.browser[a.User], w.acts[a.User] = b, a.User
	}
	if w.acts[a.User] == a.Party {
		return b, nil
	}
	p, err := b.Post(ctx, "/party", url.Values{
		"party": {fmt.Sprint(a.Party)}, "return": {"/my"},
	})
	if err == nil {
		err = refusedBy(p)
	}
	if err == nil {
		w.acts[a.User] = a.Party
	}
	return b, err
}

// refusedBy is the fault of a page that is a refusal.
func refusedBy(p *driver.Page) error {
	switch p.Status {
	case 403:
		return fault.New(fault.Forbidden, "fault.forbidden")
	case 200, 422:
		return nil
	}
	return fmt.Errorf("%s: %d: %s", p.URL, p.Status, p.Main())
}

func (w *whole) get(a core.Actor, path string) (*driver.Page, *driver.Browser, error) {
	b, err := w.as(a)
	if err != nil {
		return nil, nil, err
	}
	p, err := b.Get(w.t.Context(), path)
	if err == nil {
		err = refusedBy(p)
	}
	return p, b, err
}

func (w *whole) Start(a core.Actor, ref core.AppRef, _ string) (uuid.UUID, error) {
	b, err := w.as(a)
	if err != nil {
		return uuid.Nil, err
	}
	p, err := b.Post(w.t.Context(), "/"+ref.String()+"/start", url.Values{
		"party": {strconv.FormatInt(int64(a.Party), 10)},
	})
	if err == nil {
		err = refusedBy(p)
	}
	if err != nil {
		return uuid.Nil, err
	}
	parts := strings.Split(p.URL, "/")
	if len(parts) < 6 {
		return uuid.Nil, fmt.Errorf("%s is no page of an instance", p.URL)
	}
	return uuid.Parse(strings.SplitN(parts[5], "?", 2)[0])
}

// thing is an instance with its app and addresses.
type thing struct {
	scenario.Seen
	d    *app.Definition
	base string
}

func (w *whole) find(id uuid.UUID) (thing, error) {
	list, err := w.Seen()
	for _, s := range list {
		if s.Instance.ID != id {
			continue
		}
		o := thing{Seen: s, d: w.apps[s.Instance.AppRef]}
		o.base = "/" + s.Instance.AppRef.String() + "/instance/" + s.Instance.String()
		if o.d.IsCase() {
			o.base = "/inbox/" + w.people.Party(s.Instance.Owner).OrganisationNumber + "/case/" +
				id.String()
		}
		return o, err
	}
	return thing{}, fmt.Errorf("there is no instance %s: %v", id, err)
}

// page is the address of a page of the form where the instance stands.
func (o thing) page(id string) string {
	if o.d.IsCase() {
		return o.base + "/write?page=" + id
	}
	return o.base + "/" + o.Instance.Process.Task + "/" + id
}

// Fill goes through the pages, over again as long as an answer brings another question.
func (w *whole) Fill(
	a core.Actor, at uuid.UUID, _ string, f app.Filling,
) ([]form.Issue, error) {
	o, err := w.find(at)
	if err != nil {
		return nil, err
	}
	set := o.d.SetFor(o.Instance.Process.Task)
	if set == nil {
		return nil, fault.New(fault.Conflict, "fault.changed")
	}
	hand := &hand{whole: w, thing: o, set: set, Filling: f, asked: map[string]bool{}}
	for range len(set.Pages) + 1 {
		before := len(hand.asked)
		for _, p := range set.Pages {
			if err := hand.fillPage(a, p.ID); err != nil {
				return nil, err
			}
		}
		if len(hand.asked) == before {
			break
		}
	}
	for _, answer := range f.Answers {
		if !hand.asked[answer.Path] {
			return nil, &scenario.Unanswered{Place: answer.Place, Path: answer.Path, Why: "no control"}
		}
	}
	for _, file := range f.Files {
		if !hand.asked["file:"+file.Field+file.Name] {
			return nil, &scenario.Unanswered{Place: file.Place, Path: file.Field, Why: "no control"}
		}
	}
	return hand.issues, nil
}

// hand is one person filling in one form.
type hand struct {
	*whole
	thing
	app.Filling
	set *app.LayoutSet
	// asked are the controls that were there, by name; files with their name after it.
	asked  map[string]bool
	issues []form.Issue
}

// fillPage fills in one page until it asks nothing more.
func (h *hand) fillPage(a core.Actor, id string) error {
	p, b, err := h.get(a, h.thing.page(id))
	if err != nil {
		return err
	}
	for range 30 {
		f := p.Form("go", "next")
		if f == nil {
			f = p.Form("go", "submit") // a page to look over may ask as well
		}
		if f == nil || !strings.Contains(p.URL, id) && !h.d.IsCase() {
			return nil // one that is hidden
		}
		name, value, more := h.fill(f)
		if !more {
			return nil
		}
		if p, err = b.Submit(h.t.Context(), p, f, name, value); err != nil {
			return err
		}
		if err := refusedBy(p); err != nil {
			return err
		}
		h.issues = append(h.issues, issuesOf(p, h.set)...)
		if value == "later" {
			if p, _, err = h.get(a, h.thing.page(id)); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("the page %s goes in circles", id)
}

// fill fills in what is new on a page, and says which button to press; more is false when
// nothing is.
func (h *hand) fill(f *driver.Form) (name, value string, more bool) {
	for _, a := range h.Answers {
		if !f.Has(a.Path) {
			continue
		}
		f.Values[a.Path] = nil
		for _, v := range a.Values {
			if a.Number {
				v = strings.Replace(v, ".", ",", 1)
			}
			f.Values.Add(a.Path, v)
		}
		more = more || !h.asked[a.Path]
		h.asked[a.Path] = true
	}
	for _, file := range h.Files {
		key := "file:" + file.Field + file.Name
		if f.Has("file:"+file.Field) && !h.asked[key] {
			f.Files["file:"+file.Field] = driver.File{
				Name: file.Name, ContentType: "application/octet-stream",
				Content: scenario.MadeUp(file.Name),
			}
			h.asked[key] = true
			more = true
			break
		}
	}
	for _, r := range h.Rows {
		if f.Offers("row", "add:"+r.Path) && f.Rows(r.Path) < r.Count {
			return "row", "add:" + r.Path, true
		}
	}
	if f.Offers("go", "stay") {
		return "go", "stay", more
	}
	return "go", "later", more
}

// issuesOf reads the error summary of a page that was shown again.
func issuesOf(p *driver.Page, set *app.LayoutSet) []form.Issue {
	var out []form.Issue
	for n := range p.Doc.Descendants() {
		if n.DataAtom != atom.A || n.Parent == nil || n.Parent.Parent == nil ||
			n.Parent.Parent.Parent == nil ||
			driver.Attr(n.Parent.Parent.Parent, "class") != "ds-error-summary" {
			continue
		}
		_, node, _ := strings.Cut(driver.Attr(n, "href"), "#")
		issue := form.Issue{NodeID: node, Message: strings.TrimSpace(driver.Text(n))}
		if set != nil {
			issue.Path = pathOf(set, node)
		}
		out = append(out, issue)
	}
	return out
}

// pathOf gives the field of the control with an id.
func pathOf(set *app.LayoutSet, node string) string {
	for _, p := range set.Pages {
		for c := range p.All {
			switch {
			case field.ID(c.ID) != node:
			case c.IsUpload():
				return c.ID
			default:
				return c.Source.Field
			}
		}
	}
	return ""
}

// Do presses the button of an action, and waits until everything that comes of it is done.
func (w *whole) Do(
	a core.Actor, at uuid.UUID, _, action string,
) ([]form.Issue, error) {
	o, err := w.find(at)
	if err != nil {
		return nil, err
	}
	f, p, b, err := w.button(a, o, action)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	name, value := "", ""
	if f.Offers("go", "submit") {
		name, value = "go", "submit"
	}
	if p, err = b.Submit(w.t.Context(), p, f, name, value); err != nil {
		return nil, err
	}
	if err := refusedBy(p); err != nil {
		return nil, err
	}
	if p.Status == 422 {
		return issuesOf(p, o.d.SetFor(o.Instance.Process.Task)), nil
	}
	return nil, w.arrived()
}

// button finds the form that an action is taken with; nil when it is not offered.
func (w *whole) button(
	a core.Actor, o thing, action string,
) (*driver.Form, *driver.Page, *driver.Browser, error) {
	path, ending := o.base+"/"+action, "/"+action
	switch set := o.d.SetFor(o.Instance.Process.Task); {
	case o.d.IsCase():
		if action == "take" {
			path = o.base
		}
	case action == app.ActNext && set != nil:
		path, ending = o.page(set.Pages[len(set.Pages)-1].ID), ""
	default:
		path, ending = o.base+"/status", "/action/"+action
	}
	p, b, err := w.get(a, path)
	if err != nil {
		return nil, p, b, err
	}
	if ending == "" {
		return p.Form("go", "submit"), p, b, nil
	}
	return p.FormTo(ending), p, b, nil
}

// arrived waits until no delivery is waiting any more; one that is parked is an error.
func (w *whole) arrived() error {
	ctx, stop := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer stop()
	for {
		var waiting, parked int
		err := w.world.db.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state = 'waiting'),
			count(*) FILTER (WHERE state = 'parked') FROM delivery`).Scan(&waiting, &parked)
		if err != nil || parked > 0 || waiting == 0 {
			if err == nil && parked > 0 {
				err = fmt.Errorf("%d deliveries are parked", parked)
			}
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Seen reads what there is from the database.
func (w *whole) Seen() ([]scenario.Seen, error) {
	ctx := w.t.Context()
	rows, err := w.world.db.Query(ctx, `SELECT org, app, owner, id FROM instance
		ORDER BY created, id`)
	if err != nil {
		return nil, err
	}
	var refs []core.InstanceRef
	for rows.Next() {
		var r core.InstanceRef
		if err := rows.Scan(&r.Org, &r.App, &r.Owner, &r.ID); err != nil {
			return nil, err
		}
		if !w.old[r.ID] {
			refs = append(refs, r)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var out []scenario.Seen
	err = w.store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		for _, ref := range refs {
			s := scenario.Seen{Data: map[string]core.Document{}}
			if s.Instance, err = tx.Instance(ctx, ref); err != nil {
				return err
			}
			content, err := tx.Content(ctx, ref.ID)
			if err != nil {
				return err
			}
			for _, row := range content.Documents {
				s.Data[row.Element.Type] = row.Document
			}
			s.Elements = content.Attachments
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// May looks at what the pages offer the person.
func (w *whole) May(a core.Actor, at uuid.UUID, action string) (bool, error) {
	o, err := w.find(at)
	if err != nil {
		return false, err
	}
	inst := o.Instance
	switch action {
	case "read":
		_, _, err := w.get(a, o.base)
		return offered(err == nil, err)
	case scenario.MayInbox:
		path := "/inbox/" + w.people.Party(inst.Owner).OrganisationNumber
		if inst.Status == core.StatusArchived {
			path += "?view=closed"
		}
		p, _, err := w.get(a, path)
		return offered(err == nil && slices.ContainsFunc(p.Links(), func(to string) bool {
			return strings.Contains(to, at.String())
		}), err)
	case "write":
		return w.mayWrite(a, o)
	}
	f, _, _, err := w.button(a, o, action)
	return offered(err == nil && f != nil, err)
}

func (w *whole) mayWrite(a core.Actor, o thing) (bool, error) {
	set := o.d.SetFor(o.Instance.Process.Task)
	if set == nil {
		_, _, err := w.get(a, o.base)
		return offered(false, err)
	}
	p, _, err := w.get(a, o.page(set.Pages[0].ID))
	return offered(err == nil && p.Form("go", "next") != nil, err)
}

// offered gives an answer that is no for whoever is refused.
func offered(may bool, err error) (bool, error) {
	if fault.Is(err, fault.Forbidden) {
		return false, nil
	}
	return may, err
}
