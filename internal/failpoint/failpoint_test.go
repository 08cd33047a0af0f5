package failpoint

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestHit_DoesItTheNthTimeAtThatPlaceOnly(t *testing.T) {
	done := 0
	Set(Claimed, 2, func() { done++ })
	defer set.Store(nil)
	for n, want := range []int{0, 1, 1} {
		Marked.Hit()
		Claimed.Hit()
		if done != want {
			t.Errorf("after %d: done %d times, want %d", n+1, done, want)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	if p, n, err := Parse("marked:3"); p != Marked || n != 3 || err != nil {
		t.Errorf("got %s %d %v", p, n, err)
	}
	for _, wrong := range []string{"", "marked", "marked:0", "marked:x", "nowhere:1", ":1"} {
		if _, _, err := Parse(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// A place that no code passes would make the crash test wait for nothing.
func TestPoints_AreEachPassedInTheCode(t *testing.T) {
	t.Parallel()
	used := map[string]int{}
	hit := regexp.MustCompile(`failpoint\.(\w+)\.Hit\(\)`)
	for _, dir := range []string{"../../store", "../handover", "../instance"} {
		err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			content, err := os.ReadFile(path)
			for _, m := range hit.FindAllStringSubmatch(string(content), -1) {
				used[m[1]]++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(used) != len(Points()) || len(used) < 20 {
		t.Errorf("%d places are passed, of %d: %v", len(used), len(Points()), used)
	}
	t.Logf("checked %d places", len(used))
}
