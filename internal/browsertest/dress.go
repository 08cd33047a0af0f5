package browsertest

import "cmp"

// Dress makes the tab's machine another: light or dark, wide or narrow. The page stays as it is.
// Whether scripting is on stays too: it takes effect only when a page is loaded.
func (tab *Tab) Dress(dark bool, width int64) {
	tab.t.Helper()
	tab.options.Dark, tab.options.Width = dark, cmp.Or(width, 1280)
	if _, err := run(tab, tab.dress()); err != nil {
		tab.t.Fatalf("dressing the tab: %v", err)
	}
}
