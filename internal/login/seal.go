package login

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"
	"time"

	"stafett/internal/orgtoken"
)

// sealer seals marks and posts with keys made from the client's own, which all servers share and the
// database does not hold. What was sealed with a key that has been replaced opens while the ring
// holds that key.
type sealer struct {
	ring *orgtoken.Ring
	now  func() time.Time
	made sync.Map // *rsa.PrivateKey → cipher.AEAD
}

// errSealed: it was sealed with a key that is no longer in use, or for something else.
var errSealed = errors.New("it does not open")

// newSealer gives nil without keys.
func newSealer(ring *orgtoken.Ring, now func() time.Time) *sealer {
	if ring == nil {
		return nil
	}
	return &sealer{ring: ring, now: now}
}

func (s *sealer) seal(plain, about []byte) []byte {
	return s.aead(s.ring.Signing(s.now()).Key).Seal(nil, nil, plain, about)
}

func (s *sealer) open(sealed, about []byte) ([]byte, error) {
	for _, k := range s.ring.All() {
		if plain, err := s.aead(k.Key).Open(nil, nil, sealed, about); err == nil {
			return plain, nil
		}
	}
	return nil, errSealed
}

func (s *sealer) aead(key *rsa.PrivateKey) cipher.AEAD {
	if made, ok := s.made.Load(key); ok {
		return made.(cipher.AEAD)
	}
	made, err := sealing(key)
	if err != nil {
		// Lengths are fixed: it can only be a fault in this file.
		panic(fmt.Sprintf("login: %v", err))
	}
	s.made.Store(key, made)
	return made
}

func sealing(key *rsa.PrivateKey) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, x509.MarshalPKCS1PrivateKey(key), nil, "stafett kept posts", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
