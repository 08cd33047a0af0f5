package static

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"stafett/internal/browsertest"
)

// casePage is a case as the inbox draws it: what can be done, forms that open where they stand, fields.
const casePage = `<nav><a href="/inbox/1?view=mine">Inbox</a></nav><div class="casehead">
	<form action="/taken"><button id="action-take">Take</button></form>
	<a id="action-write" href="/write">Assess</a> <a id="action-reject" href="/reject">Send back</a></div>
	<form action="/next"><button id="previous-case" name="back" value="1">Case before</button>
	<button id="next-case">Next case</button></form>
	<form action="/undone"><button id="undo">Undo</button></form>
	<details><summary id="work-assign">Assign</summary><select id="to" aria-label="To"><option>A</option></select></details>
	<details><summary id="work-hold">Wait</summary><input id="until" aria-label="Until"></details>
	<form action="/case/message"><textarea id="message-1" aria-label="Say"></textarea></form>
	<textarea id="work-note-text" aria-label="Note"></textarea>
	<a id="keys" href="/keys" data-keys="case">Keys</a>`

// TestKeys_UX64_OfACase is UX.md 9, point 64, and what a case adds: each key presses what the page shows.
func TestKeys_UX64_OfACase(t *testing.T) {
	t.Parallel()
	there := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page("There", "")) }
	address := site(t, casePage, map[string]http.HandlerFunc{"GET /{where}": there, "GET /inbox/1": there})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	checked := 0
	for key, want := range map[string]string{
		"u": "/inbox/1?view=mine", "i": "/taken?", "t": "/taken?", "1": "/write", "2": "/reject", "3": "body", "j": "/next?",
		"z": "/undone?", "a": "to", "h": "until", "c": "message-1", "n": "work-note-text", "?": "/keys", "x": "body", "k": "/next?back=1",
	} {
		tab.Open(address)
		tab.Key(key)
		got := strings.TrimPrefix(tab.URL(), address)
		if got == "/" {
			got = tab.Focused()
		}
		if got != want {
			t.Errorf("%s leads to %s, want %s", key, got, want)
		}
		checked++
	}
	tab.Open(address)
	tab.Key("n")
	tab.Key("uitjk1z?")
	if tab.URL() != address+"/" || tab.Focused() != "work-note-text" {
		t.Errorf("what is typed in a field leads to %s at %s", tab.Focused(), tab.URL())
	}
	wantNoProblems(t, tab)
	t.Logf("checked %d keys", checked)
}
