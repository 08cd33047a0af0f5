package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/driver"
)

// citizens are the test persons who apply; the caseworker reads what they send.
var citizens = []string{"14827941388", "03859138887", "21918845590"}

const (
	caseworker = "07838432179"
	exampleApp = "nordvik/arrangementsstotte"
	inboxPath  = "/inbox/310246816"
	formType   = "application/x-www-form-urlencoded"
)

// applicant is a signed-in person with one draft that is filled in and ready to be sent. What is
// measured is done to copies of the draft, which the database makes at once.
type applicant struct {
	server  *server
	browser *driver.Browser
	cookie  string
	draft   uuid.UUID
	review  string
	// send and edit are the forms that send the draft and that change one page of it. seen is the
	// version of the draft that send is based on.
	send, edit url.Values
	seen       int
}

// draft is one copy, and whose.
type draft struct {
	*applicant
	id uuid.UUID
	// uploads counts the files since it was copied: each makes a new version of the draft.
	uploads int
}

func applicants(ctx context.Context, s *server) ([]*applicant, error) {
	out := make([]*applicant, len(citizens))
	for i, number := range citizens {
		var err error
		if out[i], err = newApplicant(ctx, s, number); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func newApplicant(ctx context.Context, s *server, number string) (*applicant, error) {
	a := &applicant{server: s, browser: driver.New("http://" + s.addr)}
	if _, err := a.browser.SignIn(ctx, number); err != nil {
		return nil, err
	}
	a.cookie = a.browser.Cookies()
	first, err := a.browser.Start(ctx, exampleApp)
	if err != nil {
		return nil, err
	}
	review, err := a.browser.FillIn(ctx, first, driver.EventSupport("Lysfest"))
	if err != nil {
		return nil, err
	}
	a.review, _, _ = strings.Cut(review.URL, "?")
	if a.draft, err = uuid.Parse(strings.Split(a.review, "/")[5]); err != nil {
		return nil, fmt.Errorf("%s: %w", a.review, err)
	}
	a.send = review.Form("go", "submit").Values
	a.send.Set("go", "submit")
	if a.seen, err = strconv.Atoi(a.send.Get("seen")); err != nil {
		return nil, fmt.Errorf("%s: version: %w", a.review, err)
	}
	return a, a.readEdit(ctx)
}

// readEdit reads the form of the page that saves are measured on.
func (a *applicant) readEdit(ctx context.Context) error {
	page, err := a.browser.Get(ctx, path.Dir(a.review)+"/arrangement")
	if err != nil {
		return err
	}
	form := page.Form("go", "stay")
	if form == nil {
		return fmt.Errorf("%s has no button that saves", page.URL)
	}
	a.edit = form.Values
	a.edit.Set("go", "stay")
	return nil
}

// page is the address of a page of a draft.
func (d draft) page(name string) string {
	return d.base() + "/" + path.Base(path.Dir(d.review)) + "/" + name
}

// base is the address under which a draft's pages stand.
func (d draft) base() string {
	return "http://" + d.server.addr + path.Join(path.Dir(d.review), "../..", d.id.String())
}

// submit presses the button that sends, and is back when it is acknowledged.
func (d draft) submit(ctx context.Context) error {
	form := maps.Clone(d.send)
	form.Set("seen", strconv.Itoa(d.seen+d.uploads))
	_, err := call(ctx, http.MethodPost, d.page(path.Base(d.review)), d.cookie, formType,
		form.Encode(), http.StatusSeeOther)
	return err
}

// upload sends a file as the upload script does.
func (d *draft) upload(ctx context.Context, f multipartFile) error {
	d.uploads++
	_, err := call(ctx, http.MethodPost, d.page("budsjett/upload"), d.cookie, f.contentType, f.body,
		http.StatusCreated)
	return err
}

// copies makes n drafts, shared between the applicants.
func copies(ctx context.Context, list []*applicant, n int) ([]draft, error) {
	out := make([]draft, n)
	ids := map[*applicant][]uuid.UUID{}
	for i := range out {
		out[i] = draft{applicant: list[i%len(list)], id: uuid.New()}
		ids[out[i].applicant] = append(ids[out[i].applicant], out[i].id)
	}
	for a, list := range ids {
		if err := a.server.copyDraft(ctx, a.draft, list); err != nil {
			return nil, fmt.Errorf("copy draft: %w", err)
		}
	}
	return out, nil
}
