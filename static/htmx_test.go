package static

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"stafett/internal/browsertest"
)

func TestHtmx_SwapsAFragmentAlsoWhenItIsARefusal(t *testing.T) {
	t.Parallel()
	address := site(t, `<form hx-post="/check" hx-target="#out"><label for="n">Name</label>
		<input class="ds-input" id="n" name="n"><button class="ds-button">Check</button></form>
		<div id="out"></div>`,
		map[string]http.HandlerFunc{"POST /check": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprintf(w, "<p>No %s here.</p>", r.FormValue("n"))
		}})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address)
	for _, name := range []string{"Kari", "Ola"} { // twice: a sent form can be sent again
		tab.Fill("Name", name)
		tab.Click("Check")
		tab.WaitForText("#out", "No "+name+" here.")
	}
	if tab.Count("[aria-busy]") > 0 {
		t.Error("a button still says that it waits")
	}
	wantNoProblems(t, tab)
}

func TestHtmx_AnotherPageIsNotPutIntoAPartOfThisOne(t *testing.T) {
	t.Parallel()
	signIn := page("Sign in", `<p id="signin">Who are you?</p>`)
	address := site(t, `<button class="ds-button" hx-post="/fails" hx-target="#out">Fail</button>
		<button class="ds-button" hx-post="/ended" hx-target="#out" hx-select="#out">Ended</button>
		<button class="ds-button" hx-get="/list" hx-target="#out" hx-select="#out">Fetch</button>
		<div id="out">before</div>`,
		map[string]http.HandlerFunc{
			"POST /fails": func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusInternalServerError)
				fmt.Fprint(w, page("Our fault", `<p id="fault">Code 7</p>`))
			},
			"POST /ended": func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/signin", http.StatusSeeOther)
			},
			"GET /signin": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, signIn) },
			"GET /list": func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, page("List", `<div id="out">found in the page</div><p id="rest"></p>`))
			},
		})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})

	tab.Open(address)
	tab.Click("Fetch")
	tab.WaitForText("#out", "found in the page")
	if tab.Count("h1") != 1 || tab.Count("#rest") > 0 {
		t.Error("more than the part was taken from the page")
	}

	tab.Open(address)
	tab.Click("Ended")
	tab.WaitFor("#signin")
	if got := tab.URL(); got != address+"/signin" {
		t.Errorf("the session ended, and the address is %s", got)
	}

	tab.Open(address)
	tab.Click("Fail")
	tab.WaitForText("h1", "Our fault")
	if tab.Count("h1") != 1 || tab.Count("#fault") != 1 || tab.Title() != "Our fault" {
		t.Errorf("an error page was put into the page: title %q", tab.Title())
	}
	if got := tab.Focused(); got != "main" {
		t.Errorf("focus is on %s, want main", got)
	}
	wantNoProblems(t, tab)
}

func TestHtmx_RunsNoCodeFromAttributes(t *testing.T) {
	t.Parallel()
	var asked log
	address := site(t, `<button class="ds-button" hx-on:click="document.title = 'ran'">On</button>
		<button class="ds-button" hx-post="/x" hx-vals="js:{a: (document.title = 'ran')}">Vals</button>
		<button class="ds-button" hx-post="/x" hx-trigger="click[document.title = 'ran']">Filter</button>
		<div hx-ignore><button class="ds-button" hx-post="/x">Ignored</button></div>`,
		map[string]http.HandlerFunc{"POST /x": func(_ http.ResponseWriter, r *http.Request) {
			asked.add(r.URL.Path)
		}})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address)
	buttons := []string{"On", "Vals", "Filter", "Ignored"}
	for _, name := range buttons {
		tab.Click(name)
	}
	if got := tab.Title(); got != "Start" {
		t.Errorf("title is %q: code from an attribute was run", got)
	}
	if got := asked.all(); len(got) > 0 {
		t.Errorf("%d requests from attributes with code, or where it is ignored", len(got))
	}
	for _, problem := range tab.Problems() {
		if strings.Contains(problem, "security") {
			t.Errorf("left to the policy to stop: %s", problem)
		}
	}
	t.Logf("checked %d attributes", len(buttons))
}

func TestHtmx_KeepsNoPageAndAsksAgainOnBack(t *testing.T) {
	t.Parallel()
	var asked log
	list := func(w http.ResponseWriter, r *http.Request) {
		n := asked.add(r.URL.String())
		fmt.Fprint(w, page("List", fmt.Sprintf(`<div id="out">answer %d to %s</div>
			<a href="/list?side=2" hx-get="/list?side=2" hx-target="#out" hx-select="#out"
			hx-swap="outerHTML" hx-push-url="true">More</a>`, n, r.URL.RawQuery)))
	}
	address := site(t, "", map[string]http.HandlerFunc{"GET /list": list})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address + "/list?side=1")
	tab.Click("More")
	tab.WaitForText("#out", "to side=2")
	if got := tab.URL(); got != address+"/list?side=2" {
		t.Errorf("address is %s", got)
	}
	if kept := tab.Stored(); kept != 0 {
		t.Errorf("%d things are kept in the browser", kept)
	}
	tab.Back()
	tab.WaitForText("#out", "answer 3 to side=1")
	wantNoProblems(t, tab)
}

func TestHtmx_TellsWhenThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	address := site(t, `<button class="ds-button" hx-post="/gone" hx-target="#out">Send</button>
		<div id="out">before</div>`,
		map[string]http.HandlerFunc{
			"POST /gone": func(w http.ResponseWriter, _ *http.Request) { hangUp(t, w) },
		})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address)
	tab.Click("Send")
	tab.WaitForText("#announce", "No connection.")
	if got := tab.Text("#out"); got != "before" {
		t.Errorf("the page shows %q, want what was there", got)
	}
}
