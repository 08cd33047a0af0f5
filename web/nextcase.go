package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// listParameter is what a case's address carries of the list that it was opened from: the list's
// own query, and nothing that the list would refuse.
const listParameter = "list"

// listOf reads the query of the list that a case was opened from; empty where there is none. One
// that no list would take is left out: it leads nowhere.
func listOf(r *http.Request) url.Values {
	return listQuery(r.URL.Query().Get(listParameter))
}

func listQuery(written string) url.Values {
	q, err := url.ParseQuery(written)
	if err != nil {
		return nil
	}
	plain(q)
	// The boxes of a filter are in the query already where a list stands open.
	q.Del("write")
	if _, err := inboxFilter(q); err != nil {
		return nil
	}
	if _, err := inboxLook(q); err != nil {
		return nil
	}
	return q
}

// withList gives an address of a case with the list that the case was opened from.
func withList(address string, list url.Values) string {
	if len(list) == 0 {
		return address
	}
	address, fragment, marked := strings.Cut(address, "#")
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	address += sign + url.Values{listParameter: {list.Encode()}}.Encode()
	if marked {
		address += "#" + fragment
	}
	return address
}

// caseLink is an address under a case's own, with the list that the case was opened from.
func caseLink(r *http.Request, under string) string {
	return withList(caseBase(r)+under, listOf(r))
}

// keepList has a change of a case lead back to the case with its list.
func keepList(r *http.Request, to string) string {
	if r.PathValue("guid") == "" || !strings.HasPrefix(to, caseBase(r)) {
		return to
	}
	return withList(to, listOf(r))
}

// listAt is the address of the list itself.
func listAt(number string, list url.Values) string {
	return strings.TrimSuffix("/inbox/"+number+"?"+list.Encode(), "?")
}

// nextCase leads to the next case of a list, which is taken where the list is of free ones, or to the
// one before.
func (s *site) nextCase(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	list, err := url.ParseQuery(one(posted, listParameter))
	if err != nil {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	filter, err := inboxFilter(list)
	if err != nil {
		return err
	}
	filter.Language = language(r.Context())
	wish := instance.NextWish{Back: posted.Has(page.NextBack)}
	if id, err := canonicalID(one(posted, "key")); err == nil {
		wish.Key = id
	}
	if id, err := canonicalID(one(posted, "from")); err == nil {
		wish.From = id
	}
	next, err := s.Instances.NextCase(r.Context(), a, number, filter, wish)
	if err != nil {
		return err
	}
	if next.ID == uuid.Nil && wish.Back && wish.From != uuid.Nil {
		return seeOther(w, r, withList("/inbox/"+number+"/case/"+wish.From.String()+"?did=first", list))
	}
	if next.ID == uuid.Nil {
		list.Set("none", "1")
		return seeOther(w, r, listAt(number, list))
	}
	to := "/inbox/" + number + "/case/" + next.ID.String()
	if next.Taken {
		to += "?did=taken"
	}
	return seeOther(w, r, withList(to, list))
}

// nextOf is the way from a case to the next one of the list that it was opened from.
func (s *site) nextOf(r *http.Request, lang string) *page.Next {
	list := listOf(r)
	filter, err := inboxFilter(list)
	if err != nil {
		return nil
	}
	return s.nextIn(r, list, filter, lang)
}

// nextInList is the way from a list to its next case; nil where nobody can take one.
func (s *site) nextInList(
	r *http.Request, f instance.InboxFilter, rows []page.CaseRow, lang string,
) *page.Next {
	free := func(c page.CaseRow) bool { return c.TakeURL != "" }
	if !s.Instances.Takes(f) || !slices.ContainsFunc(rows, free) {
		return nil
	}
	list := listQuery(r.URL.RawQuery)
	list.Del("after")
	return s.nextIn(r, list, f, lang)
}

func (s *site) nextIn(r *http.Request, list url.Values, f instance.InboxFilter, lang string) *page.Next {
	out := &page.Next{
		Action: "/inbox/" + r.PathValue("orgnr") + "/next", List: list.Encode(),
		From: r.PathValue("guid"), Key: uuid.NewString(), Text: text.T(lang, "nextcase.go"),
	}
	if out.From != "" {
		out.Back = text.T(lang, "nextcase.back")
	}
	if s.Instances.Takes(f) {
		out.Text = text.T(lang, "nextcase.take")
	}
	return out
}
