package store_test

import (
	"testing"
	"time"

	"stafett/store"
)

// TestSnooze_GivesWayToWhatComesMeanwhile has something come to a case while it is being put off: before
// that is written, and after it.
func TestSnooze_GivesWayToWhatComesMeanwhile(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	db := owner(t, url)
	c := caseOf(nord, time.Now())
	add(t, s, c)
	comes := func() {
		exec(t, db, `UPDATE instance SET task_since = clock_timestamp() WHERE id = '`+c.ID.String()+`'`)
	}
	for name, act := range map[string]func(tx *store.Tx, snooze func() error) error{
		"before": func(_ *store.Tx, snooze func() error) error { comes(); return snooze() },
		"not":    func(_ *store.Tx, snooze func() error) error { return snooze() },
	} {
		do(t, s, func(tx *store.Tx) error {
			if _, err := tx.Now(t.Context()); err != nil { // it has begun
				return err
			}
			return act(tx, func() error {
				return tx.Snooze(t.Context(), c.InstanceRef, ingrid, time.Now().Add(time.Hour))
			})
		})
		until := get(t, s, func(tx *store.Tx) (*time.Time, error) {
			return tx.SnoozedTo(t.Context(), c.InstanceRef, ingrid)
		})
		if put := until != nil; put != (name == "not") {
			t.Errorf("what comes %s: put off %v", name, put)
		}
		if comes(); name == "not" {
			if gone := get(t, s, func(tx *store.Tx) (*time.Time, error) {
				return tx.SnoozedTo(t.Context(), c.InstanceRef, ingrid)
			}); gone != nil {
				t.Errorf("put off to %v after something has come", gone)
			}
		}
	}
}
