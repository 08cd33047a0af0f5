package crashtest

import (
	"math/rand/v2"
	"testing"

	"stafett/internal/browsertest"
)

// oneByOne has one person meet what a line does to a form, each by itself.
func (y *typing) oneByOne(t *testing.T, random *rand.Rand) {
	t.Helper()
	t.Run("UX31", func(t *testing.T) {
		p := newTypist(t, y, 0, random)
		p.begin()
		p.typeOnAfterALostAnswer()
		p.typeIntoASilentLine()
		p.leaveAtOnce()
		p.reloadAtOnce()
		p.pressOnALostLine()
		p.answerWhatAnotherAnswers()
		p.pressWhenSignedOut()
		p.reloadWhileItIsSent()
	})
}

// saved waits until what was typed is stored and the page says so.
func (p *typist) saved() {
	p.t.Helper()
	p.tab.WaitForText("#saved", "Lagret kl.")
	if !until(deadlineOfSave, func() bool { return p.inDatabase()[fields[0]] == p.last[fields[0]] }) {
		p.t.Errorf("stored is %v, typed was %v; the page says %q", p.inDatabase(), p.last, p.tab.Texts("#saved"))
	}
}

func (p *typist) type0() {
	text := p.answer(fields[0], "Skrevet")
	p.tab.Type(control(fields[0]), text)
	p.last[fields[0]] = text
}

// typeOnAfterALostAnswer saves, does not get to know, and types on: that is nobody else's answer.
func (p *typist) typeOnAfterALostAnswer() {
	p.server.toTarget.now.Store(&trouble{halves: 1000})
	p.type0()
	p.tab.WaitForText("#saved", "Ikke lagret. Vi prøver igjen")
	if got := p.inDatabase()[fields[0]]; got != p.last[fields[0]] {
		p.t.Errorf("the save did not arrive: %q", got)
	}
	p.type0()
	p.server.toTarget.now.Store(&trouble{})
	browsertest.Evaluate[any](p.tab, "dispatchEvent(new Event('focus')), null")
	p.saved()
	for _, a := range p.answers() {
		if a.Status == 409 {
			p.t.Errorf("the person is told of a conflict with what they typed themselves: %+v", a)
		}
	}
}

// typeIntoASilentLine waits for an answer that does not come: the page does not go on saying that all
// is saved.
func (p *typist) typeIntoASilentLine() {
	p.server.toTarget.now.Store(&trouble{hole: true})
	p.type0()
	p.tab.WaitForText("#saved", "Ikke lagret. Vi prøver igjen")
	p.server.toTarget.now.Store(&trouble{})
	p.saved()
}

// leaveAtOnce presses a link right after the last key: it waits for the save.
func (p *typist) leaveAtOnce() {
	asked := p.tab.Dialogs()
	p.type0()
	p.tab.ClickCSS("#delete")
	p.tab.WaitGone(control(fields[0]))
	if got := p.inDatabase()[fields[0]]; got != p.last[fields[0]] || p.tab.Dialogs() > asked {
		p.t.Errorf("left behind: stored is %q, typed was %q", got, p.last[fields[0]])
	}
	p.open()
}

// reloadAtOnce opens the page again right after the last key: the browser asks first.
func (p *typist) reloadAtOnce() {
	asked := p.tab.Dialogs()
	p.type0()
	p.open()
	if p.tab.Dialogs() == asked {
		p.t.Error("the page was left with something unsaved, and nobody was asked")
	}
}

// reloadWhileItIsSent opens the page again while a press waits for its answer, which would break off what
// is being sent: the browser asks first. It does not where the press is let be. It is the last thing that
// happens to the draft: what was broken off may still arrive, and is then news to a page that is open.
func (p *typist) reloadWhileItIsSent() {
	asked := p.tab.Dialogs()
	p.type0()
	p.pressLater()
	if p.tab.Dialogs() > asked {
		p.t.Error("asked whether to leave the page that was sent")
	}
	p.open()
	p.server.toTarget.now.Store(&trouble{hole: true})
	p.type0()
	browsertest.Evaluate[any](p.tab, `setTimeout(() => document.getElementById('later').click()),
		setTimeout(() => location.reload(), 300), null`)
	if !until(deadlineOfSave, func() bool { return p.tab.Dialogs() > asked }) {
		p.t.Error("what was being sent was broken off, and nobody was asked")
	}
	p.server.toTarget.now.Store(&trouble{})
}

// answerWhatAnotherAnswers answers a question that the other tab has answered meanwhile.
func (p *typist) answerWhatAnotherAnswers() {
	p.change(fields[0])
	p.type0()
	before := p.conflicts.Load()
	p.goOn()
	if p.conflicts.Load() == before {
		p.t.Errorf("two answers to one question, and no conflict; stored is %q", p.inDatabase()[fields[0]])
	}
	p.open()
}

// pressWhenSignedOut presses when the session has ended: what was typed is kept over the signing in.
func (p *typist) pressWhenSignedOut() {
	p.server.endSessions(p.t)
	p.type0()
	before := p.kept.Load()
	p.pressLater()
	p.open()
	p.compare(false)
	if p.kept.Load() == before {
		p.t.Errorf("signed in again, and nothing is kept of %q", p.last[fields[0]])
	}
}

// pressOnALostLine presses right after the last key, on a line that is lost and that nobody knew of: the
// page stays, says so, and saves when the line is back. Then the press leads on.
func (p *typist) pressOnALostLine() {
	p.server.toTarget.now.Store(&trouble{resets: 1000})
	p.type0()
	p.tab.ClickCSS("#later")
	p.tab.WaitForText("#saved", "Ikke lagret. Vi prøver igjen")
	if got := p.value(fields[0]); got != p.last[fields[0]] {
		p.t.Errorf("typed was %q, and after the press the page holds %q", p.last[fields[0]], got)
	}
	p.server.toTarget.now.Store(&trouble{})
	browsertest.Evaluate[any](p.tab, "dispatchEvent(new Event('focus')), null")
	p.saved()
	p.type0()
	p.pressLater()
	if got := p.inDatabase()[fields[0]]; got != p.last[fields[0]] {
		p.t.Errorf("stored is %q, typed was %q", got, p.last[fields[0]])
	}
	p.open()
}
