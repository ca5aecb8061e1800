package draintest

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Vercel signs with it
	"encoding/hex"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// Sign returns the signature that Vercel would put on a body.
func Sign(secret, body string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write([]byte(body)) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// Zip returns text in gzip.
func Zip(tb testing.TB, text string) string {
	tb.Helper()
	var smaller bytes.Buffer
	w := gzip.NewWriter(&smaller)
	_, err := io.WriteString(w, text)
	require.NoError(tb, err)
	require.NoError(tb, w.Close())
	return smaller.String()
}
