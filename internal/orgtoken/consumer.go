package orgtoken

import (
	"strings"

	"stafett/internal/core"
)

const (
	// authority and scheme are the one form in which an organisation is named today: ISO 6523
	// with ICD 0192, Norway's register of legal entities.
	authority = "iso6523-actorid-upis"
	scheme    = "0192"
)

// parseConsumer reads an organisation as Maskinporten writes it,
// {"authority":"iso6523-actorid-upis","ID":"0192:991825827"}, and gives the nine digits. The
// form may grow; an unknown one is refused whole, never read in part (SECURITY.md P08).
func parseConsumer(v any) (string, bool) {
	o, ok := v.(Object)
	if !ok || len(o) != 2 {
		return "", false
	}
	if a, _ := o.Text("authority"); a != authority {
		return "", false
	}
	id, _ := o.Text("ID")
	number, found := strings.CutPrefix(id, scheme+":")
	return number, found && core.ValidOrganisationNumber(number)
}

// consumer writes what parseConsumer reads.
func consumer(number string) map[string]any {
	return map[string]any{"authority": authority, "ID": scheme + ":" + number}
}
