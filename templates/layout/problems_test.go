package layout

import (
	"strconv"
	"strings"
	"testing"
)

func TestDocument_ShowsADeveloperWhatIsWrong(t *testing.T) {
	t.Parallel()
	draw := func(h Head) string {
		var out strings.Builder
		if err := Document(h).Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if strings.Contains(draw(Head{Lang: "nb"}), "definition-problems") {
		t.Error("problems are shown where there are none")
	}
	h := Head{Lang: "nn"}
	for i := range maxProblems + 5 {
		h.Problems = append(h.Problems, Problem{
			Where: "a/b/ui/x.json:" + strconv.Itoa(i), Kind: "error", Code: "field-unknown",
			Text: "<b>", Do: "Correct it.",
		})
	}
	page := draw(h)
	for _, want := range []string{
		`<code>a/b/ui/x.json:0</code> error: &lt;b&gt; [field-unknown]. Correct it.`,
		"Ting å rette i appdefinisjonane: 25", `aria-label="Feil i appdefinisjonane"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %s: %s", want, page)
		}
	}
	if strings.Contains(page, "x.json:"+strconv.Itoa(maxProblems)) {
		t.Error("too many are shown")
	}
}
