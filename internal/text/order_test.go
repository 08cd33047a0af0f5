package text

import (
	"slices"
	"strings"
	"testing"
)

func TestCompare_IsADictionarys(t *testing.T) {
	t.Parallel()
	list := strings.Fields("Ås zoo Ærø eple Øl arm ål Arm ånd")
	slices.SortFunc(list, Compare)
	if got := strings.Join(list, " "); got != "Arm arm eple zoo Ærø Øl ål ånd Ås" {
		t.Errorf("got %s", got)
	}
}
