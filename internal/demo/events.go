package demo

// The states of grants, and the steps that lead there.
var (
	assessing = []step{take, confirm}
	waiting   = []step{take, confirm, ask}
	answering = []step{take, confirm, ask, answer}
	judged    = []step{take, confirm, assess}
	closed    = []step{take, confirm, assess, decide, confirm}
	appealing = []step{take, confirm, assess, decide, confirm, appeal}
)

// grants are the applications for event support.
func grants() []matter {
	var out []matter
	for _, e := range newEvents {
		out = append(out, e.in("received"))
	}
	return append(out,
		history.in("being assessed", assessing...).tagged("kulturarv").
			noted("Jeg har bedt om bekreftelse på at salen er ledig.").
			due(3, "Arrangementet er før den vanlige fristen."),
		bicycles.in("being assessed", assessing...).tagged("barn og unge").
			told("Vi har begynt på søknaden din. Husk at banen må godkjennes før den åpner."),
		songs.in("being assessed", assessing...).tagged("barn og unge").
			noted("Liknar på søknaden frå i fjor. Eg ser på han saman med rapporten når den kjem.").putOff(5),
		theatre.in("waiting for the applicant", waiting...).asking(
			"Vi mangler noe for å vurdere hvor mange som kan komme.",
			"Hvor mange plasser er det i salen?", "Tilbud fra utleier"),
		bazaar.in("waiting for the applicant", waiting...).asking(
			"Vi treng å vite meir om kven som er med.",
			"Kva lag og foreiningar er med på matfestivalen?", "Avtale med hamna"),
		ski.in("answered", answering...).asking("Løypa går i et område med mange turgåere.",
			"Hvordan sperrer dere løypa?", "Kart over løypa").
			answered("Vi setter ut vakter i alle kryss, og merker løypa dagen før."),
		yard.in("answered", answering...).asking("Budsjettet har med utstyr som kan lånes.",
			"Har dere spurt om å låne telt av kommunen?", "Tilbud på telt").
			answered("Ja, men teltene er bestilt av andre den dagen."),
		cinema.in("assessed", judged...).granted("Gratis kino for barn der de bor."),
		chess.in("assessed", judged...).granted("Åpent for alle, og lett å være med på."),
		lights.in("granted", closed...).granted(
			"Vi gir støtte fordi lysfesten er gratis, åpen for alle og samler hele byen i mørketida."),
		brass.in("granted", closed...).granted(
			"Vi gir støtte fordi konserten er åpen for alle, og fordi mange barn og unge er med."),
		elders.in("granted", closed...).granted(
			"Vi gir støtte fordi dansen gir eldre ein fast møteplass, og fordi skyss er med i planen."),
		run.in("granted in part", closed...).grantedIn(25000,
			"Vi gir støtte til sikkerhet og premier, men ikke til honorar til arrangøren."),
		market.in("granted in part", closed...).grantedIn(18000,
			"Vi gir støtte til scene og lyd. Bodleie er salg, og det gir vi ikke støtte til."),
		party.in("refused", closed...).refused("ikke-apent",
			"Vi gir ikke støtte fordi festen er for dem som bor i borettslaget. Støtten er for det som er åpent for alle."),
		course.in("refused", closed...).refused("utenfor",
			"Vi gir ikkje støtte fordi eit kurs over fleire veker ikkje er eit arrangement."),
		rock.in("appealed", appealing...).refused("kommersielt",
			"Vi gir ikke støtte fordi konserten er lagt opp for å gå med overskudd.").
			appealed("Vi vil ha støtte til lyd og lys.",
				"Det som blir til overs, går til øvingslokalet for unge. Det står i vedtektene våre."),
		story.in("appealed", appealing...).grantedIn(8000,
			"Vi gir støtte til forteljarane, men ikkje til mat.").
			appealed("Eg ber om å få dekt maten òg.",
				"Familiane kjem rett frå barnehage og skule, og utan mat kan mange ikkje vere med."),
	)
}

var newEvents = []event{
	{who: kari, title: "Bokbytte på biblioteket", kind: "annet:bokbytte", group: "alle",
		text:   "Ta med bøker du har lest, og bytt dem i andre. Høytlesning for de minste.",
		people: 120, day: 70, area: "sentrum", place: "Nordvik bibliotek", address: "Torget 2",
		costs: []string{"Trykk av plakater:trykk:3200", "Forfatterbesøk:personell:9000"}, asked: 12000},
	{who: kari, band: true, title: "17. mai-konsert på torget", kind: "konsert", group: "alle",
		text:   "Hele korpset spiller på torget før toget går, sammen med skolekorpsene.",
		people: 900, day: 165, area: "sentrum", place: "Torget", address: "Torget 1",
		costs: []string{"Leie av scene:lokale:28000", "Lydanlegg:teknisk:19000",
			"Vakter:sikkerhet:8000"}, income: 10000, asked: 40000},
	{who: ola, title: "Vårdugnad med grilling i Vika", kind: "festival", group: "alle",
		text:   "Vi rydder strandsonen sammen og griller etterpå.",
		people: 150, day: 140, area: "vika", place: "Vikastranda", address: "Strandveien 11",
		costs: []string{"Container:annet:7500", "Hansker og sekker:annet:2400"}, asked: 9000},
	{who: amina, title: "Open kunstverkstad for ungdom", kind: "scene", group: "ungdom",
		text:   "Tre ettermiddagar med maling, musikk og teater, og ei framsyning til slutt.",
		people: 60, day: 95, area: "nordsida", place: "Samfunnshuset", address: "Nordsidevegen 40",
		costs: []string{"Leige av lokale:lokale:6000", "Instruktørar:personell:18000",
			"Maling og papir:annet:4200"}, asked: 26000},
}

var (
	history = event{who: kari, title: "Lokalhistorisk kveld på Øvre Nordvik", kind: "scene", group: "eldre",
		text:   "Gamle bilder fra bygda, og samtale med dem som husker.",
		people: 80, day: 60, area: "ovre-nordvik", place: "Bygdehuset", address: "Øvreveien 102",
		costs: []string{"Leie av bygdehuset:lokale:3500", "Skanning av bilder:teknisk:6000"},
		asked: 9000}
	bicycles = event{who: ola, title: "Åpen sykkelbane for barn", kind: "idrett", group: "barn",
		text:   "Vi bygger en bane med hopp og svinger, og låner ut sykler og hjelmer.",
		people: 200, day: 120, area: "nordsida", place: "Grusbanen", address: "Banegata 5",
		costs: []string{"Materialer:annet:14000", "Leie av sykler:teknisk:11000",
			"Førstehjelp:sikkerhet:4000"}, asked: 25000}
	songs = event{who: amina, title: "Songkveld på fleire språk", kind: "konsert", group: "alle",
		text:   "Vi syng songar frå heile verda, og alle kan vere med.",
		people: 140, day: 80, area: "sentrum", place: "Vika kyrkje", address: "Kyrkjevegen 1",
		costs: []string{"Leige av piano:teknisk:5000", "Dirigent:personell:9000"}, income: 2000,
		asked: 12000}
	theatre = event{who: kari, title: "Nissespill på samfunnshuset", kind: "scene", group: "barn",
		text: "Barn fra hele kommunen spiller for familiene sine.", people: 260, day: 30,
		area: "nordsida", place: "Samfunnshuset", address: "Nordsideveien 40",
		costs: []string{"Kostymer:annet:12000", "Leie av lys:teknisk:16000"}, asked: 25000}
	bazaar = event{who: amina, title: "Matfestival ved hamna", kind: "festival", group: "alle",
		text: "Smak på mat frå mange land, laga av folk som bur her.", people: 700, day: 150,
		area: "sentrum", place: "Hamna", address: "Hamnegata 3",
		costs: []string{"Leige av bord og telt:lokale:32000", "Straum:teknisk:9000"}, asked: 38000}
	ski = event{who: ola, title: "Nattskirenn i lysløypa", kind: "idrett", group: "alle",
		text: "Et kort renn for alle, med lykter langs løypa.", people: 180, day: 65,
		area: "ovre-nordvik", place: "Lysløypa", address: "Skogveien 9",
		costs: []string{"Lykter:teknisk:8000", "Premier:annet:5000", "Vakter:sikkerhet:6000"},
		asked: 18000}
	yard = event{who: kari, title: "Gårdsdag med dyr og håndverk", kind: "festival", group: "barn",
		text: "Barna får hilse på dyra, og se hvordan man smir og spinner.", people: 350, day: 130,
		area: "ovre-nordvik", place: "Solbakken gård", address: "Øvreveien 55",
		costs: []string{"Leie av telt:lokale:18000", "Håndverkere:personell:15000"}, income: 5000,
		asked: 25000}
	cinema = event{who: ola, title: "Bygdekino for barn", kind: "scene", group: "barn",
		text: "Film i gymsalen den første lørdagen i måneden.", people: 90, day: 45,
		area: "ovre-nordvik", place: "Øvre Nordvik skole", address: "Skoleveien 2",
		costs: []string{"Leie av film:annet:9000", "Lerret:teknisk:6000"}, asked: 15000}
	chess = event{who: ola, title: "Sjakkturnering for alle", kind: "idrett", group: "alle",
		text: "Nybegynnere og erfarne spiller i hver sin gruppe.", people: 64, day: 55,
		area: "sentrum", place: "Rådhuset", address: "Torget 1",
		costs: []string{"Sjakkur og brett:annet:7000", "Dommer:personell:3000"}, asked: 9000}
	lights = event{who: kari, title: "Lysfest i Nordvikparken", kind: "festival", group: "alle",
		text: "En gratis lysfest midt på vinteren, med musikk og varm mat.", people: 500, day: 75,
		area: "sentrum", place: "Nordvikparken", address: "Parkveien 4",
		costs: []string{"Leie av lyd og lys:teknisk:42000", "Honorar til artister:personell:30000"},
		asked: 60000}
	brass = event{who: kari, band: true, title: "Vårkonsert med korpset", kind: "konsert",
		group: "alle", text: "Korpset og skolekorpset spiller sammen i kulturhuset.", people: 320,
		day: 110, area: "sentrum", place: "Kulturhuset", address: "Storgata 12",
		costs: []string{"Leie av sal:lokale:14000", "Noter:annet:6000", "Lyd:teknisk:9000"},
		asked: 28000}
	elders = event{who: amina, title: "Seniordans på samfunnshuset", kind: "annet:dansekveld", group: "eldre",
		text: "Dans med levande musikk, og skyss for dei som treng det.", people: 110, day: 50,
		area: "nordsida", place: "Samfunnshuset", address: "Nordsidevegen 40",
		costs: []string{"Musikarar:personell:12000", "Skyss:annet:8000"}, asked: 19000}
	run = event{who: ola, title: "Nyttårsløpet", kind: "idrett", group: "alle",
		text: "Fem kilometer gjennom byen på årets første dag.", people: 240, day: 35,
		area: "flere", place: "Start på Torget", address: "Torget 1",
		costs: []string{"Vakter:sikkerhet:12000", "Premier:annet:13000",
			"Honorar:personell:15000"}, asked: 40000}
	market = event{who: kari, title: "Høstmarked på kaia", kind: "festival", group: "alle",
		text: "Marked for lokale produsenter, med scene for korps og kor.", people: 800, day: 300,
		area: "sentrum", place: "Kaia", address: "Havnegata 1",
		costs: []string{"Scene og lyd:teknisk:26000", "Boder:lokale:22000"}, income: 8000,
		asked: 40000}
	party = event{who: ola, title: "Sommerfest i Fjellhagen borettslag", kind: "festival",
		group: "voksne", text: "Fest for alle som bor i borettslaget.", people: 90, day: 200,
		area: "nordsida", place: "Fjellhagen", address: "Fjellveien 20",
		costs: []string{"Grillmat:annet:9000", "Musikk:personell:12000"}, asked: 20000}
	course = event{who: amina, title: "Kurs i folkedans", kind: "annet:dansekurs", group: "voksne",
		text: "Åtte kveldar med opplæring i dansar frå fem land.", people: 30, day: 40,
		area: "vika", place: "Vika skule", address: "Skulevegen 8",
		costs: []string{"Instruktør:personell:16000"}, asked: 16000}
	rock = event{who: ola, title: "Rock på Nordsida", kind: "konsert", group: "ungdom",
		text: "Fem lokale band på én kveld.", people: 400, day: 100, area: "nordsida",
		place: "Fabrikken", address: "Fabrikkveien 3",
		costs: []string{"Lyd og lys:teknisk:45000", "Vakter:sikkerhet:15000"}, income: 20000,
		asked: 40000}
	story = event{who: amina, title: "Forteljarkveld for familiar", kind: "scene", group: "barn",
		text: "Forteljingar frå Somalia og Nordvik, på norsk og somali.", people: 70, day: 48,
		area: "sentrum", place: "Nordvik bibliotek", address: "Torget 2",
		costs: []string{"Forteljarar:personell:8000", "Enkel mat:annet:6000"}, asked: 14000}
)
