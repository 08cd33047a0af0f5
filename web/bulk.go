package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// bulkURL is where cases that are chosen in the list in the address are posted: with the list's own
// query, so that all that it has can be chosen.
func bulkURL(list string, q url.Values) string {
	q.Del("after")
	plain(q)
	return list + "/bulk?" + q.Encode()
}

// bulkAt is the address of what a person does with many cases.
func bulkAt(r *http.Request, id string) string {
	return "/inbox/" + r.PathValue("orgnr") + "/bulk/" + id
}

// chooseBulk takes which cases of a list something is to be done with, and leads to the page that
// tells what would become of each. With none chosen the list says so.
func (s *site) chooseBulk(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	filter, err := inboxFilter(r.URL.Query())
	if err != nil {
		return err
	}
	filter.Language = language(r.Context())
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	choice := instance.BulkChoice{
		Act: core.BulkAct(one(posted, "act")), All: posted.Has("all"), List: r.URL.RawQuery,
	}
	for _, c := range posted["case"] {
		id, err := canonicalID(c)
		if err != nil {
			return err
		}
		choice.Cases = append(choice.Cases, id)
	}
	id, err := s.Instances.ChooseBulk(r.Context(), a, number, filter, choice)
	if fault.Is(err, fault.Invalid) {
		return s.showInbox(w, r, a, faultText(language(r.Context()), err))
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, bulkAt(r, id.String()))
}

// openBulk reads what a person does with many cases.
func (s *site) openBulk(r *http.Request, a core.Actor) (instance.Bulk, error) {
	number, id, err := bulkOf(r)
	if err != nil {
		return instance.Bulk{}, err
	}
	return s.Instances.Bulk(r.Context(), a, number, id)
}

func bulkOf(r *http.Request) (number string, id uuid.UUID, err error) {
	if number = r.PathValue("orgnr"); !core.ValidOrganisationNumber(number) {
		return "", id, fault.New(fault.Malformed, "fault.malformed")
	}
	id, err = canonicalID(r.PathValue("bulk"))
	return number, id, err
}

func (s *site) bulk(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	b, err := s.openBulk(r, a)
	if err != nil {
		return err
	}
	return s.drawBulk(w, r, a, b, worked{})
}

// stepBulk takes what an act asks for, does it, or takes it back.
func (s *site) stepBulk(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number, id, err := bulkOf(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	switch r.PathValue("step") {
	case "give":
		err = s.Instances.GiveBulk(r.Context(), a, number, id, bulkGiven(posted))
	case "do":
		err = s.Instances.RunBulk(r.Context(), a, number, id)
	case "undo":
		err = s.Instances.UndoBulk(r.Context(), a, number, id)
	default:
		err = fault.New(fault.Malformed, "fault.malformed")
	}
	if fault.Is(err, fault.Invalid) {
		return s.mendBulk(w, r, a, posted, err)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, bulkAt(r, id.String()))
}

// bulkGiven reads what an act asks for. What is no person is nobody, who is not among those that it
// offers.
func bulkGiven(posted url.Values) instance.BulkGiven {
	to, _ := strconv.ParseInt(one(posted, "to"), 10, 64)
	return instance.BulkGiven{
		To: core.PartyID(to), Tag: one(posted, "tag"), Last: dateOf(posted, "until"),
		Reason: one(posted, "reason"),
	}
}

// mendBulk shows the page with what is wrong with what was posted; the choice of cases stands.
func (s *site) mendBulk(
	w http.ResponseWriter, r *http.Request, a core.Actor, posted url.Values, cause error,
) error {
	b, err := s.openBulk(r, a)
	if err != nil {
		return err
	}
	key, _, _ := fault.Text(cause)
	t := worked{form: bulkFormID(b.Act), posted: posted, field: workFields[key]}
	if t.error = faultText(language(r.Context()), cause); t.field == "" {
		t.field = "reason"
	}
	return s.drawBulk(w, r, a, b, t)
}

func (s *site) drawBulk(
	w http.ResponseWriter, r *http.Request, a core.Actor, b instance.Bulk, t worked,
) error {
	head, err := s.staffHead(r, a, b.Organisation)
	if err != nil {
		return err
	}
	list := "/inbox/" + b.Organisation.OrganisationNumber
	p := page.Bulk{
		Head: head, Bulk: b.Bulk, ListURL: list + "?" + b.List, Action: bulkAt(r, b.ID.String()),
		Limit: instance.BulkLimit, UndoTo: b.UndoTo,
	}
	for _, c := range b.Colleagues {
		if c.ID == b.To {
			p.ToName = c.Name
		}
	}
	for _, row := range b.Rows {
		c := page.BulkCase{BulkRow: row}
		if inst, ok := b.Cases[row.Case]; ok {
			shown := s.caseRow(inst, a, list, head.Lang)
			c.URL, c.Title, c.Reference = shown.URL, shown.Title, shown.Reference
		}
		p.Cases = append(p.Cases, c)
	}
	status := http.StatusOK
	if t.error != "" {
		status = http.StatusUnprocessableEntity
	}
	if b.Ran == nil && b.Act.Asks() && (!b.Given || t.form != "" || r.URL.Query().Has("change")) {
		p.Form = bulkForm(head.Lang, p.Action, b, t)
	}
	return s.render(w, r, status, p)
}

// bulkForm asks for what an act needs, with the words of the same act with one case.
func bulkForm(lang, action string, b instance.Bulk, t worked) *page.WorkForm {
	id := bulkFormID(b.Act)
	if t.form == "" && b.Given {
		t = worked{form: id, posted: bulkPosted(b)}
	}
	d := workDraft{lang: lang, typed: t, at: func(id string) string { return action + "/" + id }}
	var fields []page.WorkField
	switch b.Act {
	case core.BulkAssign:
		choices := []page.FilterOption{{Label: d.t("choose")}}
		for _, c := range b.Colleagues {
			choices = append(choices, page.FilterOption{
				Value: strconv.FormatInt(int64(c.ID), 10), Label: c.Name,
			})
		}
		fields = append(fields, page.WorkField{
			Name: "to", Type: "select", Choices: choices, Label: d.t("assign_to"),
			Hint: d.t("assign_hint"),
		})
	case core.BulkHold:
		fields = d.holdFields()
	default:
		fields = append(fields, page.WorkField{
			Name: "tag", Type: "text", Label: d.t("tag_word"), Hint: d.t("tag_hint"),
			Offered: b.TagWords,
		})
	}
	f := d.form(id, false, fields...)
	f.Action, f.Button = action+"/give", text.T(lang, "bulk.next")
	return &f
}

// bulkFormID is the work form of one case that has an act's words.
func bulkFormID(act core.BulkAct) string {
	if act == core.BulkUntag {
		act = core.BulkTag
	}
	return string(act)
}

// bulkPosted is what the act was given, as it was posted.
func bulkPosted(b instance.Bulk) url.Values {
	q := url.Values{"tag": {b.Tag}, "reason": {b.Reason}}
	q.Set("to", strconv.FormatInt(int64(b.To), 10))
	if b.Until != nil {
		q.Set("until", text.ISODate(*b.Until))
	}
	return q
}
