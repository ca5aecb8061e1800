package traces

import (
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

type (
	traceID [16]byte
	spanID  [8]byte

	// place is a span's name among all.
	place struct {
		trace traceID
		id    spanID
	}
)

// span is one as a delivery tells of it, in whichever form.
type span struct {
	place
	parent     spanID // zero for a root
	kind       kind
	name       string
	began      uint64 // ns, Unix
	ended      uint64 // ns, Unix
	failed     bool
	attributes attributes
}

// kind is OTLP's, as far as it matters here.
type kind int

const (
	unspecified kind = iota
	internal
	server
	client
)

// longest is more than any function may run.
const longest = 24 * time.Hour

// check returns why a span is bad, or nothing.
func (s *span) check() batch.Reason {
	switch {
	case s.trace == traceID{}, s.id == spanID{}, s.began == 0, s.ended == 0:
		return batch.Missing
	case s.ended < s.began, s.ended-s.began > uint64(longest):
		return batch.BadValue
	}
	return ""
}

func (s *span) took() time.Duration { return time.Duration(s.ended - s.began) } //nolint:gosec // check has seen to it
