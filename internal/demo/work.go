package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"stafett/internal/driver"
)

// worked adds what the caseworker does with the case beside its steps: one of the forms of the case's
// page, named by what its address ends with, and what is filled in.
func (m matter) worked(form string, answers map[string]string) matter {
	m.steps = append(m.steps, func(ctx context.Context, d *desk, m matter) error {
		return fillCase(ctx, d.worker(m), d.caseURL, form, answers)
	})
	return m
}

// tagged marks the case with a word.
func (m matter) tagged(word string) matter {
	return m.worked("/work/tag", map[string]string{"tag": word})
}

// noted writes what only colleagues see.
func (m matter) noted(text string) matter {
	return m.worked("/work/note", map[string]string{"text": text})
}

// due gives the case another deadline.
func (m matter) due(days int, reason string) matter {
	return m.worked("/work/due", map[string]string{"until": inDays(days), "reason": reason})
}

// putOff takes the case out of the caseworker's own lists for some days.
func (m matter) putOff(days int) matter {
	return m.worked("/work/snooze", map[string]string{"until": inDays(days)})
}

// told sends the applicant a message.
func (m matter) told(text string) matter {
	return m.worked("/message", map[string]string{"text": text})
}

// fillCase fills in a form of the case's page. When something has arrived in between, it opens the page
// anew.
func fillCase(
	ctx context.Context, b *driver.Browser, page, form string, answers map[string]string,
) error {
	for tries := 0; ; tries++ {
		p, err := get(ctx, b, page)
		if err != nil {
			return err
		}
		f := p.FormTo(form)
		if f == nil {
			return fmt.Errorf("%s has no form to %s: %s", p.URL, form, p.Main())
		}
		fill := url.Values(f.Values)
		for name, value := range answers {
			if !f.Has(name) {
				return fmt.Errorf("the form to %s has no %s", form, name)
			}
			fill.Set(name, value)
		}
		next, err := b.Submit(ctx, p, f, "", "")
		switch {
		case err != nil || next.Status == http.StatusOK:
			return err
		case next.Status != http.StatusConflict || tries == 4:
			return fmt.Errorf("%s answers %d: %s", form, next.Status, next.Main())
		}
	}
}
