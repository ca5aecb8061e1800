package printed_test

import (
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/vercel/logs/printed"
)

// BenchmarkMessage reads messages of 256 KiB, the most that Vercel sends, that would take minutes were anything in them looked
// for again and again.
func BenchmarkMessage(b *testing.B) {
	const size = 256 << 10
	for name, line := range map[string]string{
		"of opening brackets":  "{\"a\":\n",
		"of short objects":     `{}`,
		"of escaped breaks":    `a\n`,
		"of brackets, escaped": `{\n`,
		"of open quotations":   `{"a\n`,
	} {
		b.Run(name, func(b *testing.B) {
			message := strings.Repeat(line, size/len(line))
			b.SetBytes(size)
			var scanner printed.Scanner
			for b.Loop() {
				if len(lines(&scanner, message)) == 0 {
					b.Fatal("nothing was found")
				}
			}
		})
	}
}
