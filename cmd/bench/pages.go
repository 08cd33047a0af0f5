package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
)

// citizens are the test persons who apply.
var citizens = []string{kari, "03859138887", "21918845590"}

const (
	kari   = "14827941388"
	ingrid = "07838432179"
	// rounds is how often program and limit are measured in turn; the medians count.
	rounds = 3
	// span is how long one measure of pages lasts.
	span        = 2 * time.Second
	connections = 16
)

// weight measures bytes over the wire, as a browser that takes compressed answers sees them.
func weight(ctx context.Context, s *server) error {
	b := driver.New("http://" + s.addr)
	if _, err := b.SignIn(ctx, kari); err != nil {
		return err
	}
	first, err := b.Start(ctx, "nordvik/arrangementsstotte")
	if err != nil {
		return err
	}
	cookie := b.Cookies()
	page, err := wire(ctx, s, first.URL, cookie)
	if err != nil {
		return err
	}
	total, font, requests := page, 0, 1
	for _, asset := range assets(first) {
		n, err := wire(ctx, s, asset, cookie)
		if err != nil {
			return err
		}
		total += n
		requests++
	}
	fonts, err := fontFiles(ctx, s, first, cookie)
	if err != nil {
		return err
	}
	font += fonts
	figure("first form page over the wire, without the font", float64(total)/1000, "kB")
	figure("first form page over the wire, with the font", float64(total+font)/1000, "kB")
	figure("requests of a first visit", float64(requests+1), "")
	figure("later page over the wire", float64(page)/1000, "kB")
	return nil
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

// pages measures a form page and an inbox page beside a bare handler that writes the same bytes.
func pages(ctx context.Context, s *server) error {
	citizen := driver.New("http://" + s.addr)
	if _, err := citizen.SignIn(ctx, kari); err != nil {
		return err
	}
	form, err := citizen.Start(ctx, "nordvik/arrangementsstotte")
	if err != nil {
		return err
	}
	if err := fillInbox(ctx, s, 30); err != nil {
		return err
	}
	worker := driver.New("http://" + s.addr)
	if _, err := worker.SignIn(ctx, ingrid); err != nil {
		return err
	}
	inbox, err := worker.Get(ctx, "/inbox/310246816")
	if err != nil {
		return err
	}
	if err := beside(ctx, "form page", s.addr, form, citizen.Cookies()); err != nil {
		return err
	}
	return beside(ctx, "inbox page of 25", s.addr, inbox, worker.Cookies())
}

// beside measures a page and the bare handler in turn.
func beside(ctx context.Context, what, addr string, p *driver.Page, cookie string) error {
	if p.Status != http.StatusOK {
		return fmt.Errorf("%s: %s answered %d", what, p.URL, p.Status)
	}
	bare, stop, err := bareHandler(p.Body)
	if err != nil {
		return err
	}
	defer stop()
	var got, limit []float64
	for range rounds {
		n, err := load(ctx, "http://"+addr+p.URL, cookie)
		if err != nil {
			return err
		}
		got = append(got, n)
		if n, err = load(ctx, "http://"+bare, ""); err != nil {
			return err
		}
		limit = append(limit, n)
	}
	line(fmt.Sprintf("%s, %d kB, %d connections", what, len(p.Body)/1000, connections),
		median(got), median(limit), "/s")
	return nil
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// bareHandler serves the bytes by net/http with nothing else.
func bareHandler(body []byte) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})}
	go func() { _ = server.Serve(l) }()
	return l.Addr().String() + "/", func() { server.Close() }, nil
}

// load gets an address over and over and gives the answers per second.
func load(ctx context.Context, address, cookie string) (float64, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var done, failed atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range connections {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := once(ctx, transport, address, cookie); err == nil {
					done.Add(1)
				} else if ctx.Err() == nil {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if failed.Load() > 0 || done.Load() == 0 {
		return 0, fmt.Errorf("%s: %d answers, %d failed", address, done.Load(), failed.Load())
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}

func once(ctx context.Context, transport *http.Transport, address, cookie string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
