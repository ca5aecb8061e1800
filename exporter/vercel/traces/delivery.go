package traces

import (
	"fmt"
	"slices"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// delivery is one delivery that is being handled.
type delivery struct {
	lists    *allow.Lists
	dedupe   *inbound.Window
	maxSpans int
	spans    int   // so far, valid or not
	tooMany  error // set by nextSpan
	tally    row.Tally
	*memory
}

// memory is reused by deliveries.
type memory struct {
	entries []entry
	json    jsonWalker
	span    spanFields
}

func newMemory() *memory {
	m := &memory{}
	m.span.initialize()
	return m
}

func (m *memory) clear() { m.entries = m.entries[:0] }

// nextSpan counts another span, and fails if there are too many.
func (v *delivery) nextSpan() error {
	v.spans++
	if v.spans > v.maxSpans {
		v.tooMany = fmt.Errorf("%w; hint: --vercel.max-rows is %d", inbound.ErrTooManyRows, v.maxSpans)
	}
	return v.tooMany
}

// add adds a decoded span unless it is invalid, for the given reason or another one.
func (v *delivery) add(s *span, invalid row.Reason) {
	if invalid == "" {
		invalid = s.validate()
	}
	if invalid != "" {
		v.tally.Reject(invalid)
		return
	}
	v.entries = append(v.entries, v.entry(s))
}

// setEnvironment sets the environment of the spans of a resource, which start at index first.
func (v *delivery) setEnvironment(first int, resource *attributes) {
	environment := allow.Environment(resource.environment)
	for i := first; i < len(v.entries); i++ {
		v.entries[i].environment = environment
	}
}

func (v *delivery) removeDuplicates() {
	v.entries = slices.DeleteFunc(v.entries, func(e entry) bool {
		if v.dedupe.Add(v.dedupe.Key("vercel.span", e.trace[:], e.id[:])) {
			v.tally.Counted++
			return false
		}
		v.tally.Duplicates++
		return true
	})
}
