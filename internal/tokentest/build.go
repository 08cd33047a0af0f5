package tokentest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"time"

	// For the hashes' names in package crypto.
	_ "crypto/sha256"
	_ "crypto/sha512"
)

var encoding = base64.RawURLEncoding

// Token builds the case's token, with a fresh jti each time it is called.
func (w *World) Token(c Case) string {
	w.t.Helper()
	b, ok := w.file.Fixtures.Bases[c.Target]
	if !ok {
		w.t.Fatalf("%s: no base for target %q", c.ID, c.Target)
	}
	header := w.raw(c.RawHeader, overlay(b.Header, c.Header))
	payload := w.raw(c.RawClaims, overlay(b.Claims, c.Claims))
	sign := b.Sign
	if c.Sign != nil {
		sign = *c.Sign
	}
	input := encoding.EncodeToString(header) + "." + encoding.EncodeToString(payload)
	token := input + "." + encoding.EncodeToString(w.signature(sign, input))
	for _, m := range c.Mutate {
		token = w.mutate(token, m)
	}
	return token
}

// raw gives a part of the token as the case writes it, else made of the members.
func (w *World) raw(text *string, members map[string]json.RawMessage) []byte {
	w.t.Helper()
	switch {
	case text == nil:
		return w.encode(w.expandAll(members))
	case *text == `\xff`:
		return []byte{0xff}
	}
	return []byte(w.replace(*text))
}

// overlay lays the changes over the base; a JSON null takes the name away.
func overlay(base, changes map[string]json.RawMessage) map[string]json.RawMessage {
	merged := maps.Clone(base)
	for name, raw := range changes {
		merged[name] = raw
		if string(raw) == "null" {
			delete(merged, name)
		}
	}
	return merged
}

var hashes = map[string]crypto.Hash{
	"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512,
}

func (w *World) signature(s Sign, input string) []byte {
	w.t.Helper()
	if s.Alg == "none" {
		return nil
	}
	if len(s.Alg) != 5 || hashes[s.Alg[2:]] == 0 {
		w.t.Fatalf("unknown algorithm %q", s.Alg)
	}
	kind, hash := s.Alg[:2], hashes[s.Alg[2:]]
	if kind == "HS" {
		mac := hmac.New(hash.New, w.hmacKey(s))
		mac.Write([]byte(input))
		return mac.Sum(nil)
	}
	h := hash.New()
	h.Write([]byte(input))
	sig, err := w.signDigest(kind, s.Key, hash, h.Sum(nil))
	if err != nil {
		w.t.Fatal(err)
	}
	return sig
}

func (w *World) signDigest(kind, key string, hash crypto.Hash, digest []byte) ([]byte, error) {
	switch kind {
	case "RS":
		return rsa.SignPKCS1v15(rand.Reader, w.RSA(key), hash, digest)
	case "PS":
		o := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
		return rsa.SignPSS(rand.Reader, w.RSA(key), hash, digest, o)
	case "ES":
		ec, ok := w.key(key).(*ecdsa.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("key %q is not EC", key)
		}
		r, s, err := ecdsa.Sign(rand.Reader, ec, digest)
		if err != nil {
			return nil, err
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), nil
	}
	return nil, fmt.Errorf("unknown kind of signature %q", kind)
}

// hmacKey gives the public key in the writing that a confused reader would use as a secret.
func (w *World) hmacKey(s Sign) []byte {
	w.t.Helper()
	if s.HMACRaw != nil {
		return []byte(*s.HMACRaw)
	}
	key := &w.RSA(s.HMACFrom).PublicKey
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		w.t.Fatal(err)
	}
	switch s.Form {
	case "spki_der", "pkix_der":
		return der
	case "pkix_pem", "spki_pem", "pem":
		return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	case "n_bytes":
		return key.N.Bytes()
	case "n_b64", "n_base64url":
		return []byte(encoding.EncodeToString(key.N.Bytes()))
	case "jwk", "jwk_json":
		return w.encode(w.jwk(s.HMACFrom))
	}
	w.t.Fatalf("unknown form of key %q", s.Form)
	return nil
}

// certificate gives a certificate that the key has signed for itself, in base64 DER.
func (w *World) certificate(key string, serial any) string {
	w.t.Helper()
	subject := pkix.Name{CommonName: key, SerialNumber: fmt.Sprint(serial)}
	c := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: subject, Issuer: subject,
		NotBefore: w.now.Add(-time.Hour), NotAfter: w.now.Add(time.Hour),
	}
	signer := w.key(key)
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, signer.Public(), signer)
	if err != nil {
		w.t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

// mutate changes a token after it was signed.
func (w *World) mutate(token string, m Mutation) string {
	w.t.Helper()
	parts := strings.Split(token, ".")
	switch m.Op {
	case "drop_sig_part":
		return strings.Join(parts[:2], ".")
	case "payload_replace":
		parts[1] = w.replaceMembers(parts[1], m.Claims)
	case "header_replace":
		parts[0] = w.replaceMembers(parts[0], m.Header)
	case "insert":
		middle := len(parts[m.Part]) / 2
		parts[m.Part] = parts[m.Part][:middle] + m.Text + parts[m.Part][middle:]
	case "append":
		parts[m.Part] += m.Text
	case "spare_bits":
		parts[m.Part] = spareBits(parts[m.Part])
	case "prefix":
		return m.Text + token
	case "suffix":
		return token + m.Text
	case "literal_repeat":
		return strings.Repeat(m.Text, m.N)
	case "literal":
		return m.Text
	case "extra_part", "append_part":
		return token + "." + m.Text
	case "pad":
		parts[m.Part] += "="
	case "flattened":
		return string(w.encode(map[string]string{
			"protected": parts[0], "payload": parts[1], "signature": parts[2],
		}))
	default:
		parts[2] = w.mutateSignature(parts[2], m)
	}
	return strings.Join(parts, ".")
}

func (w *World) mutateSignature(part string, m Mutation) string {
	w.t.Helper()
	sig := w.decode(part)
	switch m.Op {
	case "sig_flip":
		sig[m.Bit/8] ^= 1 << (m.Bit % 8)
	case "sig_truncate":
		sig = sig[:len(sig)-m.N]
	case "sig_bytes":
		sig = []byte(strings.Repeat(string(rune(m.Fill)), m.N))
	case "sig_prefix_zero":
		sig = append([]byte{0}, sig...)
	case "sig_append", "sig_suffix_zero":
		sig = append(sig, make([]byte, max(m.N, 1))...)
	case "sig_empty":
		sig = nil
	default:
		w.t.Fatalf("unknown mutation %q", m.Op)
	}
	return encoding.EncodeToString(sig)
}

// spareBits writes the same bytes with another last letter: base64 has bits to spare there.
func spareBits(part string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(letters, part[len(part)-1])
	return part[:len(part)-1] + string(letters[last|1])
}

func (w *World) replaceMembers(part string, changes map[string]json.RawMessage) string {
	w.t.Helper()
	var members map[string]json.RawMessage
	mustDecode(w.t, string(w.decode(part)), &members)
	for name, v := range w.expandAll(changes) {
		members[name] = w.encode(v)
	}
	return encoding.EncodeToString(w.encode(members))
}

func (w *World) decode(part string) []byte {
	w.t.Helper()
	raw, err := encoding.DecodeString(part)
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}
