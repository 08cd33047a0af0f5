package web

import (
	"net/http"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

func (s *site) deliveryRow(d core.Delivery, org core.Party, lang string) page.DeliveryRow {
	row := page.DeliveryRow{
		ID: d.ID.String(), URL: adminBase(org) + "/deliveries/" + d.ID.String(),
		Reference: d.Reference, From: s.Instances.AppTitleTo(d.Source.AppRef, lang), To: s.Instances.AppTitleTo(d.To, lang),
		State: d.State, Attempts: d.Attempts, Code: d.ErrorCode, Detail: d.ErrorDetail,
		Created: d.Created, NextTry: d.NextTry, Delivered: d.Delivered, WithoutPDF: d.WithoutPDF,
		Said: d.Said, GivenUp: d.GivenUp, GivenUpWhy: d.GivenUpWhy,
	}
	if d.Kind == core.DeliveryCorrects || d.Kind == core.DeliveryWithdraws {
		row.What = text.T(lang, "admin.kind_"+string(d.Kind))
	}
	// One that follows another has no time for its next attempt before that has come through.
	row.Waits = d.State == core.DeliveryWaiting && d.After != uuid.Nil && d.NextTry == nil
	if d.State == core.DeliveryParked || d.State == core.DeliveryGivenUp {
		row.RetryURL = row.URL + "/retry"
	}
	if d.State == core.DeliveryParked {
		row.GiveUpURL = row.URL + "/give-up"
	}
	return row
}

// monitor is what the page of deliveries shows.
type monitor struct {
	by      handover.Narrow
	targets []core.TargetFigures
	list    []core.Delivery
	next    *instance.Cursor
}

func (s *site) drawDeliveries(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, m monitor,
) error {
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	p := page.Deliveries{
		Head: head, ListURL: adminBase(org) + "/deliveries", State: m.by.State, Now: s.Now(),
	}
	for _, f := range m.targets {
		p.Targets = append(p.Targets, s.targetRow(f, p.ListURL, head.Lang))
	}
	for _, d := range m.list {
		p.Rows = append(p.Rows, s.deliveryRow(d, org, head.Lang))
	}
	here := p.ListURL + "?state=" + string(m.by.State)
	if m.by.To != (core.AppRef{}) {
		p.To = s.Instances.AppTitleTo(m.by.To, head.Lang)
		here += "&to=" + m.by.To.String()
	}
	if r.URL.Query().Has("after") {
		p.FirstURL = here
	}
	if m.next != nil {
		p.NextURL = here + "&after=" + m.next.String()
	}
	return s.render(w, r, http.StatusOK, p)
}

func (s *site) targetRow(f core.TargetFigures, listURL, lang string) page.TargetRow {
	to := "&to=" + f.To.String()
	row := page.TargetRow{
		ID: f.To.Org + "-" + f.To.App, Name: s.Instances.AppTitleTo(f.To, lang), Figures: f,
		WaitingURL: listURL + "?state=waiting" + to, ParkedURL: listURL + "?state=parked" + to,
		GivenUpURL: listURL + "?state=given_up" + to,
	}
	if f.Parked > 0 {
		row.RetryURL = listURL + "/retry"
	}
	return row
}

// drawGiveUp asks for the reason, with what was typed and what is to be mended in it.
func (s *site) drawGiveUp(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, reason string, problem error,
) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("delivery"))
	if err != nil {
		return err
	}
	shown, err := s.Handover.Show(r.Context(), a, org.ID, id)
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	p := page.GiveUp{
		Head: head, DeliveryRow: s.deliveryRow(shown.Delivery, org, head.Lang), Action: r.URL.Path,
		ListURL: adminBase(org) + "/deliveries", Reason: reason,
	}
	if p.GiveUpURL == "" {
		return seeOther(w, r, p.URL)
	}
	if key, args, ok := fault.Text(problem); ok {
		p.Problem = text.T(head.Lang, key, args...)
	}
	return s.render(w, r, status, p)
}

func (s *site) drawDelivery(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, shown handover.Shown,
) error {
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	d := shown.Delivery
	p := page.Delivery{
		Head: head, DeliveryRow: s.deliveryRow(d, org, head.Lang),
		ListURL: adminBase(org) + "/deliveries", Tries: shown.Attempts, Times: shown.Times,
		Opens: d.Kind != core.DeliveryReports && d.OwnerNumber == org.OrganisationNumber, Now: s.Now(),
	}
	for _, other := range shown.Matter {
		p.Matter = append(p.Matter, s.deliveryRow(other, org, head.Lang))
	}
	return s.render(w, r, http.StatusOK, p)
}
