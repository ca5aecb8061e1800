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

// Sign returns the signature of a body in the form that Vercel sends.
func Sign(secret, body string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write([]byte(body)) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// Protobuf converts OTLP from JSON, in the form of its specification, to protobuf.
func Protobuf(text []byte) ([]byte, error) {
	var from ptrace.JSONUnmarshaler
	read, err := from.UnmarshalTraces(text)
	if err != nil {
		return nil, fmt.Errorf("decoding OTLP JSON: %w", err)
	}
	var to ptrace.ProtoMarshaler
	return to.MarshalTraces(read)
}

// Zip compresses text with gzip.
func Zip(tb testing.TB, text string) string {
	tb.Helper()
	var smaller bytes.Buffer
	w := gzip.NewWriter(&smaller)
	_, err := io.WriteString(w, text)
	require.NoError(tb, err)
	require.NoError(tb, w.Close())
	return smaller.String()
}
