package orgtoken

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stafett/internal/core"
)

const (
	// maxTokenID is the longest jti, in characters.
	maxTokenID = 128
	// maxResources is how many audiences one token may have.
	maxResources = 5
	// typeJWT is the value of typ that grants and client assertions have.
	typeJWT = "jwt"
)

// grant is an assertion that has passed all checks but the one for single use.
type grant struct {
	client    Registration
	id        string
	expires   time.Time
	scope     string
	resources []string
	// consumer is the organisation that the client acts for by delegation; else empty.
	consumer string
	// person restricts the token to one person's data; else empty.
	person string
}

// grantClaims is the documented set. Maskinporten answers any other name with 400.
var grantClaims = []string{
	"aud", "iss", "scope", "iat", "exp", "jti", "resource", "pid", "consumer_org",
	"iss_onbehalfof", "authorization_details",
}

// check holds an assertion against SECURITY.md 1.1, in the order size, structure, encoding,
// JSON, header, client, key, signature, claims.
func (i *Issuer) check(assertion string, now time.Time) (grant, *grantError) {
	s, err := Parse(assertion)
	if err != nil {
		return grant{}, refuse(checkOf(err), "invalid_request", "MP-011",
			"Invalid assertion. Invalid parameter value.")
	}
	g := grant{}
	var e *grantError
	if g.client, e = i.authenticate(s, now); e != nil {
		return grant{}, e
	}
	for _, read := range []func(*grant, Object, time.Time) *grantError{
		i.readNames, i.readAudience, i.readTimes, i.readID, i.readResources,
		i.readRestrictions, i.readScope,
	} {
		if e := read(&g, s.Claims, now); e != nil {
			return grant{}, e
		}
	}
	return g, nil
}

// authenticate finds the client and checks that one of its own keys made the signature.
func (i *Issuer) authenticate(s Signed, now time.Time) (Registration, *grantError) {
	h, e := grantHeader(s)
	if e != nil {
		return Registration{}, e
	}
	id, _ := s.Claims.Text("iss")
	client, known := i.clients[id]
	if !known || client.Disabled {
		return client, refuse(CheckIssuer, "invalid_grant", "MP-100",
			"Invalid assertion. Client authentication failed.")
	}
	key, found := client.key(h.KeyID, now)
	if !found {
		return client, badSignature(CheckKeyID)
	}
	if !key.Expires.IsZero() && !now.Before(key.Expires) {
		return client, refuse(CheckKeyExpired, "invalid_grant", "MP-121",
			"Invalid assertion. Client authentication failed. Expired key.")
	}
	if err := s.Verify(h, key.Key); err != nil {
		return client, badSignature(CheckSignature)
	}
	return client, nil
}

// key gives the client's key with the id.
func (r Registration) key(id string, now time.Time) (RegisteredKey, bool) {
	n := slices.IndexFunc(r.Keys, func(k RegisteredKey) bool { return k.ID == id })
	if n >= 0 {
		return r.Keys[n], true
	}
	if r.Ring == nil {
		return RegisteredKey{}, false
	}
	key := r.Ring.find(id, now, maxGrantLife)
	return RegisteredKey{ID: id, Key: key}, key != nil
}

func badSignature(c Check) *grantError {
	return refuse(c, "invalid_grant", "MP-124", "Invalid JWT signature.")
}

// grantHeader checks the header. Certificates (x5c) are a way that this issuer does not offer;
// they are told apart from other faults as Maskinporten tells them.
func grantHeader(s Signed) (Header, *grantError) {
	if chain, ok := s.Names["x5c"]; ok {
		if !isTextList(chain) {
			return Header{}, refuse(CheckJSON, "invalid_request", "MP-123",
				"Invalid JWT header x5c.")
		}
		return Header{}, refuse(CheckHeaderKey, "invalid_grant", "MP-120",
			"Invalid assertion. The JWT is signed with a certificate that is not valid here.")
	}
	h, err := s.Header(typeJWT)
	if err == nil {
		return h, nil
	}
	switch c := checkOf(err); c {
	case CheckJSON:
		return h, refuse(c, "invalid_request", "MP-011",
			"Invalid assertion. Invalid parameter value.")
	case CheckType:
		return h, refuse(c, "invalid_grant", "", "Invalid assertion. It is not a grant.")
	default:
		return h, badSignature(c)
	}
}

func isTextList(v any) bool {
	notText := func(v any) bool { _, ok := v.(string); return !ok }
	list, ok := v.([]any)
	return ok && !slices.ContainsFunc(list, notText)
}

func (i *Issuer) readNames(_ *grant, c Object, _ time.Time) *grantError {
	for name := range c {
		if !slices.Contains(grantClaims, name) {
			return refuse(CheckClaimNames, "invalid_grant", "MP-011",
				"Invalid assertion. A claim is not in the documented set.")
		}
	}
	return nil
}

func (i *Issuer) readAudience(_ *grant, c Object, _ time.Time) *grantError {
	if list, ok := audiences(c); !ok || len(list) != 1 || list[0] != i.URL {
		return refuse(CheckAudience, "invalid_grant", "MP-110",
			"Invalid assertion. Client authentication failed. Invalid JWT claim aud.")
	}
	return nil
}

// audiences reads aud: one string, or a list of them, which RFC 7519 makes the same.
func audiences(c Object) ([]string, bool) { return textOrList(c["aud"]) }

func textOrList(v any) ([]string, bool) {
	if s, ok := v.(string); ok {
		return []string{s}, true
	}
	if list, ok := v.([]any); !ok || len(list) == 0 || !isTextList(v) {
		return nil, false
	}
	var texts []string
	for _, s := range v.([]any) {
		texts = append(texts, s.(string))
	}
	return texts, true
}

func (i *Issuer) readTimes(g *grant, c Object, now time.Time) *grantError {
	exp, ok := c.Seconds("exp")
	if !ok || exp <= now.Unix() {
		return refuse(CheckExpiry, "invalid_grant", "MP-130", "Invalid assertion. JWT is expired.")
	}
	iat, ok := c.Seconds("iat")
	if !ok {
		return refuse(CheckIssued, "invalid_grant", "", "Invalid assertion. iat is missing.")
	}
	if iat > now.Add(Skew).Unix() {
		return refuse(CheckIssued, "invalid_grant", "",
			"Invalid assertion. Issue time is after now.")
	}
	if life := exp - iat; life <= 0 || life > int64(maxGrantLife.Seconds()) {
		return refuse(CheckLifetime, "invalid_grant", "",
			"Invalid assertion. It must live at most 120 seconds.")
	}
	g.expires = time.Unix(exp, 0)
	return nil
}

// readID demands a jti, which Maskinporten only recommends: without one, a grant that was
// caught on its way could be used again.
func (i *Issuer) readID(g *grant, c Object, _ time.Time) *grantError {
	id, _ := c.Text("jti")
	if n := utf8.RuneCountInString(id); n == 0 || n > maxTokenID {
		return refuse(CheckTokenID, "invalid_grant", "",
			"Invalid assertion. jti must have 1 to 128 characters.")
	}
	g.id = id
	return nil
}

func (i *Issuer) readScope(g *grant, c Object, _ time.Time) *grantError {
	g.scope, _ = c.Text("scope")
	delegated := g.consumer != ""
	for _, scope := range strings.Split(g.scope, " ") {
		registered := slices.Contains(g.client.Scopes, scope)
		lent := slices.Contains(g.client.Delegations, Delegation{g.consumer, scope})
		switch {
		case scope == "" || !registered && !(delegated && lent):
			return refuse(CheckScope, "invalid_scope", "MP-200",
				"Invalid scope. Token request contains invalid scopes for client.")
		case delegated && !lent:
			return i.forbidden(CheckDelegation, "MP-251", "Consumer "+g.consumer+" has not delegated "+
				"access to the scope "+scope+" to supplier "+g.client.Organisation+".")
		case !delegated && slices.Contains(g.client.NotGranted, scope):
			return i.forbidden(CheckScope, "MP-250",
				"Consumer has not been granted access to the scope "+scope+".")
		}
	}
	return nil
}

func (i *Issuer) forbidden(c Check, code, detail string) *grantError {
	e := refuse(c, "forbidden", code, detail)
	if i.ForbiddenIs403 {
		e.status = http.StatusForbidden
	}
	return e
}

// readResources reads the APIs that the token is for (RFC 8707): they become its audience.
func (i *Issuer) readResources(g *grant, c Object, _ time.Time) *grantError {
	if !c.Has("resource") {
		return nil
	}
	list, ok := textOrList(c["resource"])
	if !ok || len(list) > maxResources || slices.ContainsFunc(list, notResource) {
		return refuse(CheckResource, "invalid_target", "",
			"Invalid assertion. resource must be one to five absolute addresses.")
	}
	g.resources = list
	return nil
}

func notResource(s string) bool {
	u, err := url.Parse(s)
	return err != nil || !u.IsAbs() || u.Fragment != "" || strings.HasSuffix(s, "#")
}

// readRestrictions reads the claims that narrow or move what the token is good for.
func (i *Issuer) readRestrictions(g *grant, c Object, _ time.Time) *grantError {
	if c.Has("iss_onbehalfof") {
		return refuse(CheckDelegation, "invalid_request", "MP-011",
			"Invalid assertion. iss_onbehalfof is not offered here.")
	}
	if c.Has("consumer_org") {
		number, _ := c.Text("consumer_org")
		if !core.ValidOrganisationNumber(number) || number == g.client.Organisation {
			return refuse(CheckDelegation, "invalid_request", "MP-011", "Validation of JWT claim "+
				"failed: consumer_org must be another organisation's number.")
		}
		g.consumer = number
	}
	if c.Has("pid") {
		person, _ := c.Text("pid")
		if !core.ValidPersonNumber(person) {
			return refuse(CheckPerson, "invalid_request", "MP-011",
				"Invalid assertion. pid is no number.")
		}
		g.person = person
	}
	if details, ok := c["authorization_details"]; ok {
		return checkDetails(details)
	}
	return nil
}

// checkDetails reads a request for a system user's token (RFC 9396). No system user is
// registered here, so that the best answer is that the values fit nobody.
func checkDetails(v any) *grantError {
	bad := func(code, detail string) *grantError {
		return refuse(CheckDetails, "invalid_request", code, detail)
	}
	list, _ := v.([]any)
	if len(list) != 1 {
		return bad("MP-303", "Invalid authorization details values: one party per request.")
	}
	details, _ := list[0].(Object)
	if kind, _ := details.Text("type"); kind != "urn:altinn:systemuser" {
		return bad("MP-301", "Unknown authorization details type.")
	}
	for name := range details {
		if !slices.Contains([]string{"type", "systemuser_org", "externalRef"}, name) {
			return bad("MP-302", "Unknown fields in the authorization details.")
		}
	}
	if _, ok := parseConsumer(details["systemuser_org"]); !ok {
		return bad("MP-303", "Invalid authorization details values: systemuser_org.")
	}
	return bad("MP-303", "Invalid authorization details values: no such system user.")
}
