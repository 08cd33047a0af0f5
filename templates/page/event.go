package page

import (
	"stafett/internal/core"
	"stafett/internal/text"
)

// EventWords says in words what an audit line is about: "Took the case". An act that we have no
// word for is an app's own action: name is what the app calls it, or empty.
func EventWords(lang string, e core.Event, name string) string {
	what := text.T(lang, "event.own", e.Act)
	switch key := "event." + e.Act; {
	case e.Detail["part"] != "" && text.Has(key+"."+e.Detail["part"]):
		what = text.T(lang, key+"."+e.Detail["part"])
	case text.Has(key):
		what = text.T(lang, key)
	case name != "":
		what = text.T(lang, "event.own", name)
	}
	if e.Act == core.ActGiveUp && e.Purpose != "" {
		what += ": " + e.Purpose
	}
	if e.Outcome == core.OutcomeRefused {
		return text.T(lang, "event.refused", what)
	}
	return what
}

// EventActor says who an audit line is about: a person, an organisation's system, or our own.
func EventActor(lang string, e core.Event) string {
	switch {
	case e.ActorKind == core.ActorSystem:
		return text.T(lang, "event.system")
	case e.ActorKind == core.ActorOrg && e.ActorName == "":
		return text.T(lang, "event.organisation", text.OrganisationNumber(e.OrganisationNumber))
	case e.ActorName == "":
		return text.T(lang, "event.nobody")
	}
	return e.ActorName
}
