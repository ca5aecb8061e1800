package promtest_test

import (
	"io"
	"net/http"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promserver"
	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestServer(t *testing.T) {
	server := promtest.Start(t, "global: {scrape_interval: 1s}")

	t.Run("evaluates vectors and scalars", func(t *testing.T) {
		samples := server.Query(t, `label_replace(vector(42), "side", "left", "", "")`)
		require.Len(t, samples, 1)
		require.Equal(t, map[string]string{"side": "left"}, samples[0].Labels)
		require.Equal(t, 42.0, samples[0].Value)
		require.False(t, samples[0].Time.IsZero())

		require.Equal(t, 7.0, server.Query(t, "3 + 4")[0].Value)
		require.Empty(t, server.Query(t, "no_such_metric"))
	})
	t.Run("returns errors of queries", func(t *testing.T) {
		_, err := server.Server.Query(t.Context(), "sum(")
		require.ErrorContains(t, err, "parse error")
		_, err = server.Server.Query(t.Context(), "up[5m]")
		require.ErrorContains(t, err, "instant vector")
	})
}

func TestServerScrapesItself(t *testing.T) {
	first := promtest.Start(t, "")
	address := first.URL()[len("http://"):]
	server := promtest.Start(t, `
global: {scrape_interval: 1s}
scrape_configs:
  - {job_name: first, static_configs: [{targets: ["`+address+`"]}]}
`)
	require.Equal(t, "first", server.Await(t, "up == 1")[0].Labels["job"])
}

func TestStartReturnsErrorsOfTheConfiguration(t *testing.T) {
	path, err := toolbox.Path("prometheus")
	require.NoError(t, err)
	_, err = promserver.Start(t.Context(), promserver.Options{Path: path, Config: "no_such_section: {}"})
	require.ErrorContains(t, err, "field no_such_section not found")
}

func TestCheckMetrics(t *testing.T) {
	page, err := http.Get(promtest.Start(t, "").URL() + "/metrics") //nolint:noctx // the server ends with the test
	require.NoError(t, err)
	defer page.Body.Close()
	body, err := io.ReadAll(page.Body)
	require.NoError(t, err)
	require.NotEmpty(t, body)

	promtest.CheckMetrics(t, []byte("# HELP fine_total Fine things.\n# TYPE fine_total counter\nfine_total 1\n"))
	for name, text := range map[string]string{
		"a name that does not match the type": "# HELP bad A thing.\n# TYPE bad counter\nbad 1\n",
		"no help":                             "# TYPE bad gauge\nbad 1\n",
		"a broken line":                       "bad{ 1\n",
	} {
		r := &recorder{TB: t}
		r.run(func() { promtest.CheckMetrics(r, []byte(text)) })
		require.True(t, r.failed, name)
	}
}

// recorder records a test's failure instead of failing it.
type recorder struct {
	testing.TB
	failed bool
}

// Errorf records a failed assertion.
func (r *recorder) Errorf(string, ...any) { r.failed = true }

// FailNow ends the goroutine, as that of a test does.
func (r *recorder) FailNow() { runtime.Goexit() }

func (r *recorder) run(test func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		test()
	}()
	<-done
}
