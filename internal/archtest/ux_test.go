package archtest

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// scripted are the points of UX.md section 9 that a script can check, of what a citizen meets and of
// every page: each is held by a test with its number in the name, or stands in unheld.
var scripted = []int{
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 18, 19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31,
	33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 53, 54, 55, 78, 79, 80,
}

// unheld are the points that no test holds whole, with what is missing.
var unheld = map[int]string{
	2:  "axe looks at landmarks; nothing counts the h1 and the levels of headings on every page",
	3:  "the title's words and the one of errors are held; that each page's is its own is not",
	4:  "the keyboard journey presses the skip link; that the focus is in main afterwards is not looked at",
	5:  "lang of the document is held for the header alone, not for every page in each language",
	8:  "a caseworker's day goes with the keyboard alone; a citizen's form does not",
	10: "no page is shown with wider text spacing",
	11: "axe holds 24 pixels; 44 on citizens' pages is not measured",
	12: "axe holds the contrast of text; that of borders and marks is not measured",
	14: "no page is shown with reduced motion",
	16: "the links of the foot are followed from the front page alone",
	17: "axe holds that each control has a name, not that it is a label one can see",
	18: "the tags are held; the sentence for a page where all is required is not",
	21: "autocomplete is held for one field, not for each personal field of the example apps",
	26: "held for the field alone, not for each upload of the example apps",
	27: "no test looks for the button beside the place to drop files",
	28: "progress, cancelling and a lost line are tested without this number",
	29: "adding, changing, deleting and the sum are held without scripting; where the focus lands is not",
	30: "not checked and not stored is held; that the summary leaves it out is not held by itself",
	34: "the way to delete is held for one page, not for each page of a form",
	35: "the states of the steps are held; that those done are links is not",
	36: "held for the header, not for every page, the check page and the receipt",
	38: "the focus is held; that the label stays in view is not measured",
	39: "the words are held; that the summary and the field say the same is not compared on a page",
	41: "each status has its words; that each comes as a page where it is named is not walked",
	43: "the refusal is held; locked rows are not",
	44: "no test finds the line of the log by the page's code",
	49: "no test reads the receipt while the receiving app is away",
	50: "the shape of a reference is tested without this number",
	53: "no test looks at every deadline of every page",
	55: "no test looks for the readers of a case on the citizen's page",
	78: "the catalogue is held; that no label overflows at 360 pixels is not measured",
	79: "the formats are held; no script reads the rendered pages",
}

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
