package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"stafett/internal/driver"
)

// person is a test person of the example solution, by number.
type person string

const (
	kari   person = "14827941388"
	ola    person = "03859138887"
	amina  person = "21918845590"
	ingrid person = "07838432179"
	per    person = "11897643369"
	lise   person = "25846941188"
)

var citizens = []person{kari, ola, amina}

const inbox = "/inbox/310246816"

// desk is where one citizen's matters are walked through: the citizen's browser, those of the
// caseworkers, and where the matter at hand is found.
type desk struct {
	citizen, culture, parking, doctor *driver.Browser
	// status is the citizen's page about the matter at hand, caseURL the caseworker's.
	status, caseURL string
}

func newDesk(ctx context.Context, address string, who person) (*desk, error) {
	d := &desk{}
	for _, one := range []struct {
		at  **driver.Browser
		who person
	}{{&d.citizen, who}, {&d.culture, ingrid}, {&d.parking, per}, {&d.doctor, lise}} {
		b, err := signedIn(ctx, address, one.who)
		if err != nil {
			return nil, err
		}
		*one.at = b
	}
	return d, nil
}

func signedIn(ctx context.Context, address string, who person) (*driver.Browser, error) {
	b := driver.New(address)
	if who == amina {
		b.Language = "nn"
	}
	p, err := b.SignIn(ctx, string(who))
	if err == nil && p.URL != "/my" {
		err = fmt.Errorf("sign-in leads to %s (%d)", p.URL, p.Status)
	}
	return b, err
}

// known gives the text of every list in which a matter that is there stands.
func known(ctx context.Context, address string) (string, error) {
	var all strings.Builder
	for who, lists := range map[person][]string{
		ingrid: {inbox, inbox + "?view=closed"}, per: {inbox, inbox + "?view=closed"},
		kari: {"/my/drafts"}, ola: {"/my/drafts"}, amina: {"/my/drafts"},
	} {
		b, err := signedIn(ctx, address, who)
		if err != nil {
			return "", err
		}
		for _, list := range lists {
			if err := read(ctx, b, list, &all); err != nil {
				return "", err
			}
		}
	}
	return all.String(), nil
}

// read reads a list page by page.
func read(ctx context.Context, b *driver.Browser, list string, into *strings.Builder) error {
	for next := list; next != ""; {
		p, err := get(ctx, b, next)
		if err != nil {
			return err
		}
		into.WriteString(p.Main())
		next = linkTo(p, "after=")
	}
	return nil
}

// linkTo gives the first address on a page that holds the words; "" when there is none.
func linkTo(p *driver.Page, words string) string {
	for _, to := range p.Links() {
		if strings.Contains(to, words) {
			return to
		}
	}
	return ""
}

func get(ctx context.Context, b *driver.Browser, path string) (*driver.Page, error) {
	p, err := b.Get(ctx, path)
	if err == nil && p.Status != http.StatusOK {
		err = fmt.Errorf("%s answers %d: %s", path, p.Status, p.Heading())
	}
	return p, err
}

// arrival is how long what is handed over may take to be there.
const arrival = 20 * time.Second

// await opens a page until pick finds an address on it: what is handed over comes soon after.
func await(
	ctx context.Context, b *driver.Browser, path string, pick func(*driver.Page) string,
) (string, error) {
	for end := time.Now().Add(arrival); ; {
		p, err := get(ctx, b, path)
		if err != nil {
			return "", err
		}
		if to := pick(p); to != "" {
			return to, nil
		}
		if time.Now().After(end) {
			return "", fmt.Errorf("what is waited for does not come to %s", path)
		}
		select {
		case <-time.After(30 * time.Millisecond):
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// press opens a page and presses the one button of the form that posts to the ending. When
// something has arrived in between, it opens the page anew, as a person does.
func press(ctx context.Context, b *driver.Browser, path, ending string) error {
	for tries := 0; ; tries++ {
		p, err := get(ctx, b, path)
		if err != nil {
			return err
		}
		next, err := pressOn(ctx, b, p, ending)
		if err == nil || next == nil || next.Status != http.StatusConflict || tries == 4 {
			return err
		}
	}
}

func pressOn(
	ctx context.Context, b *driver.Browser, p *driver.Page, ending string,
) (*driver.Page, error) {
	f := p.FormTo(ending)
	if f == nil {
		return nil, fmt.Errorf("%s (%d) has no form to %s: %s", p.URL, p.Status, ending, p.Main())
	}
	next, err := b.Submit(ctx, p, f, "", "")
	if err == nil && next.Status != http.StatusOK {
		err = fmt.Errorf("%s answers %d: %s", ending, next.Status, next.Main())
	}
	return next, err
}

// write fills in a caseworker's form, also what an answer brings, goes on from it, and says yes.
// When something has arrived in between, it opens the form anew.
func write(ctx context.Context, b *driver.Browser, path string, answers map[string]string) error {
	p, err := get(ctx, b, path)
	for tries := 0; err == nil && tries < 8; tries++ {
		f := p.Form("go", "next")
		switch {
		case p.Status == http.StatusConflict:
			p, err = get(ctx, b, path)
			continue
		case f == nil:
			said, err := pressOn(ctx, b, p, "/next")
			if err == nil || said == nil || said.Status != http.StatusConflict {
				return err
			}
			p = said
			continue
		}
		for name, value := range answers {
			if f.Has(name) {
				// Several ticks of one question.
				f.Values[name] = strings.Split(value, "|")
			}
		}
		p, err = b.Submit(ctx, p, f, "go", "next")
	}
	if err == nil {
		err = fmt.Errorf("%s is not taken (%d): %s", path, p.Status, p.Main())
	}
	return err
}
