package gallery

import (
	"strings"

	"stafett/templates/layout"
	"stafett/templates/page"
)

// conversations are two: one that has been answered, and one in which what was typed is wrong.
func conversations(h layout.Head) []page.Conversation {
	say := func(n int) *page.Say {
		return &page.Say{
			N: n, Action: "/message", To: "018f2f6e", Key: "key", Label: h.T("message.answer", "Nordvik kommune"),
			Hint: h.T("message.answer_hint"), Button: h.T("message.send_answer"),
		}
	}
	wrong := say(2)
	wrong.Text, wrong.Error = "   ", h.T("fault.message_empty")
	return []page.Conversation{
		{About: "Arrangementsstøtte", Reference: ref, Form: say(1), Messages: []page.Message{
			{ID: "1", Who: "Nordvik kommune, Kultur", Text: "Hvor mange plasser er det?\n\nSvar når du kan.",
				At: before(3)},
			{ID: "2", Who: "Kari Solbakken", Text: "Åtti.", At: before(1), Mine: true,
				State: h.T("message.on_way")},
		}},
		{About: "Klage", Reference: "NK-8G4M-13TE", Form: wrong, Messages: []page.Message{
			{ID: "3", Who: "Nordvik kommune", Text: strings.Repeat("langtord", 30), At: now, New: true},
		}},
	}
}

func received() []page.Received {
	one := page.Received{
		ID: "1", URL: "/status#messages", From: "Nordvik kommune, Kultur", App: "Arrangementsstøtte",
		Title: "Lysfest i Nordvikparken", Reference: ref, At: before(1), New: true,
	}
	read := one
	read.ID, read.New, read.At = "2", false, before(9)
	return []page.Received{one, read}
}
