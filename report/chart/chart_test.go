package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/report/unit"
)

func sample(values ...float64) Chart {
	from := time.Date(2026, 6, 28, 0, 0, 0, 0, time.UTC)
	c := Chart{Title: "Errors", Unit: unit.Ratio, From: from, To: from.Add(time.Hour), Step: time.Minute, Series: []Series{{Name: "a & b"}}}
	for i, v := range values {
		if v >= 0 {
			c.Series[0].Points = append(c.Series[0].Points, Point{from.Add(time.Duration(i) * time.Minute), v})
		}
	}
	return c
}

// texts returns the texts of a picture, which must be well-formed.
func texts(t *testing.T, svg string) []string {
	t.Helper()
	var found []string
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		if data, ok := token.(xml.CharData); ok {
			found = append(found, string(data))
		}
	}
}

func TestPictureHasAxesUnitLimitAndLegend(t *testing.T) {
	c := sample(0.01, 0.02, 0.03)
	c.Limit = &Limit{Name: "target", Value: 0.05}
	c.Span = &Span{From: c.From, To: c.To}
	c.Marks = []Mark{{Time: c.From.Add(time.Minute), Name: "deployment of 1.4.2"}}
	seoul, err := time.LoadLocation("Asia/Seoul")
	require.NoError(t, err)
	found := texts(t, c.SVG(seoul))
	require.Subset(t, found, []string{
		"0 %", "1 %", "5 %", "KST", "09:00", "10:00", "a & b: mean 2 %, minimum 1 %, maximum 3 %", "target 5 %", "deployment of 1.4.2 at 09:01",
	})
}

func TestGapsInterruptLines(t *testing.T) {
	c := sample(1, 1, -1, 1)
	canvas := &canvas{chart: c, low: 0, high: 1}
	require.Equal(t, 2, strings.Count(canvas.path(c.Series[0]), "M"), "a missing sample is a gap")
	require.Equal(t, 1, strings.Count(canvas.path(sample(1, 1, 1).Series[0]), "M"))
}

func TestAxisStartsAtZeroUnlessValuesAreFarFromIt(t *testing.T) {
	require.Equal(t, []float64{0, 1, 2, 3}, valueTicks(sample(0.5, 3).minimum(3), 3))
	require.InDelta(t, 0.99, sample(0.99, 1).minimum(1), 1e-9)
	require.Zero(t, sample(0.5, 0.5).minimum(0.5))
	seconds := sample(0.1331, 0.1332)
	seconds.Unit = unit.Seconds
	require.Zero(t, seconds.minimum(0.1332), "ticks between them would have the same text")
	require.Equal(t, []float64{0, 1}, []float64{valueTicks(0, 0)[0], valueTicks(0, 0)[len(valueTicks(0, 0))-1]})
	for _, high := range []float64{1e-6, 0.07, 1, 9.99, 12345, 7e12} {
		ticks := valueTicks(0, high)
		require.GreaterOrEqual(t, ticks[len(ticks)-1], high*(1-1e-6))
		require.LessOrEqual(t, len(ticks), 7)
	}
}

func TestTimeAxisHasRoundLocalTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	from := time.Date(2026, 3, 25, 10, 30, 0, 0, time.UTC)
	ticks, layout := timeTicks(from, from.Add(7*24*time.Hour), berlin) // the clocks change on March 29
	require.Equal(t, "Jan 2", layout)
	for _, tick := range ticks {
		require.Equal(t, 0, tick.Hour(), "%v", tick)
	}
	require.Len(t, ticks, 7)
	for _, span := range []time.Duration{5 * time.Minute, time.Hour, 5 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour} {
		ticks, _ := timeTicks(from, from.Add(span), berlin)
		require.NotEmpty(t, ticks, "%v", span)
		require.LessOrEqual(t, len(ticks), 9, "%v", span)
	}
}

func TestEmptyAndConstantSeries(t *testing.T) {
	for _, c := range []Chart{sample(), sample(0), sample(5, 5)} {
		svg := c.SVG(time.UTC)
		require.NotContains(t, svg, "NaN")
		require.NotContains(t, svg, "Inf")
		require.Len(t, []rune(c.Sparkline(c.Series[0])), sparks)
	}
}

func TestSparkline(t *testing.T) {
	line := []rune(sample(0, 0, 1, -1).Sparkline(sample(0, 0, 1, -1).Series[0]))
	require.Equal(t, "▁█", string(line[:2]))
	require.Equal(t, ' ', line[20], "no data")
}
