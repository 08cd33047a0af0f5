package gallery

import (
	"stafett/templates/layout"
	"stafett/templates/page"
)

// views are lists under names, how a list looks, and the keys.
func views(h layout.Head) []Sample {
	const list = "/inbox/310246816"
	h = staff(h, list+"/views")
	mine := []page.KeptView{
		{ID: "1", Name: "Haster, mine", URL: list + "?view=mine", Query: "view=mine", Shared: true},
		{ID: "2", Name: "Store beløp på Nordre bydel som venter på vedtak", URL: list + "?view=open"},
	}
	others := []page.KeptView{{ID: "3", Name: "Sommerkonserter", URL: list + "?view=open", Person: "Siri Dahl"}}
	kept := page.KeptViews{Head: h, ListURL: list, List: "view=mine", Mine: mine, Others: others}
	wrong := kept
	wrong.Form = page.KeptForm{ID: "2", Name: "Haster, mine", Error: "Du har allerede en visning med det navnet."}
	wrongNew := kept
	wrongNew.Form = page.KeptForm{Error: "Skriv et navn på høyst 60 tegn, uten fødselsnummer.", Shared: true}
	look := page.Inbox{
		Head: h, ListURL: list, View: page.ViewApproval, Count: 3, Now: now, Cases: caseRows(),
		Approves: true, Near: true, Searched: true, Query: "tjeneste:stottesak solbaken",
		Parts:     []page.QueryPart{{Text: "tjeneste:stottesak"}, {Text: "solbaken"}},
		Fields:    []string{"belop", "bydel"},
		Kept:      append(mine, others...),
		ExportURL: list + "/cases.csv", ExportLimit: 10000,
		Look: page.ListLook{Compact: true, Columns: page.Columns},
	}
	return []Sample{
		{"kept-views", kept}, {"kept-views-none", page.KeptViews{Head: h, ListURL: list}},
		{"kept-views-wrong", wrong}, {"kept-views-wrong-new", wrongNew}, {"inbox-look", look},
		{"keys", page.Keys{Head: h, ListURL: list}}, {"keys-off", page.Keys{Head: h, ListURL: list, Silent: true}},
	}
}
