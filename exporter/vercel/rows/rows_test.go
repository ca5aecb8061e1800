package rows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/rows"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// whole reads rows as they stand, and refuses those that say so.
type whole struct{}

func (whole) Read(row []byte, _ *bound.Lists) (string, error) {
	if strings.Contains(string(row), "bad") {
		return "", batch.Rejected(batch.BadValue)
	}
	return string(row), nil
}

// start returns a drain, and where the rows go that it counts.
func start(t *testing.T, name string, window *seen.Window) (*rows.Drain[string], *[]string) {
	t.Helper()
	counted := &[]string{}
	return rows.New(rows.Kind[string]{
		Name: name, Path: "/vercel/" + name,
		NewReader: func() rows.Reader[string] { return whole{} },
		Count:     func(row string, _ *bound.Lists) { *counted = append(*counted, row) },
	}, rows.Options{MaxRows: 3, Lists: draintest.Lists(t), Seen: window}), counted
}

func TestARowCountsOnceAndItsLikesDoToo(t *testing.T) {
	t.Parallel()
	d, counted := start(t, "a", draintest.Window())
	assert.Equal(t, batch.Tally{Counted: 2, Duplicates: 1}, draintest.Take(t, d, `[{"at":1},{"at":2},{"at":1}]`))
	assert.Equal(t, batch.Tally{Counted: 1, Duplicates: 1}, draintest.Take(t, d, `{"at":2}`+"\n"+`{"at":3}`), "in another delivery, and another form")
	assert.Equal(t, []string{`{"at":1}`, `{"at":2}`, `{"at":3}`}, *counted)
}

func TestARowOfOneDrainIsNoneOfAnother(t *testing.T) {
	t.Parallel()
	window := draintest.Window()
	one, _ := start(t, "a", window)
	another, _ := start(t, "b", window)
	assert.Equal(t, 1, draintest.Take(t, one, `{"at":1}`).Counted)
	assert.Equal(t, 1, draintest.Take(t, another, `{"at":1}`).Counted)
}

func TestARejectedRowIsNotCountedHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	d, counted := start(t, "a", draintest.Window())
	for range 2 {
		assert.Equal(t, batch.Tally{Rejected: map[batch.Reason]int{batch.BadValue: 1}}, draintest.Take(t, d, `{"bad":1}`))
	}
	assert.Empty(t, *counted)
}

func TestARefusedDeliveryLeavesNoTrace(t *testing.T) {
	t.Parallel()
	d, counted := start(t, "a", draintest.Window())
	_, err := d.Take([]byte(`[{"at":1},{"at":2},{"at":3},{"at":4}]`), intake.JSON)
	require.ErrorIs(t, err, batch.ErrTooMany)
	_, err = d.Take([]byte("hello"), intake.JSON)
	require.ErrorIs(t, err, batch.ErrMalformed)
	assert.Empty(t, *counted)
	assert.Equal(t, 1, draintest.Take(t, d, `{"at":1}`).Counted)
}
