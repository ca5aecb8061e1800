package logs_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/logs"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a drain, and the metrics that receive its durations.
type fixture struct {
	*logs.Drain
	requests *requests.Metrics
}

// start returns a drain that observes durations.
func start(lists func() *allow.Lists) fixture {
	f := fixture{requests: requests.New(lists)}
	f.Drain = logs.New(row.Options{MaxRows: 100, Lists: lists, Dedupe: draintest.Window()}, f.requests)
	return f
}

func (f fixture) counted(t *testing.T) []string {
	t.Helper()
	return draintest.Counted(t, f.Drain, f.requests)
}

// fields are the members of a row.
type fields map[string]any

// logRow returns a row of the application in production, with its own request id. Other fields
// replace its own; nil removes one.
func logRow(id string, other fields) string {
	all := fields{
		"id": id, "source": "lambda", "host": "aimarketplace.com", "timestamp": 1573817250283, "projectId": "prj_x", "deploymentId": "dpl_x",
		"environment": "production", "path": "/api/prompts", "requestId": "icn1::" + id,
	}
	for name, value := range other {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(text)
}
