package expr

import (
	"encoding/json"
	"fmt"
	"testing"
)

func TestTree_IsWhatWasWritten(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		`["or", ["equals", ["dataModel", "a.b"], "c"], ["not", true]]`: `[or [equals [dataModel a.b] c] [not true]]`,
		`"a"`: `a`, `null`: `<nil>`, `12.5`: `12.5`,
	}
	for source, want := range cases {
		e, err := Parse(json.RawMessage(source))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(e.Tree()); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
	var none *Expr
	if got := none.Tree(); got != nil {
		t.Errorf("nothing: got %v", got)
	}
}
