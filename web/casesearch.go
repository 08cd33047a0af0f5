package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
)

// searchCases answers what was typed in the search with the address that shows it: a case's own,
// or a list's. The text comes in the body, since it may be a national identity number.
func (s *site) searchCases(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	query := strings.TrimSpace(one(posted, "q"))
	found, err := s.Instances.Look(r.Context(), a, number, query)
	if err != nil {
		return err
	}
	list := "/inbox/" + number
	switch {
	case found.Case != uuid.Nil:
		return seeOther(w, r, list+"/case/"+found.Case.String())
	case found.Key != uuid.Nil:
		return seeOther(w, r, list+"?found="+found.Key.String())
	}
	q := url.Values{}
	for _, name := range listParameters {
		if posted.Has(name) {
			q[name] = posted[name]
		}
	}
	q.Del("q")
	if query != "" {
		q.Set("q", query)
	}
	return seeOther(w, r, pageOf(list, q, ""))
}
