package web

import (
	"net/http"
	"slices"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/page"
)

// aboutTopics are the pages that the foot of every page leads to, in its order. Each has a title
// and a text of ours, "about." + topic and + "_body".
var aboutTopics = []string{"help", "accessibility", "privacy"}

// foot gives the links at the bottom of every page. Norwegian law wants the accessibility
// statement there (UX.md, point 16).
func foot(lang string) []layout.NavItem {
	out := make([]layout.NavItem, 0, len(aboutTopics))
	for _, topic := range aboutTopics {
		out = append(out, layout.NavItem{
			ID: topic, URL: "/about/" + topic, Label: text.T(lang, "about."+topic),
		})
	}
	return out
}

// about shows one of those pages.
func (s *site) about(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	topic := r.PathValue("topic")
	if !slices.Contains(aboutTopics, topic) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	head, err := s.citizenHead(r, a, core.Party{})
	if err != nil {
		return err
	}
	head.Title = head.T("about." + topic)
	return s.render(w, r, http.StatusOK, page.About{
		Head: head, Content: text.Markdown(head.T("about." + topic + "_body")),
	})
}
