package orgtoken

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// MinKeyBits is the smallest RSA key that is taken, for signing and for checking.
const MinKeyBits = 2048

// NewKey makes a signing key.
func NewKey() (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, MinKeyBits)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

// ParseKey reads an RSA private key from PEM: PKCS #8 ("PRIVATE KEY") or PKCS #1 ("RSA PRIVATE
// KEY"), one key and nothing more. It refuses keys under MinKeyBits. Its errors hold nothing of
// the key.
func ParseKey(file []byte) (*rsa.PrivateKey, error) {
	block, rest := pem.Decode(file)
	if block == nil {
		return nil, errors.New("parse key: no PEM block")
	}
	if next, _ := pem.Decode(rest); next != nil {
		return nil, errors.New("parse key: more than one PEM block")
	}
	key, err := parseBlock(block)
	if err != nil {
		return nil, err
	}
	if err := checkSize(&key.PublicKey); err != nil {
		return nil, err
	}
	if err := key.Validate(); err != nil {
		return nil, errors.New("parse key: its numbers do not belong together")
	}
	return key, nil
}

func parseBlock(block *pem.Block) (*rsa.PrivateKey, error) {
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("parse key: not PKCS #8")
		}
		key, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return nil, errors.New("parse key: not an RSA key")
		}
		return key, nil
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("parse key: not PKCS #1, or encrypted")
		}
		return key, nil
	}
	return nil, fmt.Errorf("parse key: a PEM block %q, want PRIVATE KEY", block.Type)
}

// EncodeKey writes the key as PKCS #8 in PEM, as ParseKey reads it. key must be an RSA key, not
// nil.
func EncodeKey(key *rsa.PrivateKey) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(fmt.Sprintf("orgtoken: encode a key that is no key: %v", err))
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func checkSize(key *rsa.PublicKey) error {
	if key == nil || key.N == nil {
		return errors.New("no key")
	}
	if bits := key.N.BitLen(); bits < MinKeyBits {
		return fmt.Errorf("a key of %d bits, want at least %d", bits, MinKeyBits)
	}
	return nil
}

// KeyID gives the key's id: its thumbprint (RFC 7638, SHA-256) in base64url. The same key has
// the same id everywhere, and two keys never share one. key must be an RSA key, not nil.
func KeyID(key *rsa.PublicKey) string {
	sum, err := (&jose.JSONWebKey{Key: key}).Thumbprint(crypto.SHA256)
	if err != nil {
		panic(fmt.Sprintf("orgtoken: thumbprint of a key that is no key: %v", err))
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// KeySet writes the public keys as a JWK set (RFC 7517), each with its KeyID.
func KeySet(keys ...*rsa.PublicKey) ([]byte, error) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, key := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{
			Key: key, KeyID: KeyID(key), Use: "sig", Algorithm: "RS256",
		})
	}
	raw, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("encode key set: %w", err)
	}
	return raw, nil
}

// parseKeySet reads a JWK set. A key of another kind, another use, without an id or under
// MinKeyBits is left out, so that an issuer may publish what we do not know. A set without any
// key that we can use is an error, and so is one in which two keys share an id.
func parseKeySet(raw []byte) (map[string]*rsa.PublicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("parse key set: %w", err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, one := range set.Keys {
		id, key := parseJWK(one)
		if key == nil {
			continue
		}
		if keys[id] != nil {
			return nil, fmt.Errorf("parse key set: two keys with the id %.40q", id)
		}
		keys[id] = key
	}
	if len(keys) == 0 {
		return nil, errors.New("parse key set: no usable key")
	}
	return keys, nil
}

func parseJWK(raw []byte) (string, *rsa.PublicKey) {
	var k jose.JSONWebKey
	if err := k.UnmarshalJSON(raw); err != nil || k.KeyID == "" || k.Use == "enc" {
		return "", nil
	}
	key, ok := k.Key.(*rsa.PublicKey)
	if !ok || checkSize(key) != nil || k.Algorithm != "" && algorithms[k.Algorithm] == nil {
		return "", nil
	}
	return k.KeyID, key
}
