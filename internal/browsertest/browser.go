// Package browsertest drives a real browser in tests, as a person does: by the names of controls,
// with and without scripting, in light and dark, wide and narrow; and asks axe what is wrong with a
// page. It finds the machine's Chromium or Chrome, else unpacks npm's; without any the test fails.
//
// It is for tests only and knows nothing of this program's pages. What is asked of a page is asked
// with a deadline, and a test that does not get it fails there.
package browsertest

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// deadline is how long a page may take to become what a test waits for.
const deadline = 30 * time.Second

// Browser is one running browser. Its tabs are persons: each has cookies of its own. Several tests
// may use it at once.
type Browser struct {
	ctx context.Context
	axe string
}

// Start starts a browser that ends with the test, and fails when there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	axe, err := os.ReadFile(filepath.Join(root, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("reading axe (was npm ci run?): %v", err)
	}
	program, err := findProgram()
	if err != nil {
		t.Fatal(err)
	}
	// Many containers, and systems that forbid user namespaces, cannot run the browser's sandbox. It
	// sees only pages of our own.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.ExecPath(program.path), chromedp.Env(program.env...))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocator, chromedp.WithErrorf(t.Logf))
	t.Cleanup(end)
	begun := time.Now()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", program.path, err)
	}
	t.Logf("browser %s started in %v", program.path, time.Since(begun).Round(time.Millisecond))
	return &Browser{ctx: ctx, axe: string(axe)}
}

// Options are what a tab's person and machine are like.
type Options struct {
	JS       bool   // scripting is on
	Dark     bool   // the system is in dark mode
	Width    int64  // CSS pixels, 1280 when 0
	Height   int64  // CSS pixels, 900 when 0
	Language string // Accept-Language, "nb" when empty
}

// Tab is one page in front of one person. It is not for several goroutines at once.
type Tab struct {
	t       testing.TB
	ctx     context.Context
	axe     string
	options Options
	events  *events
	hurry   bool // acts do not wait for what they begin
}

// Impatient is the same tab for a person who does not wait for what an act begins. While a whole
// page is on its way the browser answers no question about the old one.
func (tab *Tab) Impatient() *Tab {
	copied := *tab
	copied.hurry = true
	return &copied
}

// Tab opens an empty tab with cookies of its own, which closes with the test.
func (b *Browser) Tab(t testing.TB, o Options) *Tab {
	t.Helper()
	o.Width, o.Height = cmp.Or(o.Width, 1280), cmp.Or(o.Height, 900)
	o.Language = cmp.Or(o.Language, "nb")
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	tab := &Tab{t: t, ctx: ctx, axe: b.axe, options: o, events: newEvents()}
	if err := chromedp.Do(ctx, tab.dress()); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	if err := chromedp.Listen(ctx, tab.events.note); err != nil {
		t.Fatalf("listening to a tab: %v", err)
	}
	tab.acceptDialogs()
	return tab
}

// dress makes the tab what its options say.
func (tab *Tab) dress() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		o := tab.options
		_, err := chromedp.EmulateViewport(o.Width, o.Height)(ctx, t)
		if err != nil {
			return err
		}
		scheme := "light"
		if o.Dark {
			scheme = "dark"
		}
		// Less motion: a test must not look at a page half-way.
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme},
				{Name: "prefers-reduced-motion", Value: "reduce"},
			}})
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Accept-Language": o.Language}})
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: !o.JS})
		return err
	})
}
