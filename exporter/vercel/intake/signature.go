package intake

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Vercel signs with it; as an HMAC it is not broken
	"encoding/hex"
	"hash"
	"net/http"
	"strings"
)

// signatureOf returns the signature of a request, and whether it has one at all. One that cannot be right is empty: small
// letters, as Vercel writes them, and a single header.
func signatureOf(r *http.Request) (signature []byte, signed bool) {
	values := r.Header.Values("X-Vercel-Signature")
	if len(values) == 0 {
		return nil, false
	}
	text := values[0]
	if len(values) > 1 || len(text) != hex.EncodedLen(sha1.Size) || strings.ToLower(text) != text {
		return nil, true
	}
	signature, err := hex.DecodeString(text)
	if err != nil {
		return nil, true
	}
	return signature, true
}

// macs is what each secret makes of the bytes written to it.
type macs []hash.Hash

func (s *Secrets) macs() macs {
	var all macs
	for _, key := range s.current() {
		all = append(all, hmac.New(sha1.New, key))
	}
	return all
}

// Write implements io.Writer; it never fails.
func (m macs) Write(p []byte) (int, error) {
	for _, mac := range m {
		_, _ = mac.Write(p) // a hash never fails
	}
	return len(p), nil
}

// match tells whether one of the secrets made the signature. Every one is tried, so that the time tells nothing.
func (m macs) match(signature []byte) bool {
	matched := false
	for _, mac := range m {
		if hmac.Equal(mac.Sum(nil), signature) {
			matched = true
		}
	}
	return matched
}
