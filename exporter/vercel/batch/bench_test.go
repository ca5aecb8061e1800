package batch_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

// BenchmarkUnclosed reads lines of which each begins an object that none ends. Were each of them followed to the end of
// the body, this would take half a minute a time.
func BenchmarkUnclosed(b *testing.B) {
	const lines = 10_000
	for name, begin := range map[string]string{"lines": "", "array": "["} {
		b.Run(name, func(b *testing.B) {
			body := []byte(begin + strings.Repeat(`{"a":"`+strings.Repeat("x", 1000)+"\",\"b\":\n", lines))
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, _, err := batch.Decode(body, lines, decode); !errors.Is(err, batch.ErrMalformed) {
					b.Fatal(err)
				}
			}
		})
	}
}
