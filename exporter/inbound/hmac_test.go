package inbound_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestInvalidSignaturesAreRejected(t *testing.T) {
	t.Parallel()
	valid := draintest.Sign(secret, content)
	zipped := draintest.Zip(t, content)
	for name, delivery := range map[string][]string{
		"no signature":                          {content, "X-Vercel-Signature", "-"},
		"an empty signature":                    {content, "X-Vercel-Signature", ""},
		"of another secret":                     {content, "X-Vercel-Signature", draintest.Sign("x", content)},
		"of an empty secret":                    {content, "X-Vercel-Signature", draintest.Sign("", content)},
		"of another body":                       {content, "X-Vercel-Signature", draintest.Sign(secret, content+" ")},
		"too short":                             {content, "X-Vercel-Signature", valid[:38]},
		"too long":                              {content, "X-Vercel-Signature", valid + "00"},
		"in capitals":                           {content, "X-Vercel-Signature", strings.ToUpper(valid)},
		"not hexadecimal":                       {content, "X-Vercel-Signature", strings.Repeat("g", 40)},
		"of another body, with gzip":            {zipped, "Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign(secret, "x")},
		"of another body, with invalid gzip":    {content, "Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign(secret, "x")},
		"of the compressed bytes, without gzip": {content, "X-Vercel-Signature", draintest.Sign(secret, zipped)},
		"a handshake, without a token":          {"{}", "X-Vercel-Signature", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t, nil)
			response := l.post(t, delivery[0], delivery[1:]...)
			assert.Equal(t, http.StatusUnauthorized, response.status)
			assert.Contains(t, response.text, "--vercel.secret-file")
			assert.Equal(t, rejected("signature"), l.counted(t))
			assert.Zero(t, l.lines.counted())
		})
	}
}

func TestTwoSignaturesAreRejected(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/vercel/logs", strings.NewReader(content))
	require.NoError(t, err)
	request.Header["X-Vercel-Signature"] = []string{draintest.Sign(secret, content), draintest.Sign("x", content)}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusUnauthorized, response.StatusCode)
}

func TestSecretsAreRotated(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "# of the log drain\n"+secret+"\n")
	secrets, err := inbound.LoadSecrets("vercel.secret-file", file)
	require.NoError(t, err)
	l := start(t, func(o *options) { o.endpoint.Verifier = sha1Of(secrets) })
	status := func(key string) int {
		return l.post(t, content, "X-Vercel-Signature", draintest.Sign(key, content)).status
	}
	assert.Equal(t, []int{200, 401}, []int{status(secret), status(another)})
	rewriteFile(t, file, secret+"\r\n\n  "+another+" \n")
	require.NoError(t, secrets.Reload())
	assert.Equal(t, []int{200, 200}, []int{status(secret), status(another)})
	rewriteFile(t, file, another)
	require.NoError(t, secrets.Reload())
	assert.Equal(t, []int{401, 200}, []int{status(secret), status(another)})

	rewriteFile(t, file, "# "+another)
	err = secrets.Reload()
	require.ErrorContains(t, err, "hint: ")
	require.ErrorContains(t, err, "--vercel.secret-file")
	rewriteFile(t, file, strings.Repeat("x\n", 17))
	require.ErrorContains(t, secrets.Reload(), "has 17")
	rewriteFile(t, file, secret+"\nshort-canary-of-thirty-one-char")
	err = secrets.Reload()
	require.ErrorContains(t, err, "secret 2 of "+file+" has 31 characters, the minimum is 32; hint:")
	require.NotContains(t, err.Error(), "canary")
	assert.Equal(t, []int{401, 200}, []int{status(secret), status(another)}, "an invalid file changes nothing")
	assert.Equal(t, 1, secrets.Len())
}

func TestWithoutASecretNoSignatureIsValid(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *options) { o.endpoint.Verifier = sha1Of(&inbound.Secrets{}) })
	assert.Equal(t, http.StatusUnauthorized, l.post(t, content, "X-Vercel-Signature", draintest.Sign("", content)).status)
}

// timestamped is a verifier for signatures over a timestamp and the body. A header may contain
// several: t=…,v1=…,v1=….
type timestamped struct{ secrets *inbound.Secrets }

func (v timestamped) Begin(header http.Header) (inbound.Verification, bool) {
	var timestamp string
	var signatures [][]byte
	for part := range strings.SplitSeq(header.Get("Signature"), ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "t":
			timestamp = value
		case "v1":
			if signature, err := hex.DecodeString(value); err == nil {
				signatures = append(signatures, signature)
			}
		}
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || len(signatures) == 0 || time.Since(time.Unix(seconds, 0)) > 5*time.Minute {
		return nil, false
	}
	verification := v.secrets.Begin(sha256.New, signatures...)
	_, _ = io.WriteString(verification, timestamp+".")
	return verification, true
}

func TestASenderMaySignMoreThanTheBody(t *testing.T) {
	t.Parallel()
	secrets, err := inbound.LoadSecrets("stripe.secret-file", writeFile(t, secret+"\n"+another))
	require.NoError(t, err)
	l := start(t, func(o *options) { o.endpoint.Verifier = timestamped{secrets} })
	signed := func(at time.Time, key string) string {
		timestamp := strconv.FormatInt(at.Unix(), 10)
		mac := hmac.New(sha256.New, []byte(key))
		_, _ = io.WriteString(mac, timestamp+"."+content)
		return "t=" + timestamp + ",v0=x,v1=" + strings.Repeat("00", 32) + ",v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	assert.Equal(t, http.StatusOK, l.post(t, content, "Signature", signed(time.Now(), secret)).status)
	assert.Equal(t, http.StatusOK, l.post(t, content, "Signature", signed(time.Now(), another)).status)
	assert.Equal(t, http.StatusUnauthorized, l.post(t, content, "Signature", signed(time.Now(), "x")).status)
	assert.Equal(t, http.StatusUnauthorized, l.post(t, content, "Signature", signed(time.Now().Add(-6*time.Minute), secret)).status)
	assert.Equal(t, http.StatusUnauthorized, l.post(t, content+" ", "Signature", signed(time.Now(), secret)).status)
}
