package inbound

import (
	"crypto/hmac"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"
)

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
			if hmac.Equal(sum, signature) {
				valid = true
			}
		}
	}
	return valid
}
