package intake_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestASignedDeliveryIsTaken(t *testing.T) {
	t.Parallel()
	zipped := draintest.Zip(t, body)
	for name, delivery := range map[string]struct {
		sent    string
		headers []string
	}{
		"as it is":                       {body, nil},
		"JSON":                           {body, []string{"Content-Type", "application/json; charset=utf-8"}},
		"NDJSON":                         {body, []string{"Content-Type", "application/x-ndjson"}},
		"lines":                          {body, []string{"Content-Type", "application/jsonl"}},
		"with a parameter that is none":  {body, []string{"Content-Type", "application/json; charset"}},
		"text, as curl has it":           {body, []string{"Content-Type", "text/plain"}},
		"encoded as nothing":             {body, []string{"Content-Encoding", "identity"}},
		"gzip, signed as sent":           {zipped, []string{"Content-Encoding", "gzip"}},
		"gzip, signed before":            {zipped, []string{"Content-Encoding", "GZIP", "X-Vercel-Signature", draintest.Sign(secret, body)}},
		"gzip in two parts":              {draintest.Zip(t, "one\n") + draintest.Zip(t, "two\n"), []string{"Content-Encoding", "gzip"}},
		"with a token to be verified by": {body, []string{"X-Vercel-Verify", "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil)
			said := r.post(t, delivery.sent, delivery.headers...)
			assert.Equal(t, http.StatusOK, said.status)
			assert.Equal(t, "{}", said.text)
			assert.Equal(t, taken(), r.counted(t))
		})
	}
}

func TestWhatIsNotSignedIsNotCounted(t *testing.T) {
	t.Parallel()
	right := draintest.Sign(secret, body)
	zipped := draintest.Zip(t, body)
	for name, delivery := range map[string][]string{
		"no signature":               {body, "X-Vercel-Signature", "-"},
		"an empty one":               {body, "X-Vercel-Signature", ""},
		"of another secret":          {body, "X-Vercel-Signature", draintest.Sign("x", body)},
		"of an empty secret":         {body, "X-Vercel-Signature", draintest.Sign("", body)},
		"of another body":            {body, "X-Vercel-Signature", draintest.Sign(secret, body+" ")},
		"cut off":                    {body, "X-Vercel-Signature", right[:38]},
		"with more behind it":        {body, "X-Vercel-Signature", right + "00"},
		"in capitals":                {body, "X-Vercel-Signature", strings.ToUpper(right)},
		"no digits":                  {body, "X-Vercel-Signature", strings.Repeat("g", 40)},
		"gzip, of something else":    {zipped, "Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign(secret, "x")},
		"gzip that is none":          {body, "Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign(secret, "x")},
		"the inflated bytes, not so": {body, "X-Vercel-Signature", draintest.Sign(secret, zipped)},
		"a greeting, nobody asked":   {"{}", "X-Vercel-Signature", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil)
			said := r.post(t, delivery[0], delivery[1:]...)
			assert.Equal(t, http.StatusUnauthorized, said.status)
			assert.Contains(t, said.text, "--vercel.secret-file")
			assert.Equal(t, refused("signature"), r.counted(t))
		})
	}
}

func TestTwoSignaturesAreNone(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/vercel/logs", strings.NewReader(body))
	require.NoError(t, err)
	request.Header["X-Vercel-Signature"] = []string{draintest.Sign(secret, body), draintest.Sign("x", body)}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusUnauthorized, response.StatusCode)
}

func TestRefusalsHaveAReasonAndAHint(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1001)
	for reason, delivery := range map[string]struct {
		status  int
		sent    string
		headers []string
	}{
		"too_large":          {http.StatusRequestEntityTooLarge, long, nil},
		"too_large_inflated": {http.StatusRequestEntityTooLarge, draintest.Zip(t, strings.Repeat("x", 5001)), []string{"Content-Encoding", "gzip"}},
		"too_many_rows":      {http.StatusRequestEntityTooLarge, "1\n2\n3\n4\n", nil},
		"media_type":         {http.StatusUnsupportedMediaType, body, []string{"Content-Type", "application/x-protobuf"}},
		"encoding":           {http.StatusUnsupportedMediaType, body, []string{"Content-Encoding", "br"}},
		"malformed":          {http.StatusBadRequest, "malformed", nil},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil)
			said := r.post(t, delivery.sent, delivery.headers...)
			assert.Equal(t, delivery.status, said.status)
			assert.Contains(t, said.text, `"code":"`+reason+`"`)
			assert.Contains(t, said.text, `"hint":"`)
			assert.True(t, said.closed, "nobody reads on, and whoever it is may open another connection")
			assert.Equal(t, refused(reason), r.counted(t))
		})
	}
}

func TestOtherWaysToSayTheSameAreRefusedToo(t *testing.T) {
	t.Parallel()
	for name, delivery := range map[string]struct {
		reason, sent string
		headers      []string
	}{
		"a media type that is none":           {"media_type", body, []string{"Content-Type", ";;"}},
		"HTML":                                {"media_type", body, []string{"Content-Type", "text/html"}},
		"two encodings":                       {"encoding", body, []string{"Content-Encoding", "gzip, gzip"}},
		"signed gzip that is none":            {"malformed", body, []string{"Content-Encoding", "gzip"}},
		"signed gzip that breaks off":         {"malformed", draintest.Zip(t, body)[:20], []string{"Content-Encoding", "gzip"}},
		"a stranger's bomb":                   {"too_large_inflated", draintest.Zip(t, strings.Repeat("x", 5001)), []string{"Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign("x", "")}},
		"a stranger's gzip of the right size": {"signature", draintest.Zip(t, strings.Repeat("x", 5000)), []string{"Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign("x", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil)
			r.post(t, delivery.sent, delivery.headers...)
			assert.Equal(t, refused(delivery.reason), r.counted(t))
		})
	}
}

func TestLimitsAreReachedOnlyBeyondThem(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	assert.Equal(t, http.StatusOK, r.post(t, strings.Repeat("x", 1000)).status)
	assert.Equal(t, http.StatusOK, r.post(t, draintest.Zip(t, strings.Repeat("x", 5000)), "Content-Encoding", "gzip").status)
	assert.Equal(t, http.StatusOK, r.post(t, "1\n2\n3\n").status)
}

func TestABodyOfUnknownLengthIsLimitedAsWell(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	sent := strings.Repeat("x", 1001)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/vercel/logs", io.MultiReader(strings.NewReader(sent)))
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, sent))
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode)
	assert.Equal(t, refused("too_large"), r.counted(t))
}

func TestAnotherPathOrMethodIsCountedWithoutItsName(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	assert.Equal(t, http.StatusNotFound, r.ask(t, http.MethodPost, "/vercel/kim@example.com", body).status)
	assert.Equal(t, http.StatusNotFound, r.ask(t, http.MethodGet, "/metrics", "").status)
	said := r.ask(t, http.MethodPut, "/vercel/logs", body)
	assert.Equal(t, http.StatusMethodNotAllowed, said.status)
	assert.Equal(t, "POST", said.header.Get("Allow"))
	assert.Equal(t, []string{
		`marketplace_vercel_refusals_total{drain="logs",reason="method"} 1`,
		`marketplace_vercel_refusals_total{reason="path"} 2`,
	}, r.counted(t))
	assert.NotContains(t, r.log.String(), "kim")
}

func TestTheVerifyButtonIsAnsweredWhereThereIsAToken(t *testing.T) {
	t.Parallel()
	r := start(t, func(o *intake.Options) { o.VerifyToken = "5f3a" })
	for _, said := range []answer{
		r.post(t, "{}", "X-Vercel-Signature", "-"), r.post(t, " {}\n", "X-Vercel-Signature", "-"), r.post(t, "", "X-Vercel-Signature", "-"),
		r.post(t, draintest.Zip(t, "{}"), "X-Vercel-Signature", "-", "Content-Encoding", "gzip"),
		r.ask(t, http.MethodGet, "/vercel/logs", ""), r.ask(t, http.MethodHead, "/vercel/logs", ""),
	} {
		assert.Equal(t, http.StatusOK, said.status)
		assert.Equal(t, "5f3a", said.header.Get("X-Vercel-Verify"))
	}
	assert.Empty(t, r.counted(t))

	said := r.post(t, `{"id":"1"}`, "X-Vercel-Signature", "-")
	assert.Equal(t, http.StatusUnauthorized, said.status, "only a greeting needs no signature")
	assert.Equal(t, "5f3a", said.header.Get("X-Vercel-Verify"))
	said = r.post(t, "{"+strings.Repeat(" ", 100)+"}", "X-Vercel-Signature", "-")
	assert.Equal(t, http.StatusUnauthorized, said.status, "nor is a long one read")
	said = r.post(t, "{}"+strings.Repeat(" ", 100)+`{"id":"1"}`, "X-Vercel-Signature", "-")
	assert.Equal(t, http.StatusUnauthorized, said.status, "nor is what only begins as one")
}

func TestSecretsAreRolled(t *testing.T) {
	t.Parallel()
	var secrets *intake.Secrets
	file := secretFile(t, "# of the log drain\n"+secret+"\n")
	r := start(t, func(o *intake.Options) {
		var err error
		secrets, err = intake.LoadSecrets(file)
		require.NoError(t, err)
		o.Secrets = secrets
	})
	ask := func(key string) int { return r.post(t, body, "X-Vercel-Signature", draintest.Sign(key, body)).status }
	assert.Equal(t, []int{200, 401}, []int{ask(secret), ask(another)})
	rewrite(t, file, secret+"\r\n\n  "+another+" \n")
	require.NoError(t, secrets.Reload())
	assert.Equal(t, []int{200, 200}, []int{ask(secret), ask(another)})
	rewrite(t, file, another)
	require.NoError(t, secrets.Reload())
	assert.Equal(t, []int{401, 200}, []int{ask(secret), ask(another)})

	rewrite(t, file, "# "+another)
	require.ErrorContains(t, secrets.Reload(), "hint: ")
	rewrite(t, file, strings.Repeat("x\n", 17))
	require.ErrorContains(t, secrets.Reload(), "has 17")
	assert.Equal(t, []int{401, 200}, []int{ask(secret), ask(another)}, "a bad file changes nothing")
	assert.Equal(t, 1, secrets.Len())
}

func TestWithoutASecretNothingIsSigned(t *testing.T) {
	t.Parallel()
	r := start(t, func(o *intake.Options) { o.Secrets = &intake.Secrets{} })
	assert.Equal(t, http.StatusUnauthorized, r.post(t, body, "X-Vercel-Signature", draintest.Sign("", body)).status)
}

func TestMoreDeliveriesThanAllowedAreToldToComeBack(t *testing.T) {
	t.Parallel()
	busy := &lines{forms: []intake.Form{intake.JSON}, wait: make(chan struct{}), began: make(chan struct{}, 2)}
	r := start(t, func(o *intake.Options) { o.Drains = []intake.Drain{busy} })
	var waiting sync.WaitGroup
	for range 2 {
		waiting.Go(func() { assert.Equal(t, http.StatusOK, r.post(t, body).status) })
	}
	<-busy.began
	<-busy.began
	said := r.post(t, body)
	assert.Equal(t, http.StatusTooManyRequests, said.status)
	assert.Equal(t, "1", said.header.Get("Retry-After"))
	assert.Equal(t, http.StatusUnauthorized, r.post(t, body, "X-Vercel-Signature", "-").status, "who has no signature is told so anyway")
	close(busy.wait)
	waiting.Wait()
	assert.Contains(t, r.counted(t), `marketplace_vercel_refusals_total{drain="logs",reason="busy"} 1`)
	assert.Contains(t, r.counted(t), `marketplace_vercel_rows_total{drain="logs"} 4`)
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	from, into := io.Pipe()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/vercel/logs", from)
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, body))
	go func() {
		_, _ = io.WriteString(into, "one\n")
		cancel()
		_ = into.CloseWithError(io.ErrUnexpectedEOF)
	}()
	_, err = http.DefaultClient.Do(request) //nolint:bodyclose // there is no answer
	require.Error(t, err)
	require.Eventually(t, func() bool { return len(r.counted(t)) == 1 }, 5*time.Second, 10*time.Millisecond)
	assert.Equal(t, refused("read"), r.counted(t))
}

func TestADrainThatPanicsCostsOneDelivery(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	assert.Equal(t, http.StatusInternalServerError, r.post(t, "panic kim@example.com").status)
	assert.Equal(t, refused("internal"), r.counted(t))
	assert.Contains(t, r.log.String(), "level=ERROR")
	assert.Contains(t, r.log.String(), "lines).Take", "the log says where")
	assert.NotContains(t, r.log.String(), "kim", "and not at what")
	for range 3 {
		assert.Equal(t, http.StatusOK, r.post(t, body).status, "and nothing stays under way")
	}
}

// A bomb of 100 MB is some 100 kB in gzip.
func TestABombIsNotInflated(t *testing.T) { //nolint:paralleltest // it measures what is allocated
	bomb := draintest.Zip(t, strings.Repeat("\x00", 100<<20))
	r := start(t, func(o *intake.Options) { o.MaxBody, o.MaxInflated = 1<<20, 1<<20 })
	for _, signature := range []string{draintest.Sign(secret, bomb), draintest.Sign("x", bomb)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		said := r.post(t, bomb, "Content-Encoding", "gzip", "X-Vercel-Signature", signature)
		runtime.ReadMemStats(&after)
		assert.Equal(t, http.StatusRequestEntityTooLarge, said.status)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
		assert.Less(t, time.Since(began), 5*time.Second)
	}
}

func TestEveryCounterIsThereFromTheStart(t *testing.T) {
	t.Parallel()
	all := draintest.All(t, start(t, nil).Receiver)
	for _, reason := range []string{
		"signature", "too_large", "too_large_inflated", "too_many_rows", "media_type", "encoding", "malformed", "busy", "read", "method", "internal",
	} {
		assert.Contains(t, all, `marketplace_vercel_refusals_total{drain="logs",reason="`+reason+`"} 0`)
	}
	for _, reason := range []string{"malformed", "type", "missing", "value"} {
		assert.Contains(t, all, `marketplace_vercel_rejected_rows_total{drain="logs",reason="`+reason+`"} 0`)
	}
	assert.Contains(t, all, `marketplace_vercel_refusals_total{reason="path"} 0`)
	assert.NotContains(t, strings.Join(all, "\n"), "last_row", "absent is not zero")
}

func TestTheLastRowHasItsTime(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	r.post(t, "no line, no row")
	assert.NotContains(t, strings.Join(draintest.All(t, r.Receiver), "\n"), "last_row")
	r.post(t, body)
	assert.Contains(t, strings.Join(draintest.All(t, r.Receiver), "\n"), "last_row")
}

func FuzzReceiver(f *testing.F) {
	f.Add(body, "application/json", "", true)
	f.Add(draintest.Zip(f, body), "application/x-ndjson", "gzip", true)
	f.Add(draintest.Zip(f, body), "", "gzip", false)
	f.Fuzz(func(t *testing.T, sent, media, encoding string, signed bool) {
		r := start(t, nil)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/vercel/logs", strings.NewReader(sent))
		request.Header = http.Header{"Content-Type": {media}, "Content-Encoding": {encoding}, "X-Vercel-Signature": {draintest.Sign("x", sent)}}
		if signed {
			request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, sent))
		}
		recorder := httptest.NewRecorder()
		r.ServeHTTP(recorder, request)
		if !signed || recorder.Code != http.StatusOK {
			require.NotEqual(t, http.StatusOK, recorder.Code)
			require.NotContains(t, strings.Join(r.counted(t), "\n"), "marketplace_vercel_rows_total")
		}
		require.NotContains(t, r.log.String(), "level=ERROR")
	})
}
