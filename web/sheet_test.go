package web

import "testing"

func TestHarmless_KeepsFormulasFromBeingRun(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "Ingrid Berg": "Ingrid Berg", "=1+1": "'=1+1", "+47": "'+47", "-1": "'-1",
		"@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "a=1": "a=1", "＝1": "'＝1",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}
