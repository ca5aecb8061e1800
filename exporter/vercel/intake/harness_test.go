package intake_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lines is a drain that counts the lines of a body. What a real one makes of its rows is none of the receiver's business.
type lines struct {
	forms []intake.Form
	wait  chan struct{} // a delivery is under way until it is closed; nil for no wait
	began chan struct{} // gets one for each delivery that waits
}

func (l *lines) Name() string         { return "logs" }
func (l *lines) Path() string         { return "/vercel/logs" }
func (l *lines) Forms() []intake.Form { return l.forms }

func (l *lines) Take(body []byte, _ intake.Form) (batch.Tally, error) {
	if l.wait != nil {
		l.began <- struct{}{}
		<-l.wait
	}
	switch {
	case bytes.HasPrefix(body, []byte("panic ")):
		panic(string(body))
	case bytes.HasPrefix(body, []byte("malformed")):
		return batch.Tally{}, batch.ErrMalformed
	case bytes.Count(body, []byte("\n")) > 3:
		return batch.Tally{}, batch.ErrTooMany
	}
	return batch.Tally{Counted: bytes.Count(body, []byte("\n")), Duplicates: 1, Rejected: map[batch.Reason]int{batch.Missing: 2}}, nil
}

const (
	secret  = "6f0c1d7e"
	another = "a-new-one"
	body    = "one\ntwo\n"
)

// receiver is one that listens.
type receiver struct {
	*intake.Receiver
	url string
	log *bytes.Buffer
}

// start listens with small limits, which change may change.
func start(t *testing.T, change func(*intake.Options)) receiver {
	t.Helper()
	secrets, err := intake.LoadSecrets(secretFile(t, secret+"\n"))
	require.NoError(t, err)
	log := &bytes.Buffer{}
	options := intake.Options{
		Drains: []intake.Drain{&lines{forms: []intake.Form{intake.JSON}}}, Secrets: secrets, MaxBody: 1000, MaxInflated: 5000, MaxRequests: 2,
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&options)
	}
	r := receiver{Receiver: intake.New(options), log: log}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	r.url = server.URL
	return r
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secrets")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// answer is what a receiver said.
type answer struct {
	status int
	text   string
	header http.Header
	closed bool // the connection
}

// post sends a body, which is signed unless headers have a signature or ask for none by "-".
func (r receiver) post(t *testing.T, sent string, headers ...string) answer {
	t.Helper()
	return r.ask(t, http.MethodPost, "/vercel/logs", sent, headers...)
}

func (r receiver) ask(t *testing.T, method, path, sent string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.url+path, strings.NewReader(sent))
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, sent))
	for i := 0; i < len(headers); i += 2 {
		request.Header.Del(headers[i])
		if headers[i+1] != "-" {
			request.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, string(text), response.Header, response.Close}
}

// counted leaves out when the last row came.
func (r receiver) counted(t *testing.T) []string {
	t.Helper()
	var samples []string
	for _, sample := range draintest.Counted(t, r.Receiver) {
		if !strings.HasPrefix(sample, "marketplace_vercel_last_row_timestamp_seconds") {
			samples = append(samples, sample)
		}
	}
	return samples
}

func refused(reason string) []string {
	return []string{`marketplace_vercel_refusals_total{drain="logs",reason="` + reason + `"} 1`}
}

func taken() []string {
	return []string{
		`marketplace_vercel_deliveries_total{drain="logs"} 1`,
		`marketplace_vercel_duplicate_rows_total{drain="logs"} 1`,
		`marketplace_vercel_rejected_rows_total{drain="logs",reason="missing"} 2`,
		`marketplace_vercel_rows_total{drain="logs"} 2`,
	}
}

func rewrite(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}
