package inbound

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
)

// maxSecrets bounds the cost of a body of an unauthenticated client: it is hashed once per secret.
const maxSecrets = 16

// minSecretLength is the length of a secret that cannot be guessed: 128 bits in hexadecimal digits.
const minSecretLength = 32

// Secrets are the secrets that a sender may sign with: one per endpoint, and the next one beside it
// during a rotation. The zero value has none. Secrets is safe for concurrent use.
type Secrets struct {
	flag, file string
	keys       atomic.Pointer[[][]byte]
}

// LoadSecrets reads a file with one secret per line. It ignores blank lines and lines that begin
// with #. The error names the flag and the file, never a secret.
func LoadSecrets(flag, file string) (*Secrets, error) {
	s := &Secrets{flag: flag, file: file}
	return s, s.Reload()
}

// Reload reads the file again. With an error, the previous secrets stay in force.
func (s *Secrets) Reload() error {
	keys, err := readSecrets(s.file)
	if err != nil {
		return fmt.Errorf("reading the secrets of --%s: %w", s.flag, err)
	}
	s.keys.Store(&keys)
	return nil
}

func readSecrets(file string) ([][]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var keys [][]byte
	for line := range bytes.Lines(text) {
		if key := bytes.TrimSpace(line); len(key) > 0 && key[0] != '#' {
			keys = append(keys, key)
		}
	}
	switch {
	case len(keys) == 0:
		return nil, fmt.Errorf("%s has none; hint: write each secret on a line of its own, such as the output of openssl rand -hex 32", file)
	case len(keys) > maxSecrets:
		return nil, fmt.Errorf("%s has %d; hint: remove old secrets, the maximum is %d", file, len(keys), maxSecrets)
	}
	for i, key := range keys {
		if len(key) < minSecretLength {
			return nil, fmt.Errorf("secret %d of %s has %d characters, the minimum is %d; hint: create one "+
				"with openssl rand -hex 32 and set it at the sender as well", i+1, file, len(key), minSecretLength)
		}
	}
	return keys, nil
}

// Len returns the number of secrets.
func (s *Secrets) Len() int { return len(s.current()) }

func (s *Secrets) current() [][]byte {
	if keys := s.keys.Load(); keys != nil {
		return *keys
	}
	return nil
}

// HMAC is the [Verifier] of senders that send the HMAC of the body, in lower-case hex, in one
// header.
type HMAC struct {
	Header  string           // such as X-Vercel-Signature
	Hash    func() hash.Hash // such as sha256.New
	Secrets *Secrets
}

// Begin implements Verifier.
func (h HMAC) Begin(header http.Header) (Verification, bool) {
	values := header.Values(h.Header)
	if len(values) != 1 || strings.ToLower(values[0]) != values[0] {
		return nil, false
	}
	signature, err := hex.DecodeString(values[0])
	if err != nil || len(signature) != h.Hash().Size() {
		return nil, false
	}
	return h.Secrets.Begin(h.Hash, signature), true
}

// Begin starts the verification of an HMAC with any of the secrets. A sender that signs more than
// the body writes the rest to the result first; one that sends several signatures passes them all.
func (s *Secrets) Begin(newHash func() hash.Hash, signatures ...[]byte) Verification {
	v := &hmacVerification{signatures: signatures}
	for _, key := range s.current() {
		v.macs = append(v.macs, hmac.New(newHash, key))
	}
	return v
}

type hmacVerification struct {
	macs       []hash.Hash // one for each secret
	signatures [][]byte
}

// Write implements io.Writer. It never fails.
func (v *hmacVerification) Write(p []byte) (int, error) {
	for _, mac := range v.macs {
		_, _ = mac.Write(p) // a hash never fails
	}
	return len(p), nil
}

// Valid implements Verification. It compares every signature with every secret, so that its
// duration does not depend on which of them matches.
func (v *hmacVerification) Valid() bool {
	valid := false
	for _, mac := range v.macs {
		sum := mac.Sum(nil)
		for _, signature := range v.signatures {
			valid = hmac.Equal(sum, signature) || valid
		}
	}
	return valid
}
