package message_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"stafett/internal/core"
	"stafett/internal/instance"
	"stafett/internal/message"
	"stafett/internal/solutiontest"
	"stafett/internal/text"
	"stafett/store"
	"stafett/store/storetest"
)

// request makes a request for more to Kari that is due on the day, as a case of a delivery does.
func request(t *testing.T, s *solutiontest.Solution, due time.Time, days ...int) core.Instance {
	t.Helper()
	inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), instance.Template{
		App:   core.AppRef{Org: "nordvik", App: "ettersending"},
		Owner: instance.OwnerName{Party: solutiontest.Kari}, Due: &due, RemindBefore: days,
		Documents: map[string]core.Document{"svar": {"sak": map[string]any{"tittel": "Lysfest"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return inst.Instance
}

// waiting gives the notices that wait, as "kind time" in Oslo, in order.
func waiting(t *testing.T, s *solutiontest.Solution) (list []string, ids []uuid.UUID) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), `SELECT kind || to_char(at AT TIME ZONE 'Europe/Oslo',
		' MM-DD HH24:MI'), id FROM notice WHERE state = 'waiting' ORDER BY at, id`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var what string
		var id uuid.UUID
		if err := rows.Scan(&what, &id); err != nil {
			t.Fatal(err)
		}
		list, ids = append(list, what), append(ids, id)
	}
	return list, ids
}

// tell makes one attempt at everything that waits.
func tell(t *testing.T, s *solutiontest.Solution) {
	t.Helper()
	_, ids := waiting(t, s)
	for _, id := range ids {
		if err := s.Messages.Tell(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
}

func sentNotices(t *testing.T, s *solutiontest.Solution) []message.WrittenNotice {
	t.Helper()
	list, err := s.Outbox.Newest(100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRemind_InTheMorningOnTheDaysThatAreLeft(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	// Over the end of summer time: mornings are mornings all the same.
	due := time.Date(time.Now().Year()+1, 11, 2, 23, 59, 59, 0, text.Oslo())
	request(t, s, due, 10, 3, 0)
	list, _ := waiting(t, s)
	for i, want := range []string{"request", "reminder 10-23 08:00", "reminder 10-30 08:00",
		"reminder 11-02 08:00"} {
		if len(list) != 4 || !strings.HasPrefix(list[i], want) {
			t.Fatalf("the notices are %q", list)
		}
	}
	for _, days := range [][]int{{-1}, {91}, {1, 2, 3, 4, 5, 6}} {
		if message.MayRemind(days) {
			t.Errorf("reminders %v are taken", days)
		}
	}
}

func TestRemind_NothingOfWhatHasPassed(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	request(t, s, time.Now().Add(-24*time.Hour), 3, 0)
	if list, _ := waiting(t, s); len(list) != 1 {
		t.Errorf("the notices are %q, want the request alone", list)
	}
}

func TestTell_ANoticeHasNoContentAndSpeaksTheOwnersLanguage(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	storetest.Exec(t, s.Database, "UPDATE party SET language = 'nn', email = '' WHERE id = $1",
		solutiontest.Kari)
	request(t, s, time.Now().AddDate(0, 0, 14), 3)
	tell(t, s)
	list := sentNotices(t, s)
	if len(list) != 2 {
		t.Fatalf("%d notices, want the request and the reminder: %+v", len(list), list)
	}
	for _, n := range list {
		if n.Channel != message.SMS || n.To != "40000101" || n.Language != "nn" ||
			!strings.Contains(n.Text, "Nordvik kommune") || !strings.Contains(n.Text, "frå deg") ||
			!strings.Contains(n.Text, "https://stafett.example") {
			t.Errorf("got %+v", n)
		}
		for _, never := range []string{"Lysfest", "Kari", "14827941388", "instance", "{"} {
			if strings.Contains(n.Text+n.Subject, never) {
				t.Errorf("a notice holds %q: %+v", never, n)
			}
		}
	}
	if log := s.Log.String(); strings.Contains(log, "40000101") {
		t.Errorf("the log holds the address: %s", log)
	}
	tell(t, s)
	if n := len(sentNotices(t, s)); n != 2 {
		t.Errorf("told again: %d", n)
	}
}

func TestTell_AReminderOfWhatIsAnsweredIsDropped(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	// At noon, after the hour of the last day's reminder, whatever the time is now.
	y, m, d := time.Now().In(text.Oslo()).Date()
	inst := request(t, s, time.Date(y, m, d+14, 12, 0, 0, 0, text.Oslo()), 3, 0)
	storetest.Exec(t, s.Database, `UPDATE instance SET status = 'archived', submitted = now(),
		task = '', end_event = 'EndEvent_1', ended = now() WHERE id = $1`, inst.ID)
	tell(t, s)
	if n := s.Count(t, "notice", "kind = 'reminder' AND state = 'dropped'"); n != 2 {
		t.Errorf("%d reminders were dropped, want 2", n)
	}
	if list := sentNotices(t, s); len(list) != 1 {
		t.Errorf("sent %+v, want the request alone", list)
	}
}

func TestTell_WhoHasNoAddressIsNotTold(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	storetest.Exec(t, s.Database, "UPDATE party SET phone = '', email = ''")
	request(t, s, time.Now().AddDate(0, 0, 14))
	tell(t, s)
	if n := s.Count(t, "notice", "state = 'failed'"); n != 1 || len(sentNotices(t, s)) != 0 {
		t.Errorf("%d notices failed, want 1", n)
	}
}

// moody fails as it is told to, and counts what it has carried.
type moody struct {
	mu    sync.Mutex
	fails []error
	sent  map[uuid.UUID]int
	calls int
}

func (m *moody) Send(_ context.Context, n message.Outgoing) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	if m.calls <= len(m.fails) && m.fails[m.calls-1] != nil {
		return m.fails[m.calls-1]
	}
	if m.sent == nil {
		m.sent = map[uuid.UUID]int{}
	}
	m.sent[n.ID]++
	return nil
}

func TestTell_TriesAgainUntilItIsFinalOrTooLate(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	sender := &moody{fails: []error{errors.New("away"), nil, fmt.Errorf("no: %w", message.ErrRefused),
		errors.New("away")}}
	s.Messages.Sender = sender
	attempt := func(wantErr bool, state string) {
		t.Helper()
		_, ids := waiting(t, s)
		if len(ids) != 1 {
			t.Fatalf("%d notices wait", len(ids))
		}
		if err := s.Messages.Tell(t.Context(), ids[0]); (err != nil) != wantErr {
			t.Errorf("got %v", err)
		}
		if n := s.Count(t, "notice", "id = $1 AND state = $2", ids[0], state); n != 1 {
			t.Errorf("the notice is not %s", state)
		}
	}
	request(t, s, time.Now().AddDate(0, 0, 14))
	attempt(true, "waiting")
	attempt(false, "sent")
	request(t, s, time.Now().AddDate(0, 0, 14))
	attempt(false, "failed")
	request(t, s, time.Now().AddDate(0, 0, 14))
	storetest.Exec(t, s.Database, "UPDATE notice SET at = now() - interval '3 days' WHERE state = 'waiting'")
	attempt(false, "failed")
}

// TestWorker_TwoProcessesTellEachNoticeOnce has two workers race for the same jobs.
func TestWorker_TwoProcessesTellEachNoticeOnce(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	sender := &moody{}
	s.Messages.Sender = sender
	const requests = 10
	for range requests {
		request(t, s, time.Now().AddDate(0, 0, 14))
	}
	for range 2 {
		workers := river.NewWorkers()
		river.AddWorker(workers, &message.Worker{Service: s.Messages})
		client, err := s.Store.NewWorkerClient(store.WorkerConfig{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := client.Stop(context.Background()); err != nil {
				t.Errorf("stop: %v", err)
			}
		})
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); ; <-tick.C {
		if s.Count(t, "notice", "state = 'sent'") == requests {
			break
		}
		if time.Now().After(end) {
			t.Fatal("not all notices are told")
		}
	}
	sender.mu.Lock()
	defer sender.mu.Unlock()
	if len(sender.sent) != requests || sender.calls != requests {
		t.Errorf("%d notices in %d calls, want %d", len(sender.sent), sender.calls, requests)
	}
}
