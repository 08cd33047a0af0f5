package process

import "testing"

// TestApprovals_AreWhatIsConfirmedAfterAnother looks at a process with a way round.
func TestApprovals_AreWhatIsConfirmedAfterAnother(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(file(`<startEvent id="S"/>` + task("In", "confirmation") +
		task("Write", "data") + task("Yes", "confirmation") + task("Sign", "signing") + `<endEvent id="E"/>` +
		edge("S", "In") + edge("In", "Write") + edge("Write", "Yes") + edge("Yes", "Sign") + edge("Sign", "E"))))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range d.Approvals() {
		got = append(got, a.ID)
	}
	if len(got) != 2 || got[0] != "Yes" || got[1] != "Sign" {
		t.Errorf("got %v, want Yes and Sign", got)
	}
}
