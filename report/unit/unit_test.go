package unit_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/report/unit"
)

func TestFormat(t *testing.T) {
	for _, test := range []struct {
		unit  unit.Unit
		value float64
		want  string
	}{
		{unit.Ratio, 0, "0 %"},
		{unit.Ratio, 0.00123, "0.123 %"},
		{unit.Ratio, 0.5, "50 %"},
		{unit.Ratio, 0.9995, "99.95 %"},
		{unit.Ratio, 0.99999, "99.999 %"},
		{unit.Ratio, 1, "100 %"},
		{unit.Ratio, -0.25, "−25 %"},
		{unit.Seconds, 0, "0 s"},
		{unit.Seconds, 0.00042, "0.42 ms"},
		{unit.Seconds, 0.32, "320 ms"},
		{unit.Seconds, 1.254, "1.25 s"},
		{unit.Seconds, 312, "5.2 min"},
		{unit.Seconds, 86400, "1 d"},
		{unit.Bytes, 0, "0 B"},
		{unit.Bytes, 512, "512 B"},
		{unit.Bytes, 8589934592, "8 GiB"},
		{unit.Count, 3, "3"},
		{unit.Count, 1234567, "1,234,567"},
		{unit.Count, 12.345, "12.3"},
		{unit.Rate, 0.0123, "0.0123/s"},
		{unit.Factor, 14.4, "14.4×"},
		{unit.Amount, 29.99, "29.99"},
		{unit.Amount, 1250000.7, "1,250,001"},
		{unit.Count, math.NaN(), "no data"},
		{unit.Count, math.Inf(1), "no data"},
	} {
		require.Equal(t, test.want, test.unit.Format(test.value), "%v %s", test.value, test.unit)
	}
}
