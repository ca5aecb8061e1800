package row_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// BenchmarkUnclosed decodes lines that each begin an object without an end. Reading each of them to
// the end of the body would take half a minute per iteration.
func BenchmarkUnclosed(b *testing.B) {
	const lines = 10_000
	for name, begin := range map[string]string{"lines": "", "array": "["} {
		b.Run(name, func(b *testing.B) {
			body := []byte(begin + strings.Repeat(`{"a":"`+strings.Repeat("x", 1000)+"\",\"b\":\n", lines))
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := row.Decode(body, row.Logs, lines, accept); !errors.Is(err, inbound.ErrMalformed) {
					b.Fatal(err)
				}
			}
		})
	}
}

func accept([]byte) row.Reason { return "" }
