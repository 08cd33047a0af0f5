package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

// came is a message that has come to an instance.
func came(to core.Instance, text string) core.KeptMessage {
	return core.KeptMessage{
		Message:  core.Message{ID: uuid.Must(uuid.NewV7()), From: "Nordvik kommune", Text: text},
		Instance: to.InstanceRef, Other: target, Unread: true,
	}
}

func keep(t testing.TB, s *store.Store, list ...core.KeptMessage) {
	t.Helper()
	for _, m := range list {
		do(t, s, func(tx *store.Tx) error { return tx.AddMessage(t.Context(), m) })
	}
}

func TestMessages_AreThoseOfTheInstancesInOrder(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	one, two, other := draft(kari), draft(kari), draft(ola)
	add(t, s, one, two, other)
	written := came(two, "Andre")
	written.Sent, written.Unread = true, false
	keep(t, s, came(one, "Første"), written, came(other, "Fremmed"))
	do(t, s, func(tx *store.Tx) error {
		d := newDelivery(two.InstanceRef)
		d.ID, d.Kind = written.ID, core.DeliverySays
		return tx.AddDelivery(t.Context(), d, core.Frozen{})
	})
	got := get(t, s, func(tx *store.Tx) ([]core.KeptMessage, error) {
		return tx.Messages(t.Context(), one.ID, two.ID)
	})
	if len(got) != 2 || got[0].Text != "Første" || got[1].Text != "Andre" ||
		got[0].Instance != one.InstanceRef || got[0].Other != target || !got[0].Unread ||
		got[1].State != core.DeliveryWaiting || got[0].State != "" || got[0].From != "Nordvik kommune" {
		t.Errorf("got %+v", got)
	}
	if got := get(t, s, func(tx *store.Tx) ([]core.KeptMessage, error) {
		return tx.Messages(t.Context())
	}); len(got) != 0 {
		t.Errorf("of no instance: %+v", got)
	}
	do(t, s, func(tx *store.Tx) error {
		for id, want := range map[uuid.UUID]bool{written.ID: true, uuid.New(): false} {
			n, among, err := tx.SentMessages(t.Context(), two.ID, id)
			if err != nil || n != 1 || among != want {
				t.Errorf("sent %d, %v among them, %v", n, among, err)
			}
		}
		_, err := tx.CameFrom(t.Context(), two.ID, target.ID)
		if err == nil {
			t.Error("what was sent counts as what came")
		}
		m, err := tx.CameFrom(t.Context(), one.ID, target.ID)
		if err != nil || m.Other != target {
			t.Errorf("came from %v, %v", m.Other, err)
		}
		return nil
	})
}

func TestAddMessage_RefusesATwinAndWhatIsTooLong(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	one := draft(kari)
	add(t, s, one)
	m := came(one, "Hei")
	keep(t, s, m)
	wantFault(t, s.InTx(t.Context(), system, func(tx *store.Tx) error {
		return tx.AddMessage(t.Context(), m)
	}), fault.Conflict)
	for _, text := range []string{"", strings.Repeat("x", 4001)} {
		if err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
			return tx.AddMessage(t.Context(), came(one, text))
		}); err == nil {
			t.Errorf("%d characters are kept", len(text))
		}
	}
}

func TestReceived_IsPagedAndCountedUntilItIsRead(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	one, other := draft(kari), draft(ola)
	add(t, s, one, other)
	for i := range 7 {
		keep(t, s, came(one, fmt.Sprint("Melding ", i)))
	}
	keep(t, s, came(other, "Fremmed"))
	// Several at the same moment: the id tells them apart.
	storetest.Exec(t, url, "UPDATE message SET at = now() - interval '1 hour' WHERE body < 'Melding 3'")
	var texts []string
	var after *store.Cursor
	for range 4 {
		do(t, s, func(tx *store.Tx) error {
			list, next, err := tx.Received(t.Context(), kari, []core.AppRef{appA, appB}, after, 3)
			for _, m := range list {
				texts = append(texts, m.Text)
			}
			after = next
			return err
		})
		if after == nil {
			break
		}
	}
	if got := strings.Join(texts, " "); got != "Melding 6 Melding 5 Melding 4 Melding 3 Melding 2 "+
		"Melding 1 Melding 0" {
		t.Errorf("the pages are %q", got)
	}
	do(t, s, func(tx *store.Tx) error {
		list, _, err := tx.Received(t.Context(), kari, []core.AppRef{appB}, nil, 3)
		if len(list) != 0 {
			t.Errorf("of an app that is not asked for: %+v", list)
		}
		return err
	})
	want := core.UnreadMessages{Owner: kari, App: appA, Count: 7}
	if got := signIn(t, s, kari).Unread; len(got) != 1 || got[0] != want {
		t.Errorf("unread %+v", got)
	}
	do(t, s, func(tx *store.Tx) error { return tx.ReadMessages(t.Context(), one.ID) })
	if got := signIn(t, s, kari).Unread; len(got) != 0 {
		t.Errorf("still unread %+v", got)
	}
	if got := signIn(t, s, ola).Unread; len(got) != 1 || got[0].Owner != ola {
		t.Errorf("Ola's unread %+v", got)
	}
}

// TestUnread_IsAlsoOfThoseWhomThePersonActsFor has Ingrid hold a role at an organisation that a
// message has come to.
func TestUnread_IsAlsoOfThoseWhomThePersonActsFor(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	one := draft(sor)
	add(t, s, one)
	keep(t, s, came(one, "Hei"))
	if got := signIn(t, s, ingrid).Unread; len(got) != 0 {
		t.Errorf("without a role: %+v", got)
	}
	storetest.Exec(t, url, `INSERT INTO role_grant (person, party, role, source)
		VALUES ($1, $2, 'LEDE', 'register')`, ingrid, sor)
	if got := signIn(t, s, ingrid).Unread; len(got) != 1 || got[0].Owner != sor {
		t.Errorf("with a role: %+v", got)
	}
}

func plannedNotice(t testing.TB, s *store.Store, n core.Notice) core.Notice {
	t.Helper()
	n.ID = uuid.Must(uuid.NewV7())
	do(t, s, func(tx *store.Tx) error { return tx.AddNotice(t.Context(), n) })
	return n
}

func TestNotice_OnlyTheLatestAttemptEndsIt(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	one := draft(kari)
	add(t, s, one)
	n := plannedNotice(t, s, core.Notice{Instance: one.ID, Kind: core.NoticeMessage})
	if jobs := count(t, url, `river_job WHERE kind = 'notice'
		AND args = jsonb_build_object('notice', $1::uuid)`, n.ID); jobs != 1 {
		t.Errorf("%d jobs that hold the id and nothing else, want 1", jobs)
	}
	begun := func() int {
		return get(t, s, func(tx *store.Tx) (int, error) {
			got, attempt, err := tx.BeginNotice(t.Context(), n.ID)
			if attempt > 0 && (got.Instance != one.ID || got.Kind != core.NoticeMessage) {
				t.Errorf("got %+v", got)
			}
			return attempt, err
		})
	}
	first, second := begun(), begun()
	end := func(attempt int) {
		do(t, s, func(tx *store.Tx) error {
			return tx.EndNotice(t.Context(), n.ID, attempt, core.NoticeSent)
		})
	}
	end(first)
	if k := count(t, url, "notice WHERE state = 'waiting'"); k != 1 {
		t.Error("an attempt that has lost its place ends a notice")
	}
	end(second)
	if k := count(t, url, "notice WHERE state = 'sent'"); k != 1 || begun() != 0 {
		t.Error("the notice is not at its end")
	}
}

func TestWakeNotices_GivesAJobToThoseWhoseTimeHasCome(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	one := draft(kari)
	add(t, s, one)
	later := plannedNotice(t, s, core.Notice{
		Instance: one.ID, Kind: core.NoticeReminder, At: time.Now().Add(time.Hour),
	})
	plannedNotice(t, s, core.Notice{Instance: one.ID, Kind: core.NoticeMessage})
	wake := func(want int) {
		t.Helper()
		if n, err := s.WakeNotices(t.Context()); n != want || err != nil {
			t.Errorf("woke %d, %v, want %d", n, err, want)
		}
	}
	wake(0)
	storetest.Exec(t, url, "UPDATE notice SET at = at - interval '2 hours'")
	wake(1)
	wake(0)
	if n := count(t, url, "river_job WHERE args ->> 'notice' = $1", later.ID.String()); n != 1 {
		t.Errorf("the reminder has %d jobs, want 1", n)
	}
}
