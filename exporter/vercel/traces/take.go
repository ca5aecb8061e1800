package traces

import (
	"fmt"
	"slices"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// take is one delivery on its way.
type take struct {
	lists *bound.Lists
	seen  *seen.Window
	most  int // spans
	rows  int // spans so far, good and bad
	tally batch.Tally
	*memory
}

// memory is what deliveries hand on to one another.
type memory struct {
	entries []entry
	json    jsonReader
}

func (m *memory) clear() { m.entries = m.entries[:0] }

// room takes down that there is one more span, and fails if that is too many.
func (t *take) room() error {
	t.rows++
	if t.rows > t.most {
		return fmt.Errorf("%w; hint: --vercel.max-rows allows %d", batch.ErrTooMany, t.most)
	}
	return nil
}

// add takes a span unless it is bad for that reason, or for one of its own.
func (t *take) add(s *span, reason batch.Reason) {
	if reason == "" {
		reason = s.check()
	}
	if reason != "" {
		t.tally.Reject(reason)
		return
	}
	t.entries = append(t.entries, t.entry(s))
}

// locate sets the environment of the spans from the first-th on, which a resource tells of all of them.
func (t *take) locate(first int, resource *attributes) {
	environment := bound.Environment(resource.environment)
	for i := first; i < len(t.entries); i++ {
		t.entries[i].environment = environment
	}
}

// forgetRepeated leaves only the spans that have not been before.
func (t *take) forgetRepeated() {
	t.entries = slices.DeleteFunc(t.entries, func(e entry) bool {
		if t.seen.Add(t.seen.Key('t', e.trace[:], e.id[:])) {
			t.tally.Counted++
			return false
		}
		t.tally.Duplicates++
		return true
	})
}
