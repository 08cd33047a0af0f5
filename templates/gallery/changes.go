package gallery

import "stafett/internal/form"

// differences are of every kind that two versions of an application may have.
func differences() []form.Difference {
	return []form.Difference{
		{Path: "a", Question: "Hvilket telefonnummer kan vi ringe?", Before: []string{"400 00 101"},
			After: []string{"400 00 199"}},
		{Path: "b", Question: "Beskriv arrangementet", Before: []string{"En fest.", "Om kvelden."}, Long: true},
		{Path: "c", Question: "Hva er gateadressen?", Before: []string{"Parkveien 4"},
			After: []string{"Parkveien 6"}, Conflict: true, Kept: []string{"Parkveien 4 B"}},
		{Path: "d", Question: "Hvilke utgifter har arrangementet?", Rows: []form.RowDifference{
			{Before: "Hva: Lyd; Beløp: 42 000 kr", After: "Hva: Lyd; Beløp: 40 000 kr"},
			{After: "Hva: Vakthold; Beløp: 5 000 kr"}, {Before: longWord},
		}, Conflict: true},
		{Path: "vedlegg", Question: "Hva vil du legge ved?", Added: []string{"tilbud.pdf"},
			Removed: []string{"kart.pdf"}},
	}
}
