package static

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"stafett/internal/browsertest"
)

// listPage is a list of four cases, as the inbox draws it. Hidden hides what tells of new ones.
func listPage(keys, hidden string) string {
	var rows strings.Builder
	for n := range 4 {
		fmt.Fprintf(&rows, `<tr><td><input type="checkbox" name="case" id="box-%[1]d" form="bulk" value="%[1]d"
			aria-label="Case %[1]d"><a id="open-%[1]d" href="/case?n=%[1]d">Case %[1]d</a></td>
			<td><form action="/took"><button id="take-%[1]d" name="n" value="%[1]d">Take %[1]d</button></form></td></tr>`, n)
	}
	return `<nav><a id="view-open" href="/all">All</a> <a id="view-mine" href="/mine">Mine</a></nav>
		<label for="inbox-query">Search</label> <input id="inbox-query">
		<p id="new-cases-line"` + hidden + `><a href="/new">New</a></p>
		<div id="cases" tabindex="-1"><table><tbody>` + rows.String() + `</tbody></table>
		<form id="bulk" action="/bulk"><label for="bulk-act">Act</label><select id="bulk-act" name="act">
		<option value="tag">Tag</option><option value="unread">Unread</option></select></form>
		<a id="keys" href="/keys"` + keys + `>Keys</a></div>`
}

// keySite serves such a list, and a page for every place that a key leads to.
func keySite(t *testing.T, keys, hidden string) string {
	return site(t, listPage(keys, hidden), map[string]http.HandlerFunc{
		"GET /{where}": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, page("There", `<p id="there">`+r.PathValue("where")+`</p>`))
		},
	})
}

// TestKeys_UX64_PressWhatThePageShows is UX.md 9, point 64: each key of the list, only in the list, and not
// with other keys held.
func TestKeys_UX64_PressWhatThePageShows(t *testing.T) {
	t.Parallel()
	address := keySite(t, ` data-keys="list"`, "")
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	checked := 0
	// Each begins on the first case of the list.
	for keys, want := range map[string]string{
		"j": "open-1", "jjjjjk": "open-2", kb.ArrowDown + kb.ArrowDown + kb.ArrowUp: "open-1", kb.End: "open-3",
		kb.End + kb.Home: "open-0", "K": "open-0", "/": "inbox-query", kb.Escape: "main", "x" + kb.Escape: "open-0",
		"xjjX": "open-2, 0 1 2 ticked", "jxx": "open-1", "X": "open-0, 0 ticked", "xjx": "open-1, 0 1 ticked",
		"t": "/took?n=0", "jI": "open-1", "ji": "/took?n=1", "n": "/new", "?": "/keys", "gi": "/all", "gm": "/mine",
		"jjm": "open-2", "u": "/bulk?case=0&act=unread", "\r": "/case?n=0", "qwe1": "open-0",
	} {
		tab.Open(address)
		tab.Key(kb.Tab + kb.Tab + kb.Tab + kb.Tab + kb.Tab + kb.Tab) // past the views, the search and a box
		if at := tab.Focused(); at != "open-0" {
			t.Fatalf("the first case is not reached: %s", at)
		}
		tab.Key(keys)
		got := strings.TrimPrefix(tab.URL(), address)
		if got == "/" {
			got = tab.Focused()
			var ticked []string
			for n := range 4 {
				if tab.Count(fmt.Sprintf("#box-%d:checked", n)) > 0 {
					ticked = append(ticked, fmt.Sprint(n))
				}
			}
			if len(ticked) > 0 {
				got += ", " + strings.Join(ticked, " ") + " ticked"
			}
		}
		if got != want {
			t.Errorf("%q leads to %s, want %s", keys, got, want)
		}
		checked++
	}
	tab.Open(address)
	tab.Key("jxtnug")
	if at := tab.Focused(); at != "body" || tab.URL() != address+"/" {
		t.Errorf("outside the list letters lead to %s at %s", at, tab.URL())
	}
	wantNoProblems(t, tab)
	t.Logf("checked %d rows of keys", checked)
}

// TestKeys_DoNothingWhenTheyAreOffOrShowNothing presses all of them where they are switched off, and
// one for what the page does not show.
func TestKeys_DoNothingWhenTheyAreOffOrShowNothing(t *testing.T) {
	t.Parallel()
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(keySite(t, ` data-keys="list"`, " hidden"))
	tab.Key(kb.Tab + kb.Tab + kb.Tab + kb.Tab + kb.Tab + "n")
	if at := tab.Focused(); at != "open-0" || tab.Count("#there") > 0 {
		t.Errorf("N leads to what is hidden, or to %s", at)
	}
	address := keySite(t, "", "")
	tab.Open(address)
	tab.Key(kb.Tab + kb.Tab + kb.Tab + kb.Tab + kb.Tab + kb.Tab)
	tab.Key("jxn/?")
	if at := tab.Focused(); at != "open-0" || tab.URL() != address+"/" || tab.Count("input:checked") > 0 {
		t.Errorf("keys that are off lead to %s at %s", at, tab.URL())
	}
}
