package intake_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// stall begins a delivery as a stranger does who wants to be in the way, and sends no more of it than so many bytes.
func (r receiver) stall(t *testing.T, sent int) {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	_, err = fmt.Fprintf(connection, "POST /vercel/logs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nX-Vercel-Signature: %s\r\n\r\n%s",
		draintest.Sign("x", "x"), strings.Repeat("x", sent))
	require.NoError(t, err)
}

func TestStrangersWhoSendSlowlyAreNotInTheWay(t *testing.T) {
	t.Parallel()
	r := start(t, func(o *intake.Options) { o.MaxRequests = 2 })
	for range 20 {
		r.stall(t, 10)
	}
	for range 10 {
		assert.Equal(t, http.StatusOK, r.post(t, body).status)
		time.Sleep(10 * time.Millisecond) // until all of the others are being read
	}
}

func TestWhatIsHeldOfAllBodiesIsBounded(t *testing.T) {
	t.Parallel()
	r := start(t, func(o *intake.Options) { o.MaxRequests = 2 }) // of 1000 bytes each
	r.stall(t, 990)
	r.stall(t, 990)
	require.Eventually(t, func() bool {
		return r.post(t, strings.Repeat("x", 100)).status == http.StatusTooManyRequests
	}, 5*time.Second, 10*time.Millisecond)
	assert.Equal(t, http.StatusOK, r.post(t, "one\n").status, "there is room for that")
}

func TestWhatWasHeldIsGivenBack(t *testing.T) {
	t.Parallel()
	r := start(t, func(o *intake.Options) { o.MaxRequests = 1 })
	for range 5 {
		assert.Equal(t, http.StatusOK, r.post(t, strings.Repeat("x", 900)).status)
		assert.Equal(t, http.StatusRequestEntityTooLarge, r.post(t, strings.Repeat("x", 1001)).status)
	}
}

func TestAStrangersBombIsNotHashedToItsEnd(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	r := start(t, func(o *intake.Options) { o.MaxBody, o.MaxInflated = mebibyte, 1000*mebibyte })
	for text, reason := range map[string]string{
		strings.Repeat("x", mebibyte):   "signature",
		strings.Repeat("x", mebibyte+1): "too_large_inflated", // a thousand times what was sent
	} {
		said := r.post(t, draintest.Zip(t, text), "Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign("x", "x"))
		assert.Contains(t, said.text, `"code":"`+reason+`"`)
	}
	signed := draintest.Zip(t, strings.Repeat("x", 2*mebibyte))
	assert.Equal(t, http.StatusOK, r.post(t, signed, "Content-Encoding", "gzip").status, "who signs what is sent is no stranger")
}
