package inbound_test

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/draintest"
)

const mebibyte = 1 << 20

// stall begins a delivery of the given size with an invalid signature, and sends only a part of it.
func (l listening) stall(t *testing.T, size, sent int) {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(l.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	_, err = fmt.Fprintf(connection, "POST /vercel/logs HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nX-Vercel-Signature: %s\r\n\r\n%s",
		size, draintest.Sign("x", "x"), strings.Repeat("x", sent))
	require.NoError(t, err)
}

func TestSlowClientsDoNotBlockOthers(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	for range 20 {
		l.stall(t, 1000, 10)
	}
	for range 10 {
		assert.Equal(t, http.StatusOK, l.post(t, content).status)
		time.Sleep(10 * time.Millisecond) // until the others are being read
	}
}

func TestMemoryOfReceivedBodiesIsBounded(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *options) { // together 2 bodies of 1 MiB, and 32 KiB for each of 4 connections
		o.config.MaxBodySize, o.config.MaxConnections = mebibyte, 4
	})
	l.stall(t, mebibyte, mebibyte-1)
	l.stall(t, mebibyte, mebibyte-1)
	require.Eventually(t, func() bool {
		return l.post(t, strings.Repeat("x", 220_000)).status == http.StatusTooManyRequests
	}, 12*time.Second, 10*time.Millisecond)
	assert.Equal(t, http.StatusOK, l.post(t, "one\n").status, "a short body still fits")
}

func TestMemoryIsReleased(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *options) { o.config.MaxRequests, o.config.MaxBodySize, o.config.MaxConnections = 1, 200_000, 1 })
	for range 5 {
		assert.Equal(t, http.StatusOK, l.post(t, strings.Repeat("x", 200_000)).status)
		assert.Equal(t, http.StatusRequestEntityTooLarge, l.post(t, strings.Repeat("x", 200_001)).status)
		assert.Equal(t, http.StatusUnauthorized, l.post(t, strings.Repeat("x", 200_000), "X-Vercel-Signature", draintest.Sign("x", "x")).status)
	}
}

// TestUnverifiedBodiesHoldLittleMemory sends from 200 clients at once with invalid signatures, 1
// MiB each, where 4 bodies may be held together.
func TestUnverifiedBodiesHoldLittleMemory(t *testing.T) { //nolint:paralleltest // it measures memory
	l := start(t, func(o *options) {
		o.config.MaxBodySize, o.config.MaxDecompressedSize, o.config.MaxRequests = mebibyte, 5*mebibyte, 4
	})
	runtime.GC()
	before := heapInUse()
	for range 200 {
		l.stall(t, mebibyte, mebibyte-1)
	}
	require.Eventually(t, func() bool {
		return strings.Contains(strings.Join(l.counted(t), "\n"), `reason="busy"`)
	}, 10*time.Second, 10*time.Millisecond)
	runtime.GC()
	growth := heapInUse() - before
	t.Logf("200 unverified bodies of 1 MiB hold %.1f MiB", growth/mebibyte)
	assert.Less(t, growth, float64(24*mebibyte), "4 bodies, 256 chunks of 32 KiB, and the connections")

	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 20 {
				status := l.post(t, strings.Repeat("x", 220_000), "X-Vercel-Signature", draintest.Sign("x", "x")).status
				assert.Contains(t, []int{http.StatusUnauthorized, http.StatusTooManyRequests}, status)
			}
		})
	}
	clients.Wait()
	runtime.GC()
	assert.Less(t, heapInUse()-before, float64(24*mebibyte), "nothing accumulates")
}

func heapInUse() float64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapInuse)
}

// A decompression bomb of 100 MiB is about 100 kB of gzip.
func TestDecompressionStopsAtTheLimit(t *testing.T) { //nolint:paralleltest // it measures memory
	bomb := draintest.Zip(t, strings.Repeat("\x00", 100*mebibyte))
	l := start(t, func(o *options) { o.config.MaxBodySize, o.config.MaxDecompressedSize = mebibyte, mebibyte })
	for _, signature := range []string{draintest.Sign(secret, bomb), draintest.Sign("x", bomb)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		response := l.post(t, bomb, "Content-Encoding", "gzip", "X-Vercel-Signature", signature)
		runtime.ReadMemStats(&after)
		assert.Equal(t, http.StatusRequestEntityTooLarge, response.status)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*mebibyte))
		assert.Less(t, time.Since(began), 5*time.Second)
	}
}

func TestUnverifiedBombsAreNotHashedToTheirEnd(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *options) { o.config.MaxBodySize, o.config.MaxDecompressedSize = mebibyte, 1000*mebibyte })
	for text, reason := range map[string]string{
		strings.Repeat("x", mebibyte):   "signature",
		strings.Repeat("x", mebibyte+1): "too_large_decompressed", // a thousand times the received size
	} {
		response := l.post(t, draintest.Zip(t, text), "Content-Encoding", "gzip", "X-Vercel-Signature", draintest.Sign("x", "x"))
		assert.Contains(t, response.text, `"code":"`+reason+`"`)
	}
	signed := draintest.Zip(t, strings.Repeat("x", 2*mebibyte))
	assert.Equal(t, http.StatusOK, l.post(t, signed, "Content-Encoding", "gzip").status, "the limit applies before verification only")
}
