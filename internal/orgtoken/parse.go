package orgtoken

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// Check names the check that a token did not pass. It goes to logs, never to the caller.
type Check string

// The checks, in the order in which a token meets them.
const (
	CheckTransport   Check = "transport"
	CheckSize        Check = "size"
	CheckStructure   Check = "structure"
	CheckBase64      Check = "b64"
	CheckJSON        Check = "json"
	CheckDuplicate   Check = "dup"
	CheckHeaderKey   Check = "header_key"
	CheckType        Check = "typ"
	CheckAlgorithm   Check = "alg"
	CheckKeyID       Check = "kid"
	CheckKeyExpired  Check = "key_expired"
	CheckSignature   Check = "sig"
	CheckIssuer      Check = "iss"
	CheckClaimNames  Check = "claims_unknown"
	CheckAudience    Check = "aud"
	CheckExpiry      Check = "exp"
	CheckIssued      Check = "iat"
	CheckNotBefore   Check = "nbf"
	CheckLifetime    Check = "lifetime"
	CheckTokenID     Check = "jti"
	CheckScope       Check = "scope"
	CheckResource    Check = "resource"
	CheckConsumer    Check = "consumer"
	CheckOwner       Check = "owner"
	CheckPerson      Check = "pid"
	CheckDelegation  Check = "delegation"
	CheckDetails     Check = "rar"
	CheckReplay      Check = "replay"
	CheckKeysMissing Check = "keys_unavailable"
)

// Defect is what is wrong with a token: the check that caught it, and a detail for the log.
type Defect struct {
	Check  Check
	Detail string
}

// Error gives "check: detail".
func (d *Defect) Error() string { return string(d.Check) + ": " + d.Detail }

func defect(c Check, format string, args ...any) error {
	return &Defect{Check: c, Detail: fmt.Sprintf(format, args...)}
}

// Signed is a token taken apart but not yet believed: nothing in it may be acted upon before
// Verify has said yes, except to find the key that it claims to be signed with.
type Signed struct {
	// Names are the header's members, Claims the payload's.
	Names, Claims Object
	input         string
	signature     []byte
}

// Parse takes a compact JWS apart (RFC 7515 section 7.1): three parts of base64url in its one
// canonical writing, header and payload JSON objects without a name twice. The error is a
// *Defect. Parse checks no signature and no time.
func Parse(token string) (Signed, error) {
	if len(token) > MaxToken {
		return Signed{}, defect(CheckSize, "%d bytes", len(token))
	}
	if strings.Count(token, ".") != 2 {
		return Signed{}, defect(CheckStructure, "not three parts")
	}
	parts := strings.Split(token, ".")
	var raw [3][]byte
	for i, part := range parts {
		var err error
		if raw[i], err = decodePart(part); err != nil {
			return Signed{}, err
		}
	}
	s := Signed{input: parts[0] + "." + parts[1], signature: raw[2]}
	var err error
	if s.Names, err = parseObject(raw[0]); err != nil {
		return Signed{}, err
	}
	if s.Claims, err = parseObject(raw[1]); err != nil {
		return Signed{}, err
	}
	return s, nil
}

// decodePart reads base64url without padding. The alphabet is checked by hand because
// encoding/base64 skips line breaks, and Strict refuses spare bits that are not zero: else one
// token would have many spellings.
func decodePart(part string) ([]byte, error) {
	for i := range len(part) {
		if !isBase64URL(part[i]) {
			return nil, defect(CheckBase64, "byte %#02x", part[i])
		}
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil, defect(CheckBase64, "%v", err)
	}
	return raw, nil
}

func isBase64URL(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_'
}

// Header is what a token's header may say.
type Header struct {
	// Algorithm is RS256, RS384 or RS512.
	Algorithm string
	// KeyID is never empty. It is looked up among known keys, never read as a path or address.
	KeyID string
}

// algorithms is the allow-list (SECURITY.md 1.1): no HMAC, whose "key" could be a public key,
// and no "none".
var algorithms = map[string]*jwt.SigningMethodRSA{
	"RS256": jwt.SigningMethodRS256,
	"RS384": jwt.SigningMethodRS384,
	"RS512": jwt.SigningMethodRS512,
}

// headerNames is the allow-list of header members. The two thumbprints name a certificate and
// bring no key, so they are let through and not read. A key that travels in the token (jwk,
// x5c) or is to be fetched (jku, x5u), crit, cty and all else is refused.
var headerNames = []string{"alg", "kid", "typ", "x5t", "x5t#S256"}

// Header checks the header. types are the values of typ that are taken, in lower case (RFC 7515
// section 4.1.9: compared without regard to case); typ may always be left out. The error is a
// *Defect.
func (s Signed) Header(types ...string) (Header, error) {
	for _, name := range []string{"alg", "kid", "typ"} {
		if _, ok := s.Names.Text(name); s.Names.Has(name) && !ok {
			return Header{}, defect(CheckJSON, "%s is not a string", name)
		}
	}
	for name := range s.Names {
		if !slices.Contains(headerNames, name) {
			return Header{}, defect(CheckHeaderKey, "%.40q is not taken", name)
		}
	}
	if typ, ok := s.Names.Text("typ"); ok && !slices.Contains(types, strings.ToLower(typ)) {
		return Header{}, defect(CheckType, "%.40q", typ)
	}
	var h Header
	h.Algorithm, _ = s.Names.Text("alg")
	if algorithms[h.Algorithm] == nil {
		return Header{}, defect(CheckAlgorithm, "%.40q", h.Algorithm)
	}
	h.KeyID, _ = s.Names.Text("kid")
	if h.KeyID == "" {
		return Header{}, defect(CheckKeyID, "none")
	}
	return h, nil
}

// Verify checks the signature with the key that belongs to the header's key id. The error is a
// *Defect.
func (s Signed) Verify(h Header, key *rsa.PublicKey) error {
	if err := algorithms[h.Algorithm].Verify(s.input, s.signature, key); err != nil {
		return defect(CheckSignature, "%v", err)
	}
	return nil
}

// Sign gives a token over the claims: RS256, with the key's id and typ JWT in its header.
func Sign(key *rsa.PrivateKey, keyID string, claims map[string]any) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	t.Header["kid"] = keyID
	token, err := t.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

// checkOf gives the check that an error of this package tells about.
func checkOf(err error) Check {
	if d, ok := errors.AsType[*Defect](err); ok {
		return d.Check
	}
	return ""
}
