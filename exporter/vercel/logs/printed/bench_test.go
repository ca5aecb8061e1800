package printed_test

import (
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/vercel/logs/printed"
)

// BenchmarkUnclosedObjects reads a message of opening brackets. Were each of them followed to the end of the message, this
// would take minutes a time.
func BenchmarkUnclosedObjects(b *testing.B) {
	const brackets = 50_000
	message := strings.Repeat("{\"a\":\n", brackets)
	b.SetBytes(int64(len(message)))
	var scanner printed.Scanner
	for b.Loop() {
		if n := len(lines(&scanner, message)); n != brackets {
			b.Fatalf("%d lines", n)
		}
	}
}
