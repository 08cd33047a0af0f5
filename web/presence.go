package web

import (
	"strconv"

	"stafett/internal/core"
	"stafett/internal/text"
)

// cameText tells how many cases have come; empty for none.
func cameText(lang string, n int, more bool) string {
	switch {
	case n == 0:
		return ""
	case more:
		return text.T(lang, "live.came", strconv.Itoa(n)+"+")
	case n == 1:
		return text.T(lang, "live.came_one")
	}
	return text.T(lang, "live.came", strconv.Itoa(n))
}

// presentTexts tells in a few words who is in each case.
func presentTexts(lang string, list []core.Presence) map[string]string {
	by := map[string][]core.Presence{}
	for _, p := range list {
		by[p.Case.String()] = append(by[p.Case.String()], p)
	}
	out := map[string]string{}
	for id, people := range by {
		out[id] = presentIn(lang, people, "live.row_")
	}
	return out
}

// presentText tells who else is in the case that is open; empty for nobody.
func presentText(lang string, list []core.Presence) string {
	return presentIn(lang, list, "live.case_")
}

// presentIn names the one who writes before the ones who only look.
func presentIn(lang string, list []core.Presence, key string) string {
	if len(list) == 0 {
		return ""
	}
	first, does := list[0], "looks"
	for _, p := range list {
		if p.Writing {
			first, does = p, "writes"
			break
		}
	}
	s := text.T(lang, key+does, first.Name)
	if n := len(list) - 1; n == 1 {
		s += " " + text.T(lang, "live.more_one")
	} else if n > 1 {
		s += " " + text.T(lang, "live.more", strconv.Itoa(n))
	}
	return s
}
