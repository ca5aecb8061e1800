package traces

import (
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
	spans    int // so far, valid or not
	tally    row.Tally
	*memory
}

// memory is reused by deliveries.
type memory struct {
	entries []entry
	json    jsonWalker
	span    span // of the JSON
}

// nextSpan counts another span, and returns false if there are too many.
func (v *delivery) nextSpan() bool {
	v.spans++
	return v.spans <= v.maxSpans
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
		v.entries[i].Environment = environment
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
