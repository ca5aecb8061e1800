package logs

import (
	"strings"
	"testing"
)

// BenchmarkMessage scans messages of 256 KiB, the maximum that Vercel sends. They would take
// minutes if any part were scanned repeatedly.
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
			s := newScanner()
			for b.Loop() {
				if len(lines(s, message)) == 0 {
					b.Fatal("no lines were found")
				}
			}
		})
	}
}
