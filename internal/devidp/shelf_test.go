package devidp

import (
	"testing"
	"time"
)

func TestShelf_KeepsForAWhileAndInABoundedNumber(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	s := newShelf[int](2)
	first, ok := s.put(1, noon.Add(time.Minute), noon)
	if !ok {
		t.Fatal("no room on an empty shelf")
	}
	second, _ := s.put(2, noon.Add(2*time.Minute), noon)
	if _, ok := s.put(3, noon.Add(time.Minute), noon); ok {
		t.Error("a third value on a shelf for two")
	}
	if v, ok := s.look(first, noon.Add(59*time.Second)); v != 1 || !ok {
		t.Errorf("look: got %d %v", v, ok)
	}
	if _, ok := s.look(first, noon.Add(time.Minute)); ok {
		t.Error("a value outlives its time")
	}
	if _, ok := s.put(3, noon.Add(time.Hour), noon.Add(time.Minute)); !ok {
		t.Error("no room although a value is out of time")
	}
	if v, ok := s.take(second, noon.Add(time.Minute)); v != 2 || !ok {
		t.Errorf("take: got %d %v", v, ok)
	}
	if _, ok := s.take(second, noon.Add(time.Minute)); ok {
		t.Error("taken twice")
	}
}
