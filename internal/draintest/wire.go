package draintest

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Vercel signs with it
	"encoding/hex"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Sign returns the signature that Vercel would put on a body.
func Sign(secret, body string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write([]byte(body)) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// Protobuf encodes OTLP's JSON, by the book, as protobuf.
func Protobuf(text []byte) ([]byte, error) {
	var from ptrace.JSONUnmarshaler
	read, err := from.UnmarshalTraces(text)
	if err != nil {
		return nil, fmt.Errorf("reading OTLP's JSON: %w", err)
	}
	var to ptrace.ProtoMarshaler
	return to.MarshalTraces(read)
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
