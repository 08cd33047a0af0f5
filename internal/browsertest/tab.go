package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Open goes to an address and waits until the page is there and still.
func (tab *Tab) Open(url string) {
	tab.t.Helper()
	_, err := run(tab, chromedp.Navigate(url))
	if err != nil && strings.Contains(err.Error(), "net::ERR_ABORTED") {
		// On a busy machine what the last act began may come late, and take this one's place.
		tab.settle(quiet)
		_, err = run(tab, chromedp.Navigate(url))
	}
	if err != nil {
		tab.t.Fatalf("opening %s: %v", url, err)
	}
	tab.settle(0)
}

// Show puts another page in the place of the one that is there, without fetching it: for many
// pages with the same style. The style and the address stay; the page's own scripts do not run.
func (tab *Tab) Show(html string) {
	tab.t.Helper()
	evaluate[chromedp.Void](tab, `{
		const page = new DOMParser().parseFromString(`+quote(html)+`, 'text/html');
		for (const a of page.documentElement.attributes) {
			document.documentElement.setAttribute(a.name, a.value);
		}
		document.title = page.title;
		document.body.replaceWith(page.body);
		scrollTo(0, 0);
	}; undefined`)
}

// Back is the browser's own button.
func (tab *Tab) Back() {
	tab.t.Helper()
	if _, err := run(tab, chromedp.NavigateBack()); err != nil {
		tab.t.Fatalf("going back: %v", err)
	}
	tab.settle(quiet)
}

// URL is the address that the person sees.
func (tab *Tab) URL() string { return evaluate[string](tab, "location.href") }

// Title is the page's title.
func (tab *Tab) Title() string { return evaluate[string](tab, "document.title") }

// HTML is the page as it is now, also what scripting has changed.
func (tab *Tab) HTML() string { return evaluate[string](tab, "document.documentElement.outerHTML") }

// Text is what the first element of a selector shows, once there is one.
func (tab *Tab) Text(css string) string {
	tab.t.Helper()
	var all []string
	tab.until(css+" is there", func() error {
		if all = tab.Texts(css); len(all) == 0 {
			return fmt.Errorf("not there; the page shows:\n%s", tab.shown())
		}
		return nil
	})
	return all[0]
}

// Texts is what the elements of a selector show, without the space around it.
func (tab *Tab) Texts(css string) []string {
	return evaluate[[]string](tab, fmt.Sprintf(
		"[...document.querySelectorAll(%s)].map((e) => (e.innerText ?? '').trim())", quote(css)))
}

// Count is how many elements a selector finds.
func (tab *Tab) Count(css string) int {
	return evaluate[int](tab, fmt.Sprintf("document.querySelectorAll(%s).length", quote(css)))
}

// WaitFor waits until a selector finds an element.
func (tab *Tab) WaitFor(css string) {
	tab.t.Helper()
	tab.until(css+" is there", func() error {
		if tab.Count(css) == 0 {
			return fmt.Errorf("not there; the page shows:\n%s", tab.shown())
		}
		return nil
	})
}

// WaitForText waits until the first element of a selector shows a text.
func (tab *Tab) WaitForText(css, text string) {
	tab.t.Helper()
	tab.until(fmt.Sprintf("%s shows %q", css, text), func() error {
		all := tab.Texts(css)
		if len(all) == 0 || !strings.Contains(all[0], text) {
			return fmt.Errorf("it shows %q", all)
		}
		return nil
	})
}

// WaitGone waits until a selector finds nothing, in a page that has been read to its end: what another page
// has instead can be looked for at once.
func (tab *Tab) WaitGone(css string) {
	tab.t.Helper()
	left := fmt.Sprintf("document.readyState === 'loading' ? -1 : document.querySelectorAll(%s).length", quote(css))
	tab.until(css+" is gone", func() error {
		if n := evaluate[int](tab, left); n != 0 {
			return fmt.Errorf("%d are there (-1: the page is being read)", n)
		}
		return nil
	})
}

// Focused tells what has focus: the accessible element's id, else its tag; "body" when nothing has.
func (tab *Tab) Focused() string {
	return evaluate[string](tab,
		"document.activeElement.id || document.activeElement.tagName.toLowerCase()")
}

// Scrolled is by how many CSS pixels the page is scrolled down.
func (tab *Tab) Scrolled() int { return evaluate[int](tab, "Math.round(scrollY)") }

// Top is how far down the page the first element that the selector finds stands, in pixels.
func (tab *Tab) Top(css string) int {
	return evaluate[int](tab, "Math.round(document.querySelector("+quote(css)+").getBoundingClientRect().top + scrollY)")
}

// Computed is what a property of the first element that the selector finds comes to in the browser.
func (tab *Tab) Computed(css, property string) string {
	return evaluate[string](tab, "getComputedStyle(document.querySelector("+quote(css)+")).getPropertyValue("+quote(property)+")")
}

// WaitForImage waits until the first image that the selector finds shows the picture whose address ends
// so: which of its sources is taken.
func (tab *Tab) WaitForImage(css, end string) {
	tab.t.Helper()
	tab.until("the picture "+end, func() error {
		shown := evaluate[string](tab,
			"(i => i.complete && i.naturalWidth > 0 ? i.currentSrc : '')(document.querySelector("+quote(css)+"))")
		if !strings.HasSuffix(shown, end) {
			return fmt.Errorf("%s shows %q", css, shown)
		}
		return nil
	})
}

// SidewaysScroll is by how many CSS pixels the page is wider than the window. Want 0.
func (tab *Tab) SidewaysScroll() int {
	return evaluate[int](tab, "document.scrollingElement.scrollWidth - innerWidth")
}

// Stored is how many things the page keeps in the browser's storage. Want 0.
func (tab *Tab) Stored() int {
	return evaluate[int](tab, "localStorage.length + sessionStorage.length")
}

// Screenshot writes a picture of the whole page, as PNG.
func (tab *Tab) Screenshot(path string) {
	tab.t.Helper()
	picture, err := run(tab, chromedp.FullScreenshot(100))
	if err != nil {
		tab.t.Fatalf("taking a picture: %v", err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		tab.t.Fatalf("writing a picture: %v", err)
	}
}

// shown is the beginning of what the page shows, for messages.
func (tab *Tab) shown() string {
	const most = 1500
	text := evaluate[string](tab, "document.body?.innerText ?? ''")
	return fmt.Sprintf("(%s)\n%.*s", tab.URL(), most, text)
}

// until tries again and again until try gives no error, and fails the test with the last error when
// it never does.
func (tab *Tab) until(what string, try func() error) {
	tab.t.Helper()
	end := time.Now().Add(deadline)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			tab.t.Fatalf("never came true: %s: %v", what, err)
		}
		select {
		case <-tick.C:
		case <-tab.ctx.Done():
			tab.t.Fatalf("waiting until %s: the browser ended: %v", what, tab.ctx.Err())
		}
	}
}

// run runs an action, with a deadline: while a page is on its way the browser answers nothing.
func run[T any](tab *Tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(tab.ctx, deadline)
	defer cancel()
	return chromedp.Run(ctx, action)
}

// ask sends the browser a command, with a deadline.
func ask[P, R any](tab *Tab, command cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(tab.ctx, deadline)
	defer cancel()
	return chromedp.Call(ctx, command, params)
}

// Evaluate gives the value of an expression in the page, for what no other method tells.
func Evaluate[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	return evaluate[T](tab, expression)
}

// evaluate runs an expression in the page. The browser does so for us also where the page's own
// scripting is off.
func evaluate[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	value, err := run(tab, chromedp.Evaluate[T](expression))
	if err != nil {
		tab.t.Fatalf("asking the page %.80q: %v", expression, err)
	}
	return value
}

// quote makes a text a literal of the page's language.
func quote(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string can always be written
	}
	return string(raw)
}
