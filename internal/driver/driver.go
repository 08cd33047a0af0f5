// Package driver is a browser without scripting, for tests and benchmarks: it signs in, opens
// pages, reads their forms and presses their buttons as a person would, and follows redirects.
// It finds a control by its name and never makes up a field that the page does not have. It is
// not part of the server.
package driver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Browser is one person's browser. It is used by one goroutine.
type Browser struct {
	client *http.Client
	base   string
	// Language is sent as Accept-Language.
	Language string
}

// New gives a browser that knows the program at base.
func New(base string) *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic("driver: " + err.Error())
	}
	return &Browser{base: base, Language: "nb", client: &http.Client{
		Jar: jar, Timeout: time.Minute,
		Transport: &http.Transport{MaxIdleConnsPerHost: 4},
	}}
}

// Page is an answer with its parsed document.
type Page struct {
	Status int
	// URL is where the redirects ended, without host.
	URL    string
	Header http.Header
	Body   []byte
	Doc    *html.Node
}

// Get opens a page.
func (b *Browser) Get(ctx context.Context, path string) (*Page, error) {
	return b.send(ctx, http.MethodGet, path, "", nil)
}

// Post sends a form as it is given; Submit is what a person does.
func (b *Browser) Post(ctx context.Context, path string, form url.Values) (*Page, error) {
	return b.send(ctx, http.MethodPost, path, "application/x-www-form-urlencoded",
		strings.NewReader(form.Encode()))
}

func (b *Browser) send(
	ctx context.Context, method, path, contentType string, body io.Reader,
) (*Page, error) {
	target := path
	if strings.HasPrefix(path, "/") {
		target = b.base + path
	}
	r, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept-Language", b.Language)
	if method != http.MethodGet {
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := b.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	doc, err := html.Parse(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return &Page{
		Status: answer.StatusCode, URL: answer.Request.URL.RequestURI(), Header: answer.Header,
		Body: content, Doc: doc,
	}, nil
}

// SignIn signs the test person in through the development provider.
func (b *Browser) SignIn(ctx context.Context, personNumber string) (*Page, error) {
	p, err := b.Get(ctx, "/login?return=/my")
	if err != nil {
		return nil, err
	}
	form := p.Form("pid", personNumber)
	if form == nil {
		return nil, fmt.Errorf("sign-in: no button for the person on %s (%d)", p.URL, p.Status)
	}
	return b.Submit(ctx, p, form, "pid", personNumber)
}

// File is a file to upload.
type File struct {
	Name, ContentType string
	Content           []byte
}

// Form is a form of a page, with the values that its controls have.
type Form struct {
	Action, Method, Encoding string
	Values                   url.Values
	Files                    map[string]File
	// buttons are the submit buttons, as name=value.
	buttons []string
	names   map[string]bool
}

// Fill sets controls by name. A name that the form does not have is an error: a person could
// not fill it in.
func (f *Form) Fill(values map[string]string) error {
	for name, value := range values {
		if !f.names[name] {
			return fmt.Errorf("the form has no control %q", name)
		}
		f.Values[name] = []string{value}
	}
	return nil
}

// Has tells whether the form has the control.
func (f *Form) Has(name string) bool { return f.names[name] }

// Attach chooses a file for a file control.
func (f *Form) Attach(name string, file File) error {
	if !f.names[name] {
		return fmt.Errorf("the form has no control %q", name)
	}
	f.Files[name] = file
	return nil
}

// Submit presses the button with the name and value; "" presses the form's own way.
func (b *Browser) Submit(ctx context.Context, p *Page, f *Form, name, value string) (*Page, error) {
	if name != "" {
		if !slices.Contains(f.buttons, name+"="+value) {
			return nil, fmt.Errorf("%s has no button %s=%s, only %q", p.URL, name, value, f.buttons)
		}
		f.Values.Set(name, value)
	}
	action, err := p.resolve(f.Action)
	if err != nil {
		return nil, err
	}
	if f.Method == "get" {
		return b.Get(ctx, action+"?"+f.Values.Encode())
	}
	if f.Encoding != "multipart/form-data" {
		return b.Post(ctx, action, f.Values)
	}
	contentType, body, err := f.multipart()
	if err != nil {
		return nil, err
	}
	return b.send(ctx, http.MethodPost, action, contentType, body)
}

func (p *Page) resolve(action string) (string, error) {
	here, err := url.Parse(p.URL)
	if err != nil {
		return "", err
	}
	to, err := here.Parse(action)
	if err != nil {
		return "", err
	}
	return to.String(), nil
}

func (f *Form) multipart() (contentType string, body io.Reader, err error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for name, values := range f.Values {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				return "", nil, err
			}
		}
	}
	for name, file := range f.Files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", multipart.FileContentDisposition(name, file.Name))
		h.Set("Content-Type", file.ContentType)
		part, err := w.CreatePart(h)
		if err != nil {
			return "", nil, err
		}
		if _, err := part.Write(file.Content); err != nil {
			return "", nil, err
		}
	}
	return w.FormDataContentType(), &out, w.Close()
}

// Cookies gives the browser's cookies as a request's header.
func (b *Browser) Cookies() string {
	base, err := url.Parse(b.base)
	if err != nil {
		return ""
	}
	var out []string
	for _, c := range b.client.Jar.Cookies(base) {
		out = append(out, c.Name+"="+c.Value)
	}
	return strings.Join(out, "; ")
}
