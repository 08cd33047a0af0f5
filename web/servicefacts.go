package web

import (
	"time"

	"github.com/a-h/templ"

	"stafett/internal/app"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// lookAhead tells what an app's first task asks for. What only the organisation makes asks nobody
// for anything.
func lookAhead(d *app.Definition, lang string) (form.Ahead, error) {
	if d.Meta.DisallowUserInstantiation {
		return form.Ahead{}, nil
	}
	first, err := d.Process.Start(nil)
	if err != nil {
		return form.Ahead{}, err
	}
	return form.LookAhead(d, first.Task, lang), nil
}

// serviceFacts are what there is to know about a service at a glance: what its owner says, and
// where nothing is said about the time, what can be told from the form.
func serviceFacts(
	d *app.Definition, lang string, ahead form.Ahead, now time.Time,
) []ui.Entry {
	var out []ui.Entry
	for _, key := range []string{"who", "need", "asks", "time", "deadline", "after", "answer"} {
		fact := ui.Entry{Term: text.T(lang, "web.service_"+key)}
		if own := appText(d, lang, "service."+key); own != "" {
			fact.Content = templ.Raw(string(own))
		} else if fact.Text = computedFact(key, lang, ahead); key == "answer" {
			fact.Text = answerBy(d, lang, now)
		}
		if fact.Content == nil && fact.Text == "" {
			continue
		}
		out = append(out, fact)
	}
	return out
}

// answerBy tells when an answer can be expected of what is sent now: the day that the receipt and the
// status page will name; "" when the app does not say.
func answerBy(d *app.Definition, lang string, now time.Time) string {
	days := relay.AnswerDays(d)
	if days == 0 || d.Meta.DisallowUserInstantiation {
		return ""
	}
	return text.T(lang, "web.service_answer_by", days, text.Date(lang, now.AddDate(0, 0, days)))
}

// computedFact is what the form tells about itself; "" for what it does not tell.
func computedFact(key, lang string, ahead form.Ahead) string {
	switch {
	case ahead.Questions == 0:
		return ""
	case key == "time":
		return text.T(lang, "web.service_minutes", ahead.Minutes())
	case key == "asks":
		how := "web.service_asks_all"
		if ahead.Varies {
			how = "web.service_asks_most"
		}
		return text.T(lang, how, text.TN(lang, "web.service_questions", ahead.Questions),
			text.TN(lang, "web.service_pages", ahead.Pages))
	}
	return ""
}

// appText gives one of an app's own texts as HTML; "" when it has none.
func appText(d *app.Definition, lang, key string) text.HTML {
	t, ok := d.Texts.Lookup(lang, key, nil)
	if !ok {
		return ""
	}
	return text.HTMLIn(d.Texts.FoundIn(lang, key), lang, text.Markdown(t))
}
