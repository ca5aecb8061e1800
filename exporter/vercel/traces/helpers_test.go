package traces_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// protobufOf encodes JSON, by the book, as protobuf.
func protobufOf(tb testing.TB, text []byte) []byte {
	tb.Helper()
	var from ptrace.JSONUnmarshaler
	read, err := from.UnmarshalTraces(text)
	require.NoError(tb, err)
	var to ptrace.ProtoMarshaler
	body, err := to.MarshalTraces(read)
	require.NoError(tb, err)
	return body
}
