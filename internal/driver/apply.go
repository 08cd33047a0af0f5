package driver

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// Application is what a person fills in.
type Application struct {
	// Fields are answers by control name; those of row i of a group are named with [i].
	Fields map[string]string
	// Rows says how many rows each group is to have, by its path.
	Rows map[string]int
	// Files are attachments, by data type.
	Files map[string]File
}

// maxSteps is how many posts a form may take: more means that it goes in circles.
const maxSteps = 40

// Start makes a draft of an app ("org/app") and gives its first page. Where whom it is for must be
// chosen, it is for the first: whom the person acts for now.
func (b *Browser) Start(ctx context.Context, app string) (*Page, error) {
	p, err := b.Get(ctx, "/"+app)
	if err != nil {
		return nil, err
	}
	f := p.FormTo("/" + app + "/start")
	if f == nil {
		return nil, fmt.Errorf("%s offers no start (%d)", p.URL, p.Status)
	}
	if first := p.Find(func(n *html.Node) bool {
		return Attr(n, "type") == "radio" && Attr(n, "name") == "party"
	}); first != nil {
		f.Values.Set("party", Attr(first, "value"))
	}
	return b.Submit(ctx, p, f, "", "")
}

// FillIn goes through the pages of a form, from the one given to the one that sends.
func (b *Browser) FillIn(ctx context.Context, p *Page, a Application) (*Page, error) {
	attached := map[string]bool{}
	for range maxSteps {
		for dataType, file := range a.Files {
			// What a draft that is gone on with has already is not added again.
			attached[dataType] = attached[dataType] || strings.Contains(p.Main(), file.Name)
		}
		f := p.Form("go", "next")
		if f == nil {
			if f = p.Form("go", "submit"); f != nil {
				return b.answerLast(ctx, p, f, a)
			}
			return nil, fmt.Errorf("%s (%d) is no form page: %s", p.URL, p.Status, p.Heading())
		}
		name, value, asked := a.answer(f, attached)
		next, err := b.Submit(ctx, p, f, name, value)
		if err != nil {
			return nil, err
		}
		if next.Status == http.StatusUnprocessableEntity && !a.knowsMore(next, asked) {
			return nil, fmt.Errorf("%s: %s", next.URL, next.Main())
		}
		p = next
	}
	return nil, fmt.Errorf("%s: the form goes in circles", p.URL)
}

// answerLast answers what the page to send from asks itself, and keeps it for who sends.
func (b *Browser) answerLast(
	ctx context.Context, p *Page, f *Form, a Application,
) (*Page, error) {
	if _, _, asked := a.answer(f, map[string]bool{}); len(asked) == 0 {
		return p, nil
	}
	return b.Submit(ctx, p, f, "go", "stay")
}

// answer fills what it can of a page and says which button to press: a row's, or on.
func (a Application) answer(f *Form, attached map[string]bool) (name, value string, asked map[string]bool) {
	asked = map[string]bool{}
	for field, text := range a.Fields {
		if f.Has(field) {
			f.Values[field] = []string{text}
			asked[field] = true
		}
	}
	for dataType, file := range a.Files {
		if f.Has("file:"+dataType) && !attached[dataType] {
			f.Files["file:"+dataType] = file
			attached[dataType] = true
		}
	}
	for _, button := range f.buttons {
		if row, ok := strings.CutPrefix(button, "row=save:"); ok {
			return "row", "save:" + row, asked
		}
	}
	for path, want := range a.Rows {
		if button := "add:" + path; f.Offers("row", button) && f.Rows(path) < want {
			return "row", button, asked
		}
	}
	return "go", "next", asked
}

// Offers tells whether the form has the button.
func (f *Form) Offers(name, value string) bool {
	for _, b := range f.buttons {
		if b == name+"="+value {
			return true
		}
	}
	return false
}

// Rows counts a group's rows by their hidden row ids.
func (f *Form) Rows(path string) int {
	n := 0
	for f.names[fmt.Sprintf("%s[%d].altinnRowId", path, n)] {
		n++
	}
	return n
}

// knowsMore tells whether a page that was shown again asks something that was not asked before
// and that there is an answer to: a question that another answer brought.
func (a Application) knowsMore(p *Page, asked map[string]bool) bool {
	f := p.Form("go", "next")
	if f == nil {
		return false
	}
	for field := range a.Fields {
		if f.Has(field) && !asked[field] {
			return true
		}
	}
	return false
}

// Send presses the button that sends, and gives the receipt.
func (b *Browser) Send(ctx context.Context, review *Page) (*Page, error) {
	f := review.Form("go", "submit")
	if f == nil {
		return nil, fmt.Errorf("%s cannot be sent from", review.URL)
	}
	p, err := b.Submit(ctx, review, f, "go", "submit")
	if err == nil && (!strings.Contains(p.URL, "/receipt") || p.Status != http.StatusOK) {
		err = fmt.Errorf("no receipt but %s (%d): %s", p.URL, p.Status, p.Main())
	}
	return p, err
}
