package archive

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"stafett/internal/core"
)

var givenNames = []string{
	"Anne", "Aslak", "Astrid", "Bjørn", "Camilla", "Daniel", "Elin", "Eirik", "Emma", "Fatima",
	"Frida", "Geir", "Guro", "Hassan", "Hedda", "Håkon", "Ida", "Ingvild", "Jonas", "Kaja",
	"Kristian", "Lars", "Leila", "Liv", "Magnus", "Marit", "Mikkel", "Nora", "Olav", "Oda",
	"Per", "Ragnhild", "Ravna", "Sara", "Sigurd", "Sindre", "Solveig", "Tarik", "Thea", "Tormod",
	"Turid", "Vegard", "Wanja", "Yasmin", "Åse", "Øystein",
}

var familyNames = []string{
	"Aas", "Abdi", "Ahmed", "Andersen", "Bakke", "Berge", "Bjørnstad", "Dahle", "Eide", "Ervik",
	"Fossum", "Gundersen", "Hagen", "Haugland", "Helgesen", "Hætta", "Iversen", "Jacobsen", "Khan",
	"Kvam", "Lie", "Lunde", "Løvås", "Moen", "Myhre", "Nguyen", "Nilsen", "Nygård", "Olsen",
	"Persen", "Rustad", "Sandvik", "Skår", "Solheim", "Strand", "Sætre", "Tangen", "Tveit", "Utsi",
	"Vik", "Warsame", "Ødegård", "Østby", "Ågotnes",
}

var happenings = []string{
	"Lysfest", "Korkonsert", "Matfestival", "Bygdekino", "Sykkelløp", "Loppemarked", "Julekonsert",
	"Sankthansfest", "Fiskekonkurranse", "Bokbytte", "Teaterkveld", "Danseoppvisning", "Skidag",
	"Vårdugnad", "Kunstutstilling", "Turdag", "Spelemannstreff", "Quizkveld", "Barnefestival",
	"Båttreff", "Hagedag", "Foredrag om kysten", "Åpen gård", "Nabolagsfest",
}

var places = []string{
	"i Vika", "på torget", "i Nordvikparken", "på samfunnshuset", "ved kaia", "på Øvre Nordvik",
	"i gamle skolen", "på biblioteket", "i idrettshallen", "på Nordsida", "i kirka", "på bygdetunet",
}

func pick[T any](rnd *rand.Rand, list []T) T { return list[rnd.IntN(len(list))] }

// madeUp is a person who does not exist, with a number of the tax authority's kind for such: 80 is
// added to the month.
func madeUp(rnd *rand.Rand) core.Party {
	given, family := pick(rnd, givenNames), pick(rnd, familyNames)
	address := strings.NewReplacer("æ", "ae", "ø", "o", "å", "a").Replace(
		strings.ToLower(given + "." + family))
	return core.Party{
		Kind: core.PartyPerson, Name: given + " " + family, PersonNumber: madeUpNumber(rnd),
		Language: pick(rnd, []string{"nb", "nb", "nb", "nn", "en"}),
		Email:    address + "@nordvik.example",
		Phone:    fmt.Sprintf("400 %02d %03d", rnd.IntN(100), rnd.IntN(1000)),
	}
}

func madeUpNumber(rnd *rand.Rand) core.PersonNumber {
	for {
		born := fmt.Sprintf("%02d%02d%02d%03d", 1+rnd.IntN(28), 81+rnd.IntN(12), 40+rnd.IntN(60),
			rnd.IntN(500))
		for check := range 100 {
			if n := fmt.Sprintf("%s%02d", born, check); core.ValidPersonNumber(n) {
				return core.PersonNumber(n)
			}
		}
	}
}

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// reference is as the program makes one, with the two letters that another begins with.
func reference(rnd *rand.Rand, like string) string {
	out := []byte(like)
	for i := len(out) - 9; i >= 0 && i < len(out); i++ {
		if out[i] != '-' {
			out[i] = letters[rnd.IntN(len(letters))]
		}
	}
	return string(out)
}
