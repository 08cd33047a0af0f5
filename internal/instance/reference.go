package instance

import (
	"crypto/rand"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"stafett/internal/core"
)

// alphabet is Crockford's base 32: no I, L, O or U, so that a reference can be read aloud.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var referenceForm = regexp.MustCompile(`^[A-ZÆØÅ]{2}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)

// newReference gives a reference such as NK-7F3K-92QD: two letters of the receiver's name and 40
// random bits. The store refuses the one in a trillion that exists already.
func newReference(organisation string) string {
	var random [8]byte
	rand.Read(random[:])
	var b strings.Builder
	b.WriteString(initials(organisation))
	for i, r := range random {
		if i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[r&31])
	}
	return b.String()
}

// initials gives two capital letters: of the first two words that begin with one, else of what
// letters the name has.
func initials(name string) string {
	var letters []rune
	for _, word := range strings.Fields(strings.ToUpper(name)) {
		if r := []rune(word); unicode.IsLetter(r[0]) {
			letters = append(letters, r[0])
		}
	}
	for _, r := range strings.ToUpper(name) {
		if len(letters) >= 2 {
			break
		}
		if unicode.IsLetter(r) && (len(letters) == 0 || r != letters[0]) {
			letters = append(letters, r)
		}
	}
	for len(letters) < 2 {
		letters = append(letters, 'X')
	}
	return string(letters[:2])
}

func validReference(s string) bool { return referenceForm.MatchString(s) }

// parseInstanceID reads "org/app" and Altinn's "party/guid".
func parseInstanceID(appID, id string) (core.InstanceRef, bool) {
	org, name, ok := strings.Cut(appID, "/")
	party, guid, ok2 := strings.Cut(id, "/")
	owner, err := strconv.ParseInt(party, 10, 64)
	parsed, err2 := uuid.Parse(guid)
	if !ok || !ok2 || err != nil || err2 != nil || owner <= 0 {
		return core.InstanceRef{}, false
	}
	return core.InstanceRef{
		AppRef: core.AppRef{Org: org, App: name}, Owner: core.PartyID(owner), ID: parsed,
	}, true
}
