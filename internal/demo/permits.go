package demo

import (
	"maps"

	"stafett/internal/driver"
)

// permit is an application for a parking permit, for the applicant or, with a name, a child.
type permit struct {
	who                 person
	child, born         string
	name                string
	where, how, trouble string
}

// form is the application, filled in.
func (p permit) form() driver.Application {
	fields := map[string]string{
		"gjelder.hvem": "meg", "behov.rolle": "forer", "behov.hvor": p.where, "behov.hvorOfte": p.how,
		"helse.plager": p.trouble, "helse.gange": "50", "helse.varighet": "varig",
		"samtykke.helse": "ja",
	}
	maps.Copy(fields, applicants[p.who])
	if p.child != "" {
		fields["gjelder.hvem"], fields["behov.rolle"] = "barn", "passasjer"
		fields["gjelder.barnNavn"], fields["gjelder.barnFodt"] = p.child, p.born
	}
	return driver.Application{Fields: fields, Files: map[string]driver.File{
		"legeerklaering": pdf("legeerklaering", "Erklæring fra fastlegen"),
	}}
}

// in makes it a matter that is taken to a state.
func (p permit) in(state string, steps ...step) matter {
	name := p.child
	if name == "" {
		name = p.name
	}
	return matter{
		service: "parking permit", state: state, who: p.who, app: parkingApp,
		title: "Parkeringstillatelse for " + name, form: p.form(),
		steps: append([]step{apply}, steps...),
	}
}

// medical adds what the doctor concludes.
func (m matter) medical(conclusion, note string) matter {
	m.assessment = map[string]string{"lege.konklusjon": conclusion, "lege.varighet": "varig",
		"lege.notat": note}
	return m
}

func (m matter) permitted(reason string) matter {
	m.decision = map[string]string{"vedtak.utfall": "innvilget", "vedtak.gyldigTil": inDays(1825),
		"vedtak.begrunnelse": reason}
	return m.medical("oppfyller", "Undersøkt, og funnet i samsvar med erklæringen.")
}

func (m matter) notPermitted(reason string) matter {
	m.decision = map[string]string{"vedtak.utfall": "avslatt", "vedtak.begrunnelse": reason}
	return m.medical("oppfyller-ikke", "Gangfunksjonen er god nok etter forskriften.")
}

// permits are the applications for parking permits.
func permits() []matter {
	return []matter{
		permit{who: ola, name: "Ola Fjeld", where: "Ved jobben på Nordsida.", how: "daglig",
			trouble: "Slitasje i begge hofter."}.in("received"),
		permit{who: kari, child: "Jonas Solbakken", born: "2019-05-02", where: "Ved skolen.",
			how: "daglig", trouble: "Sitter i rullestol."}.in("received"),
		permit{who: amina, name: "Amina Hassan", where: "Ved butikken og legen.", how: "ukentlig",
			trouble: "Kneet er operert to gonger."}.in("medically assessed", conclude).
			medical("oppfyller", "Operert to gonger, og varig nedsett gangevne."),
		permit{who: kari, child: "Emil Solbakken", born: "2016-09-21", where: "Ved svømmehallen.",
			how: "ukentlig", trouble: "Blir fort utmattet."}.in("medically assessed", conclude).
			medical("delvis", "Går kort uten hvile, men blir bedre av trening."),
		permit{who: ola, child: "Sofie Fjeld", born: "2017-02-11", where: "Ved barnehagen.",
			how: "daglig", trouble: "Har en muskelsykdom."}.
			in("waiting for the applicant", confirm, ask).asking(
			"Vi mangler noe om bilen som skal brukes.", "Hvem kjører til og fra barnehagen?",
			"Bilde av vognkortet"),
		permit{who: amina, child: "Nora Hassan", born: "2018-03-14", where: "Ved skulen.",
			how: "daglig", trouble: "Treng hjelp til å gå."}.
			in("answered", confirm, ask, answer).asking(
			"Vi treng å vite meir om kvar de parkerer.", "Kvar stoggar de ved skulen?",
			"Kart over skulen").answered("Ved porten på nordsida. Der er det ingen plass i dag."),
		permit{who: kari, child: "Live Solbakken", born: "2015-12-01", where: "Ved sykehuset.",
			how: "ukentlig", trouble: "Har leddgikt."}.
			in("granted", conclude, confirm, decide).permitted(
			"Du får tillatelse fordi barnet har store vansker med å gå, og dere må ofte til behandling."),
		permit{who: amina, child: "Yusuf Hassan", born: "2014-06-30", where: "Ved trening.",
			how: "sjeldnere", trouble: "Har vondt i foten."}.
			in("refused", conclude, confirm, decide).notPermitted(
			"Du får ikkje løyve fordi legen meiner at barnet kan gå langt nok på eiga hand."),
		permit{who: ola, child: "Theo Fjeld", born: "2013-08-17", where: "Ved idrettshallen.",
			how: "ukentlig", trouble: "Har vondt i ryggen."}.
			in("appealed", conclude, confirm, decide, appeal).notPermitted(
			"Du får ikke tillatelse fordi legen mener at barnet kan gå langt nok alene.").
			appealed("Vi vil at dere vurderer saken en gang til.",
				"Ryggen har blitt verre siden vi søkte. Vi har bestilt ny time hos legen."),
	}
}

// drafts are applications that their citizens have begun and not sent.
func drafts() []matter {
	draft := func(e event, pages int) matter {
		return matter{service: "grant", state: "draft of a citizen", who: e.who, title: e.title,
			app: grantApp, form: e.application(), pages: pages, steps: []step{begin}}
	}
	return []matter{
		draft(event{who: kari, title: "Skirenn for de minste", kind: "idrett", group: "barn",
			people: 80, day: 90, area: "ovre-nordvik", place: "Skistua", address: "Skogveien 1",
			text: "Alle får medalje og varm saft."}, 2),
		draft(event{who: ola, title: "Loppemarked på skolen", kind: "festival", group: "alle",
			people: 200, day: 85, area: "vika", place: "Vika skole", address: "Skoleveien 8",
			text: "Inntektene går til skoleturen."}, 2),
		draft(event{who: amina, title: "Strikkekveld for nye og gamle", kind: "annet:strikkekveld",
			group: "alle", people: 40, day: 60, area: "sentrum", place: "Nordvik bibliotek",
			address: "Torget 2", text: "Vi strikkar saman og lærer av kvarandre."}, 2),
	}
}
