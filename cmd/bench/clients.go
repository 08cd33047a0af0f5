package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// rounds is how often program and limit are measured in turn; the medians count.
	rounds = 3
	// span is how long one measure of pages, saves and bare queries lasts.
	span = 2 * time.Second
	// connections is how many clients there are at once, where nothing else is said, and mostClients
	// how many there are at most.
	connections, mostClients = 16, 64
)

// inTurn takes the measures in turn and gives the median of each.
func inTurn(measures ...func() (float64, error)) ([]float64, error) {
	got := make([][]float64, len(measures))
	for range rounds {
		for i, measure := range measures {
			n, err := measure()
			if err != nil {
				return nil, err
			}
			got[i] = append(got[i], n)
		}
	}
	medians := make([]float64, len(measures))
	for i, list := range got {
		medians[i] = percentile(list, 50)
	}
	return medians, nil
}

// percentile gives the value that p of a hundred are not above.
func percentile(list []float64, p int) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}

// share has so many clients share n pieces of work, each numbered.
func share(clients, n int, do func(i int) error) error {
	errs := make([]error, clients)
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for i := c; i < n && errs[c] == nil; i += clients {
				errs[c] = do(i)
			}
		})
	}
	all.Wait()
	return firstError(errs)
}

// firstError gives one of the errors: those of the other clients tell the same.
func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// repeat has each client do the same over and over for span, and gives how often a second.
func repeat(ctx context.Context, do func(ctx context.Context, client int) error) (float64, error) {
	var done atomic.Int64
	began := time.Now()
	err := share(connections, connections, func(client int) error {
		for time.Since(began) < span {
			if err := do(ctx, client); err != nil {
				return err
			}
			done.Add(1)
		}
		return nil
	})
	return float64(done.Load()) / time.Since(began).Seconds(), err
}

// wireTransport follows no redirect and unpacks nothing: what the program sends is what is read.
var wireTransport = &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}

// call sends a request as a signed-in browser would, wants the status, and gives the body's size.
func call(
	ctx context.Context, method, address, cookie, contentType, body string, want int,
) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	if method != http.MethodGet {
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := wireTransport.RoundTrip(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != want {
		return 0, fmt.Errorf("%s %s: %s, want %d: %s", method, address, answer.Status, want, said(answer.Body))
	}
	return io.Copy(io.Discard, answer.Body)
}

var tags = regexp.MustCompile(`<[^>]*>`)

// said gives what a page says, without its head: why something was refused.
func said(page io.Reader) string {
	const head, longest = 64 << 10, 600
	body, err := io.ReadAll(io.LimitReader(page, head))
	if err != nil {
		return err.Error()
	}
	_, main, _ := strings.Cut(string(body), "<main")
	words := strings.Join(strings.Fields(tags.ReplaceAllString("<main"+main, " ")), " ")
	return words[:min(len(words), longest)]
}
