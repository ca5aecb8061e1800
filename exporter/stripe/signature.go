package stripe

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/inbound"
)

// maxSignatures limits the signatures of a header. During a roll of the secret Stripe sends two.
const maxSignatures = 8

// signature is the verifier of Stripe's header `Stripe-Signature: t=UNIX,v1=HEX,v1=HEX`, an
// HMAC-SHA256 of the timestamp, a dot and the body. It verifies the body while it is read, which
// stripe-go does not; a test compares the two.
type signature struct {
	secrets   *inbound.Secrets
	tolerance time.Duration
}

// Begin implements inbound.Verifier. As in stripe-go, a timestamp in the future is valid, and
// unknown schemes are ignored.
func (s signature) Begin(header http.Header) (inbound.Verification, bool) {
	values := header.Values("Stripe-Signature")
	if len(values) != 1 {
		return nil, false
	}
	timestamp, signatures, ok := parseSignature(values[0])
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if !ok || err != nil || time.Since(time.Unix(seconds, 0)) > s.tolerance {
		return nil, false
	}
	verification := s.secrets.Begin(sha256.New, signatures...)
	_, _ = verification.Write([]byte(timestamp + ".")) // never fails
	return verification, true
}

func parseSignature(header string) (timestamp string, signatures [][]byte, ok bool) {
	for pair := range strings.SplitSeq(header, ",") {
		name, value, found := strings.Cut(pair, "=")
		if !found {
			return "", nil, false
		}
		switch name {
		case "t":
			timestamp = value
		case "v1":
			if decoded, err := hex.DecodeString(value); err == nil {
				signatures = append(signatures, decoded)
			}
		}
	}
	return timestamp, signatures, len(signatures) > 0 && len(signatures) <= maxSignatures
}
