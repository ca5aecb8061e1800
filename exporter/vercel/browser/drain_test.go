package browser

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// verbatim returns rows as they are, and rejects those that contain "bad".
type verbatim struct{}

func (verbatim) read(text []byte, _ *allow.Lists) (string, row.Reason) {
	if strings.Contains(string(text), "bad") {
		return "", row.BadValue
	}
	return string(text), ""
}

// startVerbatim returns a drain and the rows that it has counted.
func startVerbatim(t *testing.T, kind row.Kind, window *inbound.Window) (*drain[string], *[]string) {
	t.Helper()
	counted := &[]string{}
	return newDrain(row.Options{MaxRows: 3, Lists: draintest.Lists(t), Dedupe: window}, kind,
		func() reader[string] { return verbatim{} },
		func(row string, _ *allow.Lists) { *counted = append(*counted, row) }), counted
}

func TestEqualRowsAreDuplicates(t *testing.T) {
	t.Parallel()
	d, counted := startVerbatim(t, "a", draintest.Window())
	assert.Equal(t, row.Tally{Counted: 2, Duplicates: 1}, draintest.Handle(t, d, `[{"at":1},{"at":2},{"at":1}]`))
	assert.Equal(t, row.Tally{Counted: 1, Duplicates: 1}, draintest.Handle(t, d, `{"at":2}`+"\n"+`{"at":3}`), "in another delivery, and in another form")
	assert.Equal(t, []string{`{"at":1}`, `{"at":2}`, `{"at":3}`}, *counted)
}

func TestRowsOfDifferentDrainsAreNotDuplicates(t *testing.T) {
	t.Parallel()
	window := draintest.Window()
	one, _ := startVerbatim(t, "a", window)
	another, _ := startVerbatim(t, "b", window)
	assert.Equal(t, 1, draintest.Handle(t, one, `{"at":1}`).Counted)
	assert.Equal(t, 1, draintest.Handle(t, another, `{"at":1}`).Counted)
}

func TestAnInvalidRowIsInvalidEachTime(t *testing.T) {
	t.Parallel()
	d, counted := startVerbatim(t, "a", draintest.Window())
	for range 2 {
		assert.Equal(t, row.Tally{Invalid: map[row.Reason]int{row.BadValue: 1}}, draintest.Handle(t, d, `{"bad":1}`))
	}
	assert.Empty(t, *counted)
}

func TestARejectedDeliveryLeavesNoTrace(t *testing.T) {
	t.Parallel()
	d, counted := startVerbatim(t, "a", draintest.Window())
	_, err := d.Handle([]byte(`[{"at":1},{"at":2},{"at":3},{"at":4}]`), inbound.JSON)
	require.ErrorIs(t, err, inbound.ErrTooManyRows)
	_, err = d.Handle([]byte("hello"), inbound.JSON)
	require.ErrorIs(t, err, inbound.ErrMalformed)
	assert.Empty(t, *counted)
	assert.Equal(t, 1, draintest.Handle(t, d, `{"at":1}`).Counted)
}
