package archtest

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// scripted are the points of UX.md section 9 that a script can check, of what a citizen meets, of the
// inbox and its cases, and of every page: each is held by a test with its number in the name, or stands in unheld.
var scripted = []int{
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 18, 19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31,
	33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 53, 54, 55, 78, 79, 80,
	56, 57, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 72,
}

// unheld are the points that no test holds whole, with what is missing.
var unheld = map[int]string{}

// TestUX_EveryPointIsHeldOrMissed looks for the points' numbers in the names of tests and subtests.
func TestUX_EveryPointIsHeldOrMissed(t *testing.T) {
	t.Parallel()
	name, number := regexp.MustCompile(`func Test\w*|\.Run\("[^"]*"`), regexp.MustCompile(`UX(\d+)`)
	held := map[int]bool{}
	for file, content := range sources(t, "_test.go") {
		for _, called := range name.FindAll(content, -1) {
			for _, m := range number.FindAllSubmatch(called, -1) {
				n, err := strconv.Atoi(string(m[1]))
				if err != nil {
					t.Fatalf("%s: %v", file, err)
				}
				held[n] = true
			}
		}
	}
	points := 0
	for _, n := range scripted {
		switch why := unheld[n]; {
		case held[n] && why != "":
			t.Errorf("UX%d is in a test's name: take it off the list of those that are not held", n)
		case !held[n] && why == "":
			t.Errorf("UX%d is in no test's name", n)
		case held[n]:
			points++
		}
	}
	t.Logf("%d of %d points are held", points, len(scripted))
	if points+len(unheld) != len(scripted) {
		t.Errorf("%d held and %d not held are not the %d points", points, len(unheld), len(scripted))
	}
}

// TestUX25_NothingIsDisabled: a button that cannot be pressed says nothing; one that refuses says why.
func TestUX25_NothingIsDisabled(t *testing.T) {
	t.Parallel()
	disabled := regexp.MustCompile(`\bdisabled\s*\??=|\.disabled\b|['"]disabled['"]`)
	bare := regexp.MustCompile(`<(button|input|select|textarea|fieldset)\b[^>]*\sdisabled[\s/>]`)
	checked := 0
	for name, content := range sources(t, ".templ", ".js") {
		if !strings.HasPrefix(name, "templates/") && !strings.HasPrefix(name, "static/js/") {
			continue
		}
		checked++
		if disabled.Match(content) || bare.Match(content) {
			t.Errorf("%s disables something", name)
		}
	}
	t.Logf("%d of them make pages", checked)
	if checked == 0 {
		t.Error("no file that makes pages was checked")
	}
}
