package traces

import (
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

type (
	traceID [16]byte
	spanID  [8]byte
)

// span is a decoded span.
type span struct {
	trace      traceID
	id         spanID
	parent     spanID // zero for a root
	kind       kind
	name       string
	start, end uint64 // ns, Unix
	failed     bool
	attributes attributes
}

// kind is OTLP's kind of a span.
type kind int

const (
	unspecified kind = iota
	internal
	server
	client
)

// maxDuration is longer than any function runs.
const maxDuration = 24 * time.Hour

// validate returns why a span is invalid, or an empty reason.
func (s *span) validate() row.Reason {
	switch {
	case s.trace == traceID{}, s.id == spanID{}, s.start == 0, s.end == 0:
		return row.Missing
	case s.end < s.start, s.end-s.start > uint64(maxDuration):
		return row.BadValue
	}
	return ""
}

func (s *span) duration() time.Duration { return time.Duration(s.end - s.start) } //nolint:gosec // validate limits it
