package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// extras are what scripting adds, and what must hold beside the journeys.
func (s *stage) extras(t *testing.T) {
	for name, check := range map[string]func(*walker){
		"autosave":    (*walker).autosaves,
		"conditional": (*walker).asksMore,
		"upload":      (*walker).uploads,
		"twice":       (*walker).sendsTwice,
		"keyboard":    (*walker).walksByKeyboard,
		"language":    (*walker).changesLanguage,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := s.signIn(t, true, kari)
			p.open("/" + appA)
			startForm(p.Tab)
			check(p)
		})
	}
}

// autosaves: what is typed is saved by itself, and is there after the page is loaded anew.
func (p *walker) autosaves() {
	const first = `#version[value="1"]`
	p.WaitFor(first)
	p.Fill("Hvilket telefonnummer kan vi ringe?", "400 00 199")
	p.WaitGone(first)
	p.WaitForText("#saved", "Lagret kl.")
	p.open(p.path())
	if got := p.Value("Hvilket telefonnummer kan vi ringe?"); got != "400 00 199" {
		p.t.Errorf("after a reload: got %q", got)
	}
}

// asksMore: the answer that a question depends on brings it without a reload, and what is typed
// elsewhere, and focus, stay.
func (p *walker) asksMore() {
	p.applicant()
	p.Fill("Hva heter arrangementet?", "Før")
	p.tick("arrangement.apent", "false")
	p.WaitForText("label[for$='apentfor']", "Hvem kan komme")
	if got := p.Focused(); got != "q-arrangement-apent-1" {
		p.t.Errorf("focus is at %q, want the radio button that was pressed", got)
	}
	if got := p.Value("Hva heter arrangementet?"); got != "Før" {
		p.t.Errorf("what was typed is now %q", got)
	}
	p.Fill("Hvem kan komme, og hvorfor ikke alle?", "Bare medlemmer")
	p.tick("arrangement.apent", "true")
	p.WaitGone("label[for$='apentfor']")
}

// uploads: the script adds a line for the file, and it is there after a reload.
func (p *walker) uploads() {
	p.open(strings.TrimSuffix(p.path(), "soker") + "budsjett")
	p.Upload("Hva vil du legge ved?", p.attachment())
	p.WaitForText(".files li", "situasjonskart.pdf")
	p.WaitGone(".files progress")
	p.open(p.path())
	if n := p.Count(".files li"); n != 1 {
		p.t.Errorf("after a reload %d files, want 1", n)
	}
}

// sendsTwice: two presses in a row are one application.
func (p *walker) sendsTwice() {
	title := "Bare én gang"
	p.applicant()
	p.event(title)
	p.budget("")
	p.Click("Neste")
	p.Impatient().ClickTwice("Send inn søknaden")
	p.WaitForText("h1", "sendt inn")
	p.open("/my/sent")
	n := 0
	for _, line := range p.Texts("main li, main tr") {
		if strings.Contains(line, title) {
			n++
		}
	}
	if n != 1 {
		p.t.Errorf("%d applications after two presses, want 1", n)
	}
}

// walksByKeyboard: every field of the first page in its order with Tab, and on with Enter.
func (p *walker) walksByKeyboard() {
	here := p.path()
	p.Key(kb.Tab)
	if got := p.Focused(); got != "skip" {
		p.t.Errorf("the first Tab is at %q, want the link past the header", got)
	}
	p.Key("\r")
	for _, want := range []string{"q-soker-kategori", "q-soker-kontaktperson", "q-soker-epost",
		"q-soker-telefon"} {
		p.Key(kb.Tab)
		if got := p.Focused(); got != want {
			p.t.Fatalf("Tab goes to %q, want %q", got, want)
		}
		if want == "q-soker-kategori" {
			p.Key(" ")
		}
	}
	p.Key("\r")
	p.at(strings.TrimSuffix(here, "soker") + "arrangement")
}

// changesLanguage: what was typed is there in the other language.
func (p *walker) changesLanguage() {
	p.Fill("Hvilket telefonnummer kan vi ringe?", "400 00 177")
	for _, language := range []struct{ open, name, label string }{
		{"Bokmål", "Nynorsk", "Kva telefonnummer"}, {"Nynorsk", "English", "Which phone number"},
	} {
		p.Click(language.open)
		p.Click(language.name)
		if got := p.Value(language.label); got != "400 00 177" {
			p.t.Errorf("in %s: got %q", language.name, got)
		}
	}
}
