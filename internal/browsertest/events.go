package browsertest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// quiet is how long a tab must be still before what an act began counts as over.
const quiet = 100 * time.Millisecond

// events is what the browser has told about a tab.
type events struct {
	mu       sync.Mutex
	pending  map[network.RequestID]string // address of what is being fetched
	kinds    map[network.RequestID]network.ResourceType
	frames   map[string]bool // frames that are loading
	last     time.Time       // of anything that moves the page on
	status   int64           // of the last page
	problems []string
	dialogs  int
	chooses  cdp.BackendNodeID // the control that has opened a file chooser
}

func newEvents() *events {
	return &events{pending: map[network.RequestID]string{},
		kinds: map[network.RequestID]network.ResourceType{}, frames: map[string]bool{}}
}

// note takes one event. It runs where the browser's messages are read, so it only takes notes.
func (e *events) note(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		e.kinds[event.RequestID] = event.Type
		if event.Type != network.ResourceTypeEventSource { // a stream never ends
			e.pending[event.RequestID] = event.Request.Method + " " + event.Request.URL
		}
	case *network.EventResponseReceived:
		if event.Type == network.ResourceTypeDocument {
			e.status = event.Response.Status
		}
		return
	case *network.EventLoadingFinished:
		delete(e.pending, event.RequestID)
	case *network.EventLoadingFailed:
		delete(e.pending, event.RequestID)
	case *page.EventFrameNavigated:
		if event.Frame.ParentID == "" { // what the page that was left still fetched is never told
			clear(e.pending)
		}
	case *page.EventFileChooserOpened:
		e.chooses = event.BackendNodeID
	case *page.EventFrameRequestedNavigation:
	case *page.EventFrameStartedLoading:
		e.frames[string(event.FrameID)] = true
	case *page.EventFrameStoppedLoading:
		delete(e.frames, string(event.FrameID))
	default:
		e.noteProblem(event)
		return
	}
	e.last = time.Now()
}

// noteProblem keeps what a developer would see in red. The caller holds the lock.
func (e *events) noteProblem(event any) {
	switch event := event.(type) {
	case *log.EventEntryAdded:
		if e.isProblem(event.Entry) {
			e.problems = append(e.problems,
				fmt.Sprintf("%s: %s %s", event.Entry.Source, event.Entry.Text, event.Entry.URL))
		}
	case *runtime.EventConsoleAPICalled:
		if slices.Contains([]string{"error", "warning", "assert"}, string(event.Type)) {
			e.problems = append(e.problems, "console "+string(event.Type)+": "+texts(event.Args))
		}
	case *runtime.EventExceptionThrown:
		d := event.ExceptionDetails
		text := d.Text
		if d.Exception != nil {
			text += " " + d.Exception.Description
		}
		e.problems = append(e.problems, fmt.Sprintf("exception: %s %s:%d", text, d.URL, d.LineNumber+1))
	}
}

// isProblem leaves out that a page or a fragment was answered with 4xx or 5xx: tests ask for those
// on purpose, and look at Status.
func (e *events) isProblem(entry *log.Entry) bool {
	switch entry.Source {
	case log.EntrySourceSecurity:
		return true
	case log.EntrySourceNetwork:
		expected := []network.ResourceType{network.ResourceTypeDocument, network.ResourceTypeXHR,
			network.ResourceTypeFetch}
		return !slices.Contains(expected, e.kinds[entry.NetworkRequestID])
	default:
		return entry.Level == log.EntryLevelError
	}
}

// texts shows the values of a call to the console.
func texts(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		if a.Description != "" {
			all = append(all, a.Description)
			continue
		}
		all = append(all, string(a.Value))
	}
	return strings.Join(all, " ")
}

// unsettled tells what the tab is still waiting for; "" when it has been still for long enough.
func (e *events) unsettled(since time.Time, still time.Duration) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, address := range e.pending {
		return address
	}
	if len(e.frames) > 0 {
		return "a page that is loading"
	}
	last := since
	if e.last.After(last) {
		last = e.last
	}
	if time.Since(last) < still {
		return "quiet"
	}
	return ""
}

// Problems are the errors and warnings in the console and the violations of the content security
// policy so far, on every page that this tab has shown. Want none.
func (tab *Tab) Problems() []string {
	tab.events.mu.Lock()
	defer tab.events.mu.Unlock()
	return slices.Clone(tab.events.problems)
}

// Status is the HTTP status of the page that was loaded last. A part of a page that scripting
// fetched is not a page.
func (tab *Tab) Status() int {
	tab.events.mu.Lock()
	defer tab.events.mu.Unlock()
	return int(tab.events.status)
}

// settle waits until nothing is being fetched and the tab has been still for a while, unless the
// person is impatient.
func (tab *Tab) settle(still time.Duration) {
	tab.t.Helper()
	if tab.hurry {
		return
	}
	begun := time.Now()
	tab.until("the page is still", func() error {
		if what := tab.events.unsettled(begun, still); what != "" {
			return fmt.Errorf("waiting for %s", what)
		}
		return nil
	})
}

// acceptDialogs says yes to what would otherwise stop the page: "leave this page?" and confirm.
func (tab *Tab) acceptDialogs() {
	dialogs := chromedp.Events(tab.ctx, page.JavascriptDialogOpening)
	go func() {
		for _, err := range dialogs {
			if err != nil {
				return // the tab is closed
			}
			tab.events.addDialog()
			_, err = ask(tab, page.HandleJavaScriptDialog,
				page.HandleJavaScriptDialogParams{Accept: true})
			if err != nil {
				tab.events.addProblem("a dialog could not be answered: " + err.Error())
			}
		}
	}()
}

// Dialogs is how often the browser has asked the person something, such as whether to leave a page
// that is not saved.
func (tab *Tab) Dialogs() int {
	tab.events.mu.Lock()
	defer tab.events.mu.Unlock()
	return tab.events.dialogs
}

func (e *events) addDialog() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dialogs++
}

func (e *events) addProblem(problem string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.problems = append(e.problems, problem)
}
