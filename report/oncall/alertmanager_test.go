package oncall_test

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/testlog"
	"github.com/aimarketplace/monitoring/internal/toolbox"
	"github.com/aimarketplace/monitoring/report/app"
)

// TestNotificationsNameThePeopleOnCall writes the template as operators do, and reloads a real
// Alertmanager.
func TestNotificationsNameThePeopleOnCall(t *testing.T) {
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	got, err := receivers.Start(t.Context(), io.Discard)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, got.Close()) })
	server, err := amserver.Start(t.Context(), amserver.Options{Path: path, To: got.Access(), Faster: 100})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })

	today := time.Now().AddDate(0, 0, -2).Format(time.DateOnly) // Kim is primary, whatever the time of day
	out, err := run(t, "oncall", "--config-file="+scheduleFile(t, today, ""), "--template-file="+server.Join("secrets/oncall_phone.tmpl"))
	require.NoError(t, err)
	require.NotContains(t, out, "+82", "numbers are in the template only")
	post(t, server.URL()+"/-/reload", "")
	post(t, server.URL()+"/api/v2/alerts", `[
		{"labels":{"alertname":"DatabaseDown","severity":"P0","component":"database"},"annotations":{"summary":"The database is down"}},
		{"labels":{"alertname":"LockQueue","severity":"P1","component":"database"},"annotations":{"summary":"Sessions wait"}},
		{"labels":{"alertname":"StatementSlow","severity":"P2","component":"database"},"annotations":{"summary":"A statement is slow"}}]`)
	require.Eventually(t, func() bool {
		return len(got.Escalations.All()) >= 3 && len(got.Slack.All()) >= 3 && len(got.Mails.All()) >= 2 && len(got.PagerDuty.All()) >= 2
	}, 30*time.Second, 20*time.Millisecond)

	var phones []string
	for _, m := range got.Escalations.All() {
		phones = append(phones, m.Phone)
	}
	require.Equal(t, []string{"+821000000011", "+821000000012", "+821000000014"}, phones, "primary, secondary, manager")
	people := "on call: 김민지 (primary), Lee O'Jun (secondary), " + strings.Repeat("최", 40) + " (manager)"
	for _, m := range got.Slack.All() {
		named := strings.Contains(m.Attachments[0].Footer, " · "+people)
		require.Equal(t, !strings.HasPrefix(m.Attachments[0].Title, "P2"), named, m.Attachments[0].Title)
		if strings.HasPrefix(m.Attachments[0].Title, "P0") {
			require.Equal(t, "<!channel> <@U01KIM> P0: DatabaseDown (database): The database is down", m.Text)
		}
	}
	for _, event := range got.PagerDuty.All() {
		require.Contains(t, event.Payload.CustomDetails["firing"], "\nOn call: "+strings.TrimPrefix(people, "on call: "))
	}
	for _, m := range got.Mails.All() {
		require.Contains(t, m.Text, "\nOn call:   "+strings.TrimPrefix(people, "on call: ")+"\r\n")
		require.Contains(t, html.UnescapeString(m.HTML), " · "+people+"</div>")
	}
}

func post(t *testing.T, url, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := app.Run(t.Context(), args, &out, &testlog.Buffer{})
	return out.String(), err
}

func TestInvalidSchedulesAndFlags(t *testing.T) {
	today := time.Now().AddDate(0, 0, -2).Format(time.DateOnly)
	file := scheduleFile(t, today, "")
	missing := filepath.Join(t.TempDir(), "missing", "file")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no file":       {nil, "required flag(s) '--config-file' not provided"},
		"missing file":  {[]string{"--config-file=" + missing}, "reading --config-file " + missing},
		"gap":           {[]string{"--config-file=" + scheduleFile(t, today, "holidays: [{ person: kim, from: 2030-01-01, to: 2030-01-31 }]")}, "line 9: kim is on holiday and"},
		"future":        {[]string{"--config-file=" + scheduleFile(t, "2999-01-01", "")}, "no one is on call before the first rotation"},
		"weeks":         {[]string{"--config-file=" + file, "--weeks=0"}, "checking --weeks"},
		"template file": {[]string{"--config-file=" + file, "--template-file=" + missing}, "writing --template-file"},
		"ics file":      {[]string{"--config-file=" + file, "--ics-file=" + missing}, "writing --ics-file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := run(t, append([]string{"oncall"}, test.args...)...)
			require.ErrorContains(t, err, test.want)
		})
	}
}
