package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
)

// weight measures bytes over the wire, as a browser that takes compressed answers sees them.
func weight(ctx context.Context, s *server) error {
	b, err := signIn(ctx, s, citizens[0])
	if err != nil {
		return err
	}
	first, err := b.Start(ctx, exampleApp)
	if err != nil {
		return err
	}
	cookie := b.Cookies()
	page, err := wire(ctx, s, first.URL, cookie)
	if err != nil {
		return err
	}
	total, font, requests, again := page, 0, 1, 1
	for _, asset := range assets(first) {
		n, err := wire(ctx, s, asset, cookie)
		if err != nil {
			return err
		}
		total += n
		requests++
		kept, err := immutable(ctx, s, asset)
		if err != nil {
			return err
		}
		if !kept {
			again++
		}
	}
	fonts, err := fontFiles(ctx, s, first, cookie)
	if err != nil {
		return err
	}
	font += fonts
	figure("P9", "first form page over the wire, without the font", float64(total)/1000, "kB", 60)
	figure("P9", "first form page over the wire, with the font", float64(total+font)/1000, "kB", 110)
	figure("P9", "requests of a first visit", float64(requests+1), "", 6)
	figure("P9", "later page over the wire", float64(page)/1000, "kB", 15)
	figure("P9", "requests of a later page", float64(again), "", 1)
	return nil
}

// immutable tells whether a browser that has an asset does not ask for it again.
func immutable(ctx context.Context, s *server, path string) (bool, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, "http://"+s.addr+path, nil)
	if err != nil {
		return false, err
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close()
	return strings.Contains(answer.Header.Get("Cache-Control"), "immutable"), nil
}

// assets gives the stylesheets and scripts of a page.
func assets(p *driver.Page) []string {
	var out []string
	for n := range p.Doc.Descendants() {
		switch {
		case n.DataAtom == atom.Link && driver.Attr(n, "rel") == "stylesheet":
			out = append(out, driver.Attr(n, "href"))
		case n.DataAtom == atom.Script && driver.Attr(n, "src") != "":
			out = append(out, driver.Attr(n, "src"))
		}
	}
	return out
}

// fontFiles gives the size of the latin font that the stylesheet names: the one that a page in
// Norwegian loads.
func fontFiles(ctx context.Context, s *server, p *driver.Page, cookie string) (int, error) {
	for _, asset := range assets(p) {
		if !strings.HasSuffix(asset, ".css") {
			continue
		}
		css, err := fetch(ctx, s, asset, cookie, "identity")
		if err != nil {
			return 0, err
		}
		for part := range strings.SplitSeq(string(css), "url(") {
			name, _, _ := strings.Cut(strings.Trim(part, `"'`), ")")
			if strings.Contains(name, "latin-wght") && strings.Contains(name, ".woff2") {
				return wire(ctx, s, "/static/"+strings.Trim(name, `"'./`), cookie)
			}
		}
	}
	return 0, nil
}

func wire(ctx context.Context, s *server, path, cookie string) (int, error) {
	body, err := fetch(ctx, s, path, cookie, "br, gzip")
	return len(body), err
}

func fetch(ctx context.Context, s *server, path, cookie, encoding string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept-Encoding", encoding)
	r.Header.Set("Cookie", cookie)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}
