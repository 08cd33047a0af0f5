package live

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

const (
	// PerPerson is how many streams one person may have open in a process, Total how many all may.
	PerPerson = 8
	Total     = 2000
	// mostCases is how many cases wait to be told of in one stream: beyond that it looks anew.
	mostCases = 100
	// turns is how many streams may ask the database at a time: pages come first.
	turns = 4
)

// Hub is one process's open streams.
type Hub struct {
	store *store.Store
	total int
	turn  chan struct{}
	// ctx ends with the hub.
	ctx  context.Context
	stop context.CancelFunc

	mu      sync.Mutex
	streams map[core.PartyID]map[*Stream]bool
	persons map[core.PartyID]int
	open    int
}

// New gives a hub with room for so many streams; 0 is Total. It hears nothing before Run.
func New(s *store.Store, total int) *Hub {
	if total == 0 {
		total = Total
	}
	h := &Hub{
		store: s, total: total, turn: make(chan struct{}, turns),
		streams: map[core.PartyID]map[*Stream]bool{}, persons: map[core.PartyID]int{},
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h
}

// Run listens until ctx ends or Stop is called.
func (h *Hub) Run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	h.store.Follow(ctx, h.hear, h.missed)
}

// Stop ends every stream; no other is opened. A server that shuts down waits for nobody then.
func (h *Hub) Stop() { h.stop() }

// Open begins a stream for a person at an organisation, within a session. It is fault.Unavailable
// when they, or all together, have too many, and when the hub has stopped. Close it.
func (h *Hub) Open(a core.Actor, owner core.PartyID) (*Stream, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil || h.open >= h.total || h.persons[a.User] >= PerPerson {
		return nil, fault.New(fault.Unavailable, "fault.streams")
	}
	s := &Stream{
		hub: h, owner: owner, person: a.User, session: a.Session, wake: make(chan struct{}, 1),
		ended: make(chan struct{}),
	}
	if h.streams[owner] == nil {
		h.streams[owner] = map[*Stream]bool{}
	}
	h.streams[owner][s] = true
	h.persons[a.User]++
	h.open++
	return s, nil
}

// Len tells how many streams are open.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.open
}

func (h *Hub) close(s *Stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.streams[s.owner][s] {
		return
	}
	delete(h.streams[s.owner], s)
	if len(h.streams[s.owner]) == 0 {
		delete(h.streams, s.owner)
	}
	if h.persons[s.person]--; h.persons[s.person] == 0 {
		delete(h.persons, s.person)
	}
	h.open--
}

func (h *Hub) hear(signal store.Signal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if signal.Kind != store.SignalSession {
		for s := range h.streams[signal.Owner] {
			s.hear(signal)
		}
		return
	}
	for _, list := range h.streams {
		for s := range list {
			if s.session == signal.Session {
				s.endOnce.Do(func() { close(s.ended) })
			}
		}
	}
}

// missed has every stream look anew.
func (h *Hub) missed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, list := range h.streams {
		for s := range list {
			s.put(func(n *News) { n.Missed = true })
		}
	}
}

// Stream is one page that stands open.
type Stream struct {
	hub     *Hub
	owner   core.PartyID
	person  core.PartyID
	session string
	wake    chan struct{}
	ended   chan struct{}
	endOnce sync.Once

	mu   sync.Mutex
	news News
}

// News is what has been heard since it was last taken.
type News struct {
	// Came are cases that have come.
	Came []uuid.UUID
	// Presence tells that somebody has come to a case or left it.
	Presence bool
	// Missed tells that more may have come than is told here.
	Missed bool
}

// Wake gives something each time there are news.
func (s *Stream) Wake() <-chan struct{} { return s.wake }

// Ended is closed when the session has ended; Stopped when the process is on its way down.
func (s *Stream) Ended() <-chan struct{} { return s.ended }

// Stopped is closed when the process is on its way down.
func (s *Stream) Stopped() <-chan struct{} { return s.hub.ctx.Done() }

// Close ends the stream.
func (s *Stream) Close() { s.hub.close(s) }

// Take gives the news, and begins anew.
func (s *Stream) Take() News {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.news
	s.news = News{}
	return n
}

// Turn waits until the stream may ask the database; call what it gives when that is done.
func (s *Stream) Turn(ctx context.Context) (done func(), err error) {
	select {
	case s.hub.turn <- struct{}{}:
		return func() { <-s.hub.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(turnTime):
		return nil, fault.New(fault.Unavailable, "fault.streams")
	}
}

// turnTime is how long a stream waits for its turn.
const turnTime = 10 * time.Second

func (s *Stream) hear(signal store.Signal) {
	s.put(func(n *News) {
		switch {
		case signal.Kind == store.SignalPresence:
			n.Presence = true
		case len(n.Came) < mostCases:
			n.Came = append(n.Came, signal.Case)
		default:
			n.Missed = true
		}
	})
}

func (s *Stream) put(change func(*News)) {
	s.mu.Lock()
	change(&s.news)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
