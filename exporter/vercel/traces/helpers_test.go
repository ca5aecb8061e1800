package traces_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func protobufOf(tb testing.TB, text []byte) []byte {
	tb.Helper()
	body, err := draintest.Protobuf(text)
	require.NoError(tb, err)
	return body
}
