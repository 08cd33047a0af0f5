package demo

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"stafett/internal/driver"
)

const (
	grantApp   = "nordvik/arrangementsstotte"
	parkingApp = "nordvik/parkering"
)

// event is an event that support is applied for. Its kind is "annet:what" where it is none of those
// on the form. Costs are "what:kind:amount", income is what
// others pay, and asked is what is applied for.
type event struct {
	who         person
	band        bool
	title       string
	kind, group string
	text        string
	people, day int
	area, place string
	address     string
	costs       []string
	income      int
	asked       int
}

// applicants are what each citizen says of how to reach them.
var applicants = map[person]map[string]string{
	kari:  contact("Kari Solbakken", "kari@solbakken.example", "400 00 101"),
	ola:   contact("Ola Fjeld", "ola@fjeld.example", "400 00 102"),
	amina: contact("Amina Hassan", "amina@hassan.example", "400 00 103"),
}

func contact(name, email, phone string) map[string]string {
	return map[string]string{
		"soker.kontaktperson": name, "soker.epost": email, "soker.telefon": phone,
	}
}

// application is the form, filled in.
func (e event) application() driver.Application {
	kind, other, _ := strings.Cut(e.kind, ":")
	fields := map[string]string{
		"soker.kategori": "privat", "soknad.type": "tilskudd", "arrangement.navn": e.title,
		"arrangement.type": kind, "arrangement.typeAnnet": other, "arrangement.malgruppe": e.group,
		"arrangement.beskrivelse": e.text, "arrangement.deltakere": strconv.Itoa(e.people),
		"arrangement.apent": "true", "arrangement.billett": "false",
		"arrangement.dato": inDays(e.day), "arrangement.flereDager": "false",
		"arrangement.bydel": e.area, "arrangement.sted": e.place, "arrangement.adresse": e.address,
		"arrangement.postnummer": "9999", "arrangement.offentlig": "false",
		"budsjett.andreInntekter": strconv.Itoa(e.income),
		"budsjett.soknadsbelop":   strconv.Itoa(e.asked), "budsjett.kontonummer": "1234 56 78903",
	}
	maps.Copy(fields, applicants[e.who])
	if e.band {
		fields["soker.kategori"] = "lag"
	}
	if e.income > 0 {
		fields["budsjett.inntektskilde"] = "Loddsalg og egne midler"
	}
	for i, cost := range e.costs {
		part := strings.Split(cost, ":")
		row := fmt.Sprintf("budsjett.poster[%d].", i)
		fields[row+"tekst"], fields[row+"type"], fields[row+"belop"] = part[0], part[1], part[2]
	}
	return driver.Application{
		Fields: fields, Rows: map[string]int{"budsjett.poster": len(e.costs)},
		Files: map[string]driver.File{"vedlegg": pdf("program", e.title)},
	}
}

// in makes the event a matter that is taken to a state.
func (e event) in(state string, steps ...step) matter {
	return matter{
		service: "grant", state: state, who: e.who, band: e.band, title: e.title, app: grantApp,
		form: e.application(), steps: append([]step{apply}, steps...),
	}
}

// asking adds a request for more.
func (m matter) asking(message, question, document string) matter {
	m.asks = map[string]string{"mer.melding": message, "mer.slag": "begge", "mer.sporsmal": question,
		"mer.hva": document, "mer.frist": inDays(14)}
	return m
}

// answered adds what the citizen answers.
func (m matter) answered(text string) matter {
	m.answer = map[string]string{"svar.tekst": text}
	return m
}

// assessed adds the assessment: how well each criterion is met (y, p or n), and what the
// caseworker advises.
func (m matter) assessed(criteria, advice, reason string) matter {
	words := map[rune]string{'y': "ja", 'p': "delvis", 'n': "nei"}
	m.assessment = map[string]string{"vurdering.anbefaling": advice,
		"vurdering.begrunnelse": reason}
	for i, met := range criteria {
		name := []string{"apent", "malgruppe", "samarbeid", "tilrettelegging", "budsjett"}[i]
		m.assessment["vurdering."+name] = words[met]
	}
	return m
}

func (m matter) granted(reason string) matter {
	m.decision = map[string]string{"vedtak.utfall": "innvilget", "vedtak.begrunnelse": reason,
		"vedtak.vilkar": "rapport|synlig"}
	return m.assessed("yypyy", "innvilge", "Åpent for alle og godt planlagt.")
}

func (m matter) grantedIn(part int, reason string) matter {
	m.decision = map[string]string{"vedtak.utfall": "delvis", "vedtak.belop": strconv.Itoa(part),
		"vedtak.begrunnelse": reason, "vedtak.vilkar": "rapport"}
	m = m.assessed("yppyp", "delvis", "Et godt tiltak, men noen utgifter er høye.")
	m.assessment["vurdering.anbefaltBelop"] = strconv.Itoa(part)
	return m
}

func (m matter) refused(ground, reason string) matter {
	m.decision = map[string]string{"vedtak.utfall": "avslatt", "vedtak.avslagsgrunner": ground,
		"vedtak.begrunnelse": reason}
	return m.assessed("nppny", "avsla", "Faller utenfor det støtten er for.")
}

func (m matter) appealed(what, why string) matter {
	m.appeal = map[string]string{"klage.hva": what, "klage.hvorfor": why}
	return m
}
