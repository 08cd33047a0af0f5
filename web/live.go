package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/live"
)

const (
	// beatTime is how often a stream says that it lives: proxies cut off what is silent for a minute.
	// Whoever has a case open is still there by it.
	beatTime = 25 * time.Second
	// paceTime is the least time between two looks for cases that have come, calmTime for who is in
	// them.
	paceTime, calmTime = 4 * time.Second, 12 * time.Second
	// writeTime is how long a client may take to read a few bytes.
	writeTime = 10 * time.Second
	// eventStream is the media type of a stream.
	eventStream = "text/event-stream"
)

// watching adapts a page that stands open: it keeps nobody signed in. A stream that nobody is
// signed in to any more is told not to come back.
func (s *site) watching(
	h func(w http.ResponseWriter, r *http.Request, a core.Actor, until time.Time) error,
) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, until, err := s.Login.Watch(r)
		switch {
		case err == nil && a.Anonymous() && streams(r):
			w.WriteHeader(http.StatusNoContent)
			return
		case err == nil && a.Anonymous():
			err = fault.New(fault.Unauthenticated, "fault.sign_in")
		case err == nil:
			err = h(w, r, a, until)
		}
		if err != nil {
			s.fail(w, r, a, err)
		}
	}
}

// streams tells whether the client takes a stream. Whoever opens the address by hand does not.
func streams(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), eventStream)
}

// live tells a page that stands open what comes: how many cases have come to a list since it was
// read, and who is in its cases, or in the one that is open.
func (s *site) live(
	w http.ResponseWriter, r *http.Request, a core.Actor, until time.Time,
) error {
	watch, err := watched(r, s.Now())
	if err != nil {
		return err
	}
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	if !streams(r) {
		if _, err := s.Instances.Watch(r.Context(), a, watch); err != nil {
			return err
		}
		return seeOther(w, r, "/inbox/"+watch.Number)
	}
	open, err := s.Live.Open(a, org.ID)
	if err != nil {
		w.Header().Set("Retry-After", "30")
		return err
	}
	defer open.Close()
	l := stream{
		site: s, r: r, w: w, on: http.NewResponseController(w), open: open, actor: a, until: until,
		watch: watch, pending: live.News{Missed: true},
	}
	// From here on there is nothing to miss.
	if err := l.ask(r.Context()); err != nil {
		return err
	}
	if err := l.begin(); err != nil {
		return err
	}
	l.run(r.Context())
	return nil
}

// watched reads what a stream is to tell of.
func watched(r *http.Request, now time.Time) (instance.Watch, error) {
	q := r.URL.Query()
	out := instance.Watch{Number: r.PathValue("orgnr"), Since: now, Writing: q.Get("at") == "write"}
	for name := range q {
		if !slices.Contains([]string{"since", "app", "case", "at"}, name) {
			return out, fault.New(fault.Malformed, "fault.malformed")
		}
	}
	for _, name := range q["app"] {
		org, app, ok := strings.Cut(name, "/")
		if !ok {
			return out, fault.New(fault.Malformed, "fault.malformed")
		}
		out.Apps = append(out.Apps, core.AppRef{Org: org, App: app})
	}
	if q.Has("since") {
		ms, err := strconv.ParseInt(q.Get("since"), 10, 64)
		if err != nil {
			return out, fault.Wrap(fault.Malformed, "fault.malformed", err)
		}
		out.Since = time.UnixMilli(ms)
	}
	var err error
	if q.Has("case") {
		out.Case, err = canonicalID(q.Get("case"))
	}
	return out, err
}

// liveURL is the address of the stream of a list that was read at a time.
func liveURL(list string, apps []string, at time.Time) string {
	return list + "/live?" + url.Values{
		"since": {strconv.FormatInt(at.UnixMilli(), 10)}, "app": apps,
	}.Encode()
}

// liveCaseURL is the address of the stream of a case's page.
func liveCaseURL(r *http.Request, writing bool) string {
	q := url.Values{"case": {r.PathValue("guid")}}
	if writing {
		q.Set("at", "write")
	}
	return "/inbox/" + r.PathValue("orgnr") + "/live?" + q.Encode()
}

// stream is one answer that goes on.
type stream struct {
	*site
	r     *http.Request
	w     http.ResponseWriter
	on    *http.ResponseController
	open  *live.Stream
	actor core.Actor
	// until is when the session ends if nothing else is asked for.
	until time.Time
	watch instance.Watch
	// pending is what has been heard and not asked about yet, due when it will be.
	pending live.News
	due     time.Time
	timer   *time.Timer
	// looked is when it was asked last, news the answer, and told what was sent last.
	looked time.Time
	news   instance.News
	told   string
}

// begin sends the headers and what there is to tell. The server's own time limits are for answers
// that end.
func (l *stream) begin() error {
	if err := l.on.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	h := l.w.Header()
	h.Set("Content-Type", eventStream)
	h.Set("X-Accel-Buffering", "no")
	h.Set("No-Gzip-Compression", "1")
	l.w.WriteHeader(http.StatusOK)
	// After a restart not everybody comes back at the same moment.
	if l.send(fmt.Sprintf("retry: %d\n\n", 1000+rand.IntN(4000))) {
		l.tell()
	}
	return nil
}

// run goes on until the client leaves, the session ends or the process stops.
func (l *stream) run(ctx context.Context) {
	defer l.leave(ctx)
	beat := time.NewTicker(beatTime)
	defer beat.Stop()
	over := time.NewTimer(time.Until(l.until))
	defer over.Stop()
	l.timer = time.NewTimer(time.Hour)
	defer l.timer.Stop()
	l.later()
	for {
		goOn := true
		select {
		case <-ctx.Done():
			return
		case <-l.open.Stopped():
			return
		case <-l.open.Ended():
			goOn = l.end()
		case <-over.C:
			goOn = l.signedIn(ctx)
			over.Reset(max(time.Until(l.until), time.Second))
		case <-l.open.Wake():
			l.note(l.open.Take())
		case <-l.timer.C:
			goOn = l.look(ctx)
		case <-beat.C:
			if l.watch.Case != uuid.Nil {
				l.note(live.News{Presence: true})
			}
			goOn = l.send(":\n\n")
		}
		if !goOn {
			return
		}
	}
}

// note keeps what was heard, and sets when it is asked about.
func (l *stream) note(n live.News) {
	l.pending.Came = append(l.pending.Came, n.Came...)
	l.pending.Presence = l.pending.Presence || n.Presence
	l.pending.Missed = l.pending.Missed || n.Missed
	switch {
	case len(n.Came) > 0 && l.watch.Case == uuid.Nil, n.Missed:
		l.at(l.looked.Add(paceTime))
	case n.Presence && l.watch.Case != uuid.Nil:
		l.at(l.looked.Add(paceTime / 2))
	case n.Presence:
		l.at(l.looked.Add(calmTime))
	}
}

// at asks at a time, or sooner when that was to be.
func (l *stream) at(due time.Time) {
	if l.due.IsZero() || due.Before(l.due) {
		l.due = due
		l.timer.Reset(max(time.Until(due), 0))
	}
}

// later asks again when somebody who is told of may have gone without a word.
func (l *stream) later() {
	if len(l.news.Present) > 0 {
		l.at(l.looked.Add(time.Minute))
	}
}

// look asks what is new, as the one who is signed in at this moment, and tells it. False ends the
// stream: nobody is, or they may not read here any more.
func (l *stream) look(ctx context.Context) bool {
	l.due = time.Time{}
	if !l.signedIn(ctx) {
		return false
	}
	switch err := l.ask(ctx); fault.KindOf(err) {
	case "":
		l.later()
		return l.tell()
	case fault.Forbidden, fault.NotFound, fault.Unauthenticated:
		return l.end()
	default:
		if ctx.Err() == nil {
			l.Log.Warn("stream", "id", core.RequestID(ctx), "err", err)
		}
		// It is not known; what is told stands until it is.
		l.at(time.Now().Add(paceTime))
		return true
	}
}

// ask asks the database. What was told of before is decided on anew.
func (l *stream) ask(ctx context.Context) error {
	done, err := l.open.Turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	w := l.watch
	w.All, w.Came = l.pending.Missed, append(l.news.Came[:len(l.news.Came):len(l.news.Came)], l.pending.Came...)
	more := l.news.More && !w.All
	news, err := l.Instances.Watch(ctx, l.actor, w)
	if err != nil {
		return err
	}
	news.More = news.More || more
	l.news, l.pending, l.looked = news, live.News{}, time.Now()
	return nil
}

// signedIn reads the session anew, and ends the stream with it.
func (l *stream) signedIn(ctx context.Context) bool {
	a, until, err := l.Login.Watch(l.r)
	if err != nil {
		return ctx.Err() == nil // not known; it is asked again before anything is told
	}
	if a.Anonymous() || a.User != l.actor.User {
		return l.end()
	}
	l.actor, l.until = a, until
	return true
}

// told is what one message holds: texts in the reader's language.
type told struct {
	// Came tells how many cases have come; empty for none.
	Came string `json:"came"`
	// Here tells who is in a case, by its id, and Case who is in the one that is open.
	Here map[string]string `json:"here,omitempty"`
	Case string            `json:"case"`
}

// tell sends what has changed since the last time. False when the client does not take it.
func (l *stream) tell() bool {
	lang := language(l.r.Context())
	var t told
	if l.watch.Case != uuid.Nil {
		t.Case = presentText(lang, l.news.Present)
	} else {
		t.Came = cameText(lang, len(l.news.Came), l.news.More)
		t.Here = presentTexts(lang, l.news.Present)
	}
	data, err := json.Marshal(t)
	if err != nil || string(data) == l.told {
		return true
	}
	l.told = string(data)
	return l.send("event: news\ndata: " + l.told + "\n\n")
}

// end tells the page not to come back.
func (l *stream) end() bool {
	l.send("event: end\ndata:\n\n")
	return false
}

func (l *stream) send(s string) bool {
	if err := l.on.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return false
	}
	if _, err := l.w.Write([]byte(s)); err != nil {
		return false
	}
	return l.on.Flush() == nil
}

// leave tells colleagues at once that a case is closed.
func (l *stream) leave(ctx context.Context) {
	if l.watch.Case == uuid.Nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	if err := l.Instances.Leave(ctx, l.actor, l.news); err != nil {
		l.Log.Warn("leave a case", "id", core.RequestID(ctx), "err", err)
	}
}
