package chart

import "math"

// sparks is the width of a sparkline in characters.
const sparks = 48

// Sparkline draws a series in one line of text. A space is a gap.
func (c Chart) Sparkline(s Series) string {
	high := c.maximum()
	low := c.minimum(high)
	columns := make([]float64, sparks)
	for i := range columns {
		columns[i] = math.NaN()
	}
	for _, p := range s.Points {
		column := min(sparks-1, int(sparks*float64(p.Time.Sub(c.From))/float64(c.To.Sub(c.From))))
		if !(columns[column] >= p.Value) { // also if it is NaN
			columns[column] = p.Value
		}
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	line := make([]rune, sparks)
	for i, value := range columns {
		switch {
		case math.IsNaN(value):
			line[i] = ' '
		case high <= low:
			line[i] = bars[0]
		default:
			line[i] = bars[min(len(bars)-1, int(float64(len(bars))*(value-low)/(high-low)))]
		}
	}
	return string(line)
}
