package text

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang string
		d    time.Duration
		want string
	}{
		{"nb", -time.Second, "0 ms"}, {"nb", 41 * time.Millisecond, "41 ms"},
		{"nb", 2450 * time.Millisecond, "2,4 s"}, {"en", 2450 * time.Millisecond, "2.4 s"},
		{"nn", 61 * time.Second, "1 min 1 s"}, {"nb", 3*time.Hour + 5*time.Minute, "3 t 5 min"},
		{"nb", 25 * time.Hour, "1 dag 1 t"}, {"nn", 49 * time.Hour, "2 dagar 1 t"},
		{"en", 49 * time.Hour, "2 days 1 h"},
	} {
		if got := Duration(c.lang, c.d); got != c.want {
			t.Errorf("%s %v: got %q, want %q", c.lang, c.d, got, c.want)
		}
	}
}
