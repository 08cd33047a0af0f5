package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"stafett/internal/core"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/page"
)

// partyField is whom a form is begun for: in the start page's address, and among what its button
// posts.
const partyField = "party"

// service is an app's start page.
func (s *site) service(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	d, err := s.Instances.App(appRef(r))
	if err != nil {
		return err
	}
	whom := r.URL.Query().Get(partyField)
	query, err := startQuery(r, d)
	if err != nil {
		return err
	}
	return s.drawService(w, r, a, http.StatusOK, beginning{query: query, whom: whom})
}

// beginning is what is known of a form before it is begun.
type beginning struct {
	// query are the parameters that the address gives the form; whom is the party that was chosen in
	// it, "" for none. unanswered tells that the choice was missing when the button was pressed.
	query      map[string]string
	whom       string
	unanswered bool
}

func (s *site) drawService(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, b beginning,
) error {
	ref := appRef(r)
	d, err := s.Instances.App(ref)
	if err != nil {
		return err
	}
	owner, err := s.Access.ServiceOwner(r.Context(), ref.Org)
	if err != nil {
		return err
	}
	head, err := s.citizenHead(r, a, owner)
	if err != nil {
		return err
	}
	head.Path = startURL(ref, b.query, b.whom)
	asked := inTurn(head.Parties)
	offer, err := s.Instances.Offer(r.Context(), a, ref, ids(asked))
	if err != nil {
		return err
	}
	p := page.Service{
		Head: head, App: d.TitleTo(head.Lang), Intro: appText(d, head.Lang, "service.about"),
		StartURL: "/" + ref.String() + "/start", Whom: whom(asked, offer, a.User, b.whom),
		Not: notFor(head.Lang, asked, offer), Unanswered: b.unanswered,
		Level: offer.Level, SignInURL: signInURL(head.Path, offer.Level),
		ByOrganisation: d.Meta.DisallowUserInstantiation,
	}
	for _, name := range slices.Sorted(maps.Keys(b.query)) {
		p.Given = append(p.Given, page.StartValue{Name: queryField + name, Value: b.query[name]})
	}
	ahead, err := lookAhead(d, head.Lang)
	if err != nil {
		return err
	}
	p.Documents, p.Facts = ahead.Documents, serviceFacts(d, head.Lang, ahead, s.Now())
	for i := range p.Documents {
		p.Documents[i].Title = d.To(head.Lang, p.Documents[i].Title)
	}
	for _, inst := range offer.Drafts {
		p.Drafts = append(p.Drafts, s.draft(inst, head.Lang))
	}
	return s.render(w, r, status, p)
}

// inTurn puts whom the person acts for now first among whom they may act for.
func inTurn(parties []layout.PartyChoice) []layout.PartyChoice {
	out := slices.Clone(parties)
	slices.SortStableFunc(out, func(a, b layout.PartyChoice) int {
		switch {
		case a.Current == b.Current:
			return 0
		case a.Current:
			return -1
		}
		return 1
	})
	return out
}

func ids(parties []layout.PartyChoice) []core.PartyID {
	out := make([]core.PartyID, len(parties))
	for i, p := range parties {
		out[i] = core.PartyID(p.ID)
	}
	return out
}

// whom are the choices of whom to begin a form for.
func whom(
	parties []layout.PartyChoice, offer instance.Offer, self core.PartyID, chosen string,
) []page.Whom {
	var out []page.Whom
	for _, p := range parties {
		if slices.Contains(offer.Whom, core.PartyID(p.ID)) {
			value := strconv.FormatInt(p.ID, 10)
			out = append(out, page.Whom{
				Value: value, Name: p.Name, Detail: p.Detail, Self: core.PartyID(p.ID) == self,
				Chosen: value == chosen,
			})
		}
	}
	return out
}

// notFor tells whom a form cannot be begun for, and why.
func notFor(lang string, parties []layout.PartyChoice, offer instance.Offer) []page.Whom {
	var out []page.Whom
	for _, not := range offer.Not {
		at := slices.IndexFunc(parties, func(p layout.PartyChoice) bool {
			return core.PartyID(p.ID) == not.Party
		})
		if at < 0 {
			continue
		}
		key := "page.whom_not_role"
		if not.Kind {
			key = "page.whom_not_kind"
		}
		out = append(out, page.Whom{Name: parties[at].Name, Detail: text.T(lang, key)})
	}
	return out
}

// start makes a draft and goes to its first page. Where it may be begun for more than one, whom it
// is for must have been chosen; from then on the person acts for them.
func (s *site) start(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	query, err := postedQuery(posted)
	if err != nil {
		return err
	}
	chosen := one(posted, partyField)
	if lang := formLanguage(posted); lang != "" {
		choseLanguage(w, r, lang)
		return seeOther(w, r, startURL(appRef(r), query, chosen))
	}
	owner := a.Party
	if chosen != "" {
		if owner, err = partyID(chosen); err != nil {
			return err
		}
	} else if several, err := s.several(r, a); err != nil {
		return err
	} else if several {
		return s.drawService(w, r, a, http.StatusUnprocessableEntity,
			beginning{query: query, unanswered: true})
	}
	inst, err := s.Instances.Start(r.Context(), a, instance.Beginning{
		App: appRef(r), Owner: owner, Language: language(r.Context()), Query: query,
	})
	if err != nil {
		return refusedQuery(err)
	}
	if owner != a.Party {
		if err := s.Login.ChooseParty(w, r, a, owner); err != nil {
			return err
		}
	}
	return seeOther(w, r, base(inst.InstanceRef))
}

// several tells whether a person may begin a form for more than one.
func (s *site) several(r *http.Request, a core.Actor) (bool, error) {
	places, err := s.Login.Places(r, a)
	if err != nil || len(places) < 2 {
		return false, err
	}
	var parties []core.PartyID
	for _, p := range places {
		parties = append(parties, p.Party.ID)
	}
	offer, err := s.Instances.Offer(r.Context(), a, appRef(r), parties)
	return len(offer.Whom) > 1, err
}
