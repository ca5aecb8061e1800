package receivers_test

import (
	"bytes"
	"io"
	"net/http"
	"net/smtp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/internal/receivers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const multipartMail = "Subject: =?utf-8?q?[P0]_=C3=973?=\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\none=20=3D 1\r\n" +
	"--b\r\nContent-Type: text/html\r\n\r\n<p>one\r\n--b--\r\n"

func TestMailIsParsed(t *testing.T) {
	got := start(t, io.Discard)
	access := got.Access()
	auth := smtp.PlainAuth("", "apikey", access.SMTPPassword, "127.0.0.1")
	require.NoError(t, smtp.SendMail(access.SMTP, auth, "a@example.com", []string{"b@example.com", "c@example.com"}, []byte(multipartMail)))
	mail := got.Mails.All()[0]
	require.Equal(t, "a@example.com", mail.From)
	require.Equal(t, []string{"b@example.com", "c@example.com"}, mail.To)
	require.Equal(t, []string{"[P0] ×3", "one = 1", "<p>one"}, []string{mail.Subject, strings.TrimSpace(mail.Text), strings.TrimSpace(mail.HTML)})
}

func TestMailIsRejected(t *testing.T) {
	got := start(t, io.Discard)
	access := got.Access()
	to := []string{"b@example.com"}
	right, wrong := smtp.PlainAuth("", "apikey", access.SMTPPassword, "127.0.0.1"), smtp.PlainAuth("", "apikey", "wrong", "127.0.0.1")
	require.ErrorContains(t, smtp.SendMail(access.SMTP, wrong, "a@example.com", to, []byte(multipartMail)), "535")
	require.ErrorContains(t, smtp.SendMail(access.SMTP, nil, "a@example.com", to, []byte(multipartMail)), "530")
	require.ErrorContains(t, smtp.SendMail(access.SMTP, right, "a@example.com", to, []byte("Subject: plain\r\n\r\ntext\r\n")), "554")
	require.ErrorContains(t, smtp.SendMail(access.SMTP, right, "a@example.com", nil, []byte(multipartMail)), "502")
	require.Empty(t, got.Mails.All())
}

func TestCloseClosesConnections(t *testing.T) {
	got, err := receivers.Start(t.Context(), io.Discard)
	require.NoError(t, err)
	idle, err := smtp.Dial(got.Access().SMTP)
	require.NoError(t, err)
	require.NoError(t, got.Close())
	require.Error(t, idle.Noop())
	require.NoError(t, idle.Close())
}

func TestServicesRespondAsTheRealOnes(t *testing.T) {
	got := start(t, io.Discard)
	access := got.Access()
	event := `{"routing_key":"` + access.RoutingKey + `","event_action":"trigger","payload":{"summary":"s","source":"s","severity":"critical"}}`
	signed := http.Header{"Authorization": {"AWS4-HMAC-SHA256 Credential=…"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	unsigned := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, c := range []struct {
		url, body string
		header    http.Header
		status    int
		want      string
	}{
		{access.Slack, `{"attachments":[{"title":"a"}]}`, nil, 200, "ok"},
		{access.Slack, `{`, nil, 400, "invalid_payload"},
		{access.Slack, `{}`, nil, 400, "no_text"},
		{access.PagerDuty, event, nil, 202, "Event processed"},
		{access.PagerDuty, strings.Replace(event, access.RoutingKey, "short", 1), nil, 400, "Length of 'routing_key'"},
		{access.PagerDuty, strings.Replace(event, access.RoutingKey, strings.Repeat("0", 32), 1), nil, 400, "unknown"},
		{access.PagerDuty, strings.Replace(event, "critical", "P0", 1), nil, 400, "severity"},
		{access.PagerDuty, strings.Replace(event, "trigger", "resolve", 1), nil, 400, "dedup_key"},
		{access.SNS, "Action=Publish&PhoneNumber=%2B821000000000&Message=a", signed, 200, "MessageId"},
		{access.SNS, "Action=Publish&PhoneNumber=010-0000-0000&Message=a", signed, 400, "InvalidParameter"},
		{access.SNS, "Action=Publish&PhoneNumber=%2B821000000000&Message=a", unsigned, 403, "MissingAuthenticationToken"},
		{access.DeadMansSwitch, `{"status":"firing"}`, nil, 200, ""},
		{access.DeadMansSwitch, `heartbeat`, nil, 400, "invalid"},
	} {
		status, response := post(t, c.url, c.body, c.header)
		require.Equal(t, c.status, status, "%s: %s", c.url, c.body)
		require.Contains(t, response, c.want)
	}
	require.Len(t, got.Slack.All(), 1)
	require.Len(t, got.PagerDuty.All(), 1)
	require.Equal(t, "a", got.Texts.All()[0].Message)
	require.Len(t, got.Heartbeats.All(), 1)
}

func TestMessagesArePrinted(t *testing.T) {
	var out bytes.Buffer
	got, err := receivers.Start(t.Context(), &out)
	require.NoError(t, err)
	access := got.Access()
	post(t, access.Slack, `{"channel":"#alerts","attachments":[{"title":"P0: Down","text":"3 &gt; 1\n","footer":"since noon",`+
		`"actions":[{"text":"Runbook","url":"https://example.com"}]}]}`, nil)
	post(t, access.DeadMansSwitch, `{}`, nil)
	post(t, access.DeadMansSwitch, `{}`, nil)
	require.NoError(t, got.Close())
	require.Regexp(t, `^\n\d\d:\d\d:\d\d  Slack #alerts
  \| P0: Down
  \| 3 > 1
  \| \[Runbook\] https://example.com
  \| since noon

\d\d:\d\d:\d\d  Dead man's switch
  \| alerting works; the dead man's switch notifies on-call when these heartbeats stop
$`, out.String())
}

func start(t *testing.T, out io.Writer) *receivers.Receivers {
	t.Helper()
	got, err := receivers.Start(t.Context(), out)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, got.Close()) })
	return got
}

func post(t *testing.T, url, body string, header http.Header) (status int, content string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	if header != nil {
		request.Header = header
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}
