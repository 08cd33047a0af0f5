// Package orgtoken is organisation tokens in Maskinporten's protocol: a strict reader of signed
// tokens, the client that gets a token for an organisation, the checker that an API puts before
// its handlers, and an issuer for development. Issuer and checker stand in one package so that
// one table of bad tokens holds both (SECURITY.md 1.1 and 1.2).
//
// It is not for signing people in (package login), it decides nothing about apps and instances
// (package access), and it reads no files: keys are handed in.
package orgtoken

import "time"

const (
	// MaxToken is the largest token that is looked at, in bytes. It is tested before anything
	// is parsed: readers of tokens have been brought down by size alone (SECURITY.md 1.6).
	MaxToken = 16 << 10
	// Skew is how far two clocks may differ.
	Skew = 10 * time.Second
	// grantType is the JWT grant of RFC 7523.
	grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	// maxGrantLife is Maskinporten's limit for exp - iat.
	maxGrantLife = 120 * time.Second
)
