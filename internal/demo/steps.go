package demo

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"stafett/internal/driver"
	"stafett/internal/text"
)

// step takes a matter one step on its way. What comes later (a message, a withdrawal) is a step
// of its own here, and a matter that has it in matters.go.
type step func(context.Context, *desk, matter) error

// matter is one matter with everything that is said in it.
type matter struct {
	service, state string
	who            person
	// band: Kari applies for Nordvik Musikkforening.
	band  bool
	title string
	app   string
	form  driver.Application
	// pages is how many pages of a draft are filled in.
	pages int
	// asks, answer, assessment, decision and appeal are what is filled in on the way.
	asks, answer, assessment, decision, appeal map[string]string
	steps                                      []step
}

// apply fills in and sends the application, and finds its case.
func apply(ctx context.Context, d *desk, m matter) error {
	review, err := fillIn(ctx, d, m)
	if err != nil {
		return err
	}
	receipt, err := d.citizen.Send(ctx, review)
	if err != nil {
		return err
	}
	d.status = strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
	d.caseURL, err = await(ctx, d.worker(m), inbox, func(p *driver.Page) string {
		return p.Link(m.title)
	})
	return err
}

// worker is the browser of whoever works on the matter.
func (d *desk) worker(m matter) *driver.Browser {
	if m.app == parkingApp {
		return d.parking
	}
	return d.culture
}

// fillIn begins and fills in the application, for the organisation where that applies.
func fillIn(ctx context.Context, d *desk, m matter) (*driver.Page, error) {
	if err := d.actFor(ctx, m); err != nil {
		return nil, err
	}
	first, err := d.citizen.Start(ctx, m.app)
	if err != nil {
		return nil, err
	}
	return d.citizen.FillIn(ctx, first, m.form)
}

// actFor has Kari act for herself or for the association.
func (d *desk) actFor(ctx context.Context, m matter) error {
	if m.who != kari {
		return nil
	}
	party := "50001"
	if m.band {
		party = "51003"
	}
	p, err := d.citizen.Post(ctx, "/party", url.Values{"party": {party}, "return": {"/my"}})
	if err == nil && p.Status != 200 {
		err = fmt.Errorf("acting for %s: %d", party, p.Status)
	}
	return err
}

// begin fills in some pages of an application and leaves it.
func begin(ctx context.Context, d *desk, m matter) error {
	first, err := d.citizen.Start(ctx, m.app)
	if err != nil {
		return err
	}
	for range m.pages {
		f := first.Form("go", "next")
		for name, value := range m.form.Fields {
			if f.Has(name) {
				f.Values.Set(name, value)
			}
		}
		if first, err = d.citizen.Submit(ctx, first, f, "go", "next"); err != nil {
			return err
		}
	}
	return nil
}

func take(ctx context.Context, d *desk, m matter) error {
	return press(ctx, d.worker(m), d.caseURL, "/take")
}

// confirm starts the processing, goes on from waiting, or closes the case: what its task has.
func confirm(ctx context.Context, d *desk, m matter) error {
	return press(ctx, d.worker(m), d.caseURL+"/confirm", "/confirm")
}

// ask asks the citizen for more.
func ask(ctx context.Context, d *desk, m matter) error {
	if err := press(ctx, d.worker(m), d.caseURL+"/reject", "/reject"); err != nil {
		return err
	}
	return write(ctx, d.worker(m), d.caseURL+"/write", m.asks)
}

// answer is the citizen's answer to what was asked.
func answer(ctx context.Context, d *desk, m matter) error {
	to, err := await(ctx, d.citizen, d.status, func(p *driver.Page) string {
		return linkTo(p, "/nordvik/ettersending/instance/")
	})
	if err != nil {
		return err
	}
	first, err := get(ctx, d.citizen, to)
	if err != nil {
		return err
	}
	a := driver.Application{Fields: m.answer, Files: map[string]driver.File{
		"vedlegg": pdf("svar", m.asks["mer.hva"]),
	}}
	review, err := d.citizen.FillIn(ctx, first, a)
	if err != nil {
		return err
	}
	if _, err = d.citizen.Send(ctx, review); err != nil {
		return err
	}
	return arrived(ctx, d, m)
}

// arrived waits until the list of whoever works on the case has it as unread, since something has been added to
// it: a case that is decided before takes nothing more.
func arrived(ctx context.Context, d *desk, m matter) error {
	_, err := await(ctx, d.worker(m), inbox, func(p *driver.Page) string {
		if strings.Contains(p.Main(), "Ulest. "+m.title) {
			return d.caseURL
		}
		return ""
	})
	return err
}

func assess(ctx context.Context, d *desk, m matter) error {
	return write(ctx, d.culture, d.caseURL+"/write", m.assessment)
}

func decide(ctx context.Context, d *desk, m matter) error {
	return write(ctx, d.worker(m), d.caseURL+"/write", m.decision)
}

// conclude is the doctor's assessment, whose conclusion goes to the case.
func conclude(ctx context.Context, d *desk, m matter) error {
	to, err := await(ctx, d.doctor, inbox, func(p *driver.Page) string { return p.Link(m.title) })
	if err != nil {
		return err
	}
	if err := write(ctx, d.doctor, to+"/write", m.assessment); err != nil {
		return err
	}
	return arrived(ctx, d, m)
}

// appeal is the citizen's: from the letter, to a new case.
func appeal(ctx context.Context, d *desk, m matter) error {
	letter, err := await(ctx, d.citizen, d.status, func(p *driver.Page) string {
		return linkTo(p, "/nordvik/vedtak/instance/")
	})
	if err != nil {
		return err
	}
	if err := press(ctx, d.citizen, letter, "/action/klag"); err != nil {
		return err
	}
	to, err := await(ctx, d.citizen, letter, func(p *driver.Page) string {
		return linkTo(p, "/nordvik/klage/instance/")
	})
	if err != nil {
		return err
	}
	first, err := get(ctx, d.citizen, to)
	if err != nil {
		return err
	}
	review, err := d.citizen.FillIn(ctx, first, driver.Application{Fields: m.appeal})
	if err != nil {
		return err
	}
	if _, err = d.citizen.Send(ctx, review); err != nil {
		return err
	}
	_, err = await(ctx, d.worker(m), inbox, func(p *driver.Page) string {
		return p.Link("Klage: " + m.title)
	})
	return err
}

// pdf is a small document that says what it is.
func pdf(name, text string) driver.File {
	return driver.File{Name: name + ".pdf", ContentType: "application/pdf",
		Content: []byte("%PDF-1.7\n% " + text + "\n")}
}

// inDays is a date some days from now, as a date field has it.
func inDays(n int) string { return text.ISODate(time.Now().AddDate(0, 0, n)) }
