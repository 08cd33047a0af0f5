package form

import (
	"stafett/internal/app"
	"stafett/internal/text"
)

// prose gives a text binding of a component. Most are the same on every page and were worked
// out when the app was loaded.
func (v *view) prose(c *app.Component, binding string) app.Prose {
	if p, ok := c.Static(v.lang, binding); ok {
		return p
	}
	e := c.Texts[binding]
	if e == nil {
		return app.Prose{}
	}
	s, err := e.Text(v, "")
	if err != nil || s == "" {
		return app.Prose{}
	}
	if _, literal := e.IsLiteral(); !literal && !v.d.Texts.Has(s) {
		// What an expression makes is no markdown: it may hold what anybody typed.
		return app.Prose{Plain: s, HTML: escapeHTML(s)}
	}
	s = v.markdown(s)
	return app.Prose{Plain: text.Plain(s), HTML: text.Markdown(s)}
}

func (v *view) plain(c *app.Component, binding string) string { return v.prose(c, binding).Plain }

func (v *view) html(c *app.Component, binding string) text.HTML { return v.prose(c, binding).HTML }

// question gives what a question is called in a summary.
func (v *view) question(c *app.Component) string {
	if s := v.plain(c, "summaryTitle"); s != "" {
		return s
	}
	return v.plain(c, "title")
}
