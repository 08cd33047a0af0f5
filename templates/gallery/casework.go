package gallery

import (
	"stafett/templates/layout"
	"stafett/templates/page"
)

// caseWork is what colleagues do with a case, with a form that has an error and one that has none.
func caseWork(h layout.Head, at string) page.Work {
	form := func(id string, fields ...page.WorkField) page.WorkForm {
		return page.WorkForm{
			ID: id, Action: at + id, Title: h.T("work." + id), Button: h.T("work." + id + "_do"),
			Version: 3, Fields: fields,
		}
	}
	hold := form("hold", page.WorkField{
		Name: "until", Type: "date", Label: h.T("work.hold_until"), Hint: h.T("work.hold_hint"),
		Error: h.T("fault.hold_day", 180),
	}, page.WorkField{
		Name: "reason", Type: "area", Label: h.T("work.reason"), Hint: h.T("work.reason_hint"),
		Value: "Mangler <b>kart</b>",
	})
	hold.Open = true
	note := form("note", page.WorkField{
		Name: "text", Type: "area", Label: h.T("work.note_text"), Hint: h.T("work.note_hint"),
	}, page.WorkField{
		Name: "name", Type: "text", Label: h.T("work.note_name"), Optional: true,
		Offered: []string{"Siri Dahl"},
	})
	note.Key = "a"
	return page.Work{
		Forms: []page.WorkForm{
			form("assign", page.WorkField{
				Name: "to", Type: "select", Label: h.T("work.assign_to"),
				Choices: []page.FilterOption{{Label: h.T("work.choose")}, {Value: "1", Label: "Siri Dahl"}},
			}),
			hold,
			form("due", page.WorkField{
				Name: "days", Type: "number", Label: h.T("work.due_days"), Optional: true,
			}),
		},
		Notes: []page.CaseNote{
			{ID: "1", Who: "Ingrid Berg", At: before(1), About: h.T("work.note_hold", "3. juni 2026"),
				Text: "Mangler kart"},
			{ID: "2", Who: "Siri Dahl", At: before(2), Text: "Spør @Ingrid Berg.\n<b>Haster</b>"},
		},
		Note: &note,
		Tags: []page.CaseTag{{Text: "haster", URL: "/i?q=tag"}}, Untag: at + "untag",
		Undo: &page.Undo{Action: at + "undo", Fields: []page.UndoField{{Name: "undo", Value: "hold"}}},
	}
}
