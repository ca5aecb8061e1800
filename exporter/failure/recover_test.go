package failure_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

func read(values []int, i int) (err error) {
	defer failure.Recover("values", &err)
	return errors.New("value " + string(rune('0'+values[i])))
}

func TestRecoverNamesThePartAndThePlaceOfAPanic(t *testing.T) {
	failures := failure.All(read(nil, 3))
	require.Len(t, failures, 1)
	require.Equal(t, "values", failures[0].Part)
	require.Equal(t, failure.Internal, failures[0].Reason)
	require.ErrorContains(t, failures[0], "panicking in failure_test.read (recover_test.go:14): runtime error: index out of range [3]")
}

func TestRecoverKeepsAnErrorWithoutAPanic(t *testing.T) {
	require.EqualError(t, read([]int{7}, 0), "value 7")
}

func TestRecoverOfPanicInACalledFunction(t *testing.T) {
	err := func() (err error) {
		defer failure.Recover("", &err)
		var missing map[string]int
		fill(missing)
		return nil
	}()
	require.ErrorContains(t, err, "panicking in failure_test.fill (recover_test.go:")
}

func fill(m map[string]int) { m["a"] = 1 }
