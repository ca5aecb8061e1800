package chart

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Pixels. The plot is what the margins leave, and the legend is below it.
const (
	width, height          = 640, 200
	left, right            = 70, 12
	top, bottom            = 10, 26
	plotWidth, plotHeight  = width - left - right, height - top - bottom
	legendLine             = 16
	font                   = `font-family="sans-serif" font-size="11"`
	textColor, gridColor   = "#444444", "#dddddd"
	limitColor, markColor  = "#c4162a", "#7b2d8e"
	spanColor              = "#f2cc0c"
	maxSeries, legendChars = 6, 90
)

// color returns a color of a palette that color-blind readers can distinguish (Okabe and Ito).
func color(series int) string {
	return []string{"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#8c510a"}[series%maxSeries]
}

// canvas maps times and values to pixels.
type canvas struct {
	strings.Builder
	chart     Chart
	low, high float64
}

func (c *canvas) x(t time.Time) float64 {
	return left + plotWidth*float64(t.Sub(c.chart.From))/float64(c.chart.To.Sub(c.chart.From))
}

func (c *canvas) y(value float64) float64 {
	return top + plotHeight*(1-(value-c.low)/(c.high-c.low))
}

// SVG draws the chart. Times on its axis are in location. Series beyond the sixth are left out.
func (c Chart) SVG(location *time.Location) string {
	c.Series = c.Series[:min(len(c.Series), maxSeries)]
	highest := c.maximum()
	ticks := valueTicks(c.minimum(highest), highest)
	canvas := &canvas{chart: c, low: ticks[0], high: ticks[len(ticks)-1]}
	legend := len(c.Series) + len(c.Marks)
	if c.Limit != nil {
		legend++
	}
	total := height + legend*legendLine
	fmt.Fprintf(canvas, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`,
		width, total, width, total, html.EscapeString(c.Title))
	canvas.drawSpan()
	canvas.drawAxes(ticks, location)
	for i, s := range c.Series {
		fmt.Fprintf(canvas, `<path d="%s" fill="none" stroke="%s" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>`,
			canvas.path(s), color(i))
	}
	canvas.drawLines()
	canvas.drawLegend(location)
	fmt.Fprint(canvas, `</svg>`)
	return canvas.String()
}

func (c *canvas) drawSpan() {
	if c.chart.Span != nil {
		from, to := c.x(c.chart.Span.From), c.x(c.chart.Span.To)
		fmt.Fprintf(c, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s" fill-opacity="0.25"/>`,
			from, top, max(1, to-from), plotHeight, spanColor)
	}
}

func (c *canvas) drawAxes(ticks []float64, location *time.Location) {
	for _, tick := range ticks {
		y := c.y(tick)
		fmt.Fprintf(c, `<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="%s"/>`, left, y, width-right, y, gridColor)
		fmt.Fprintf(c, `<text x="%d" y="%.1f" text-anchor="end" fill="%s" %s>%s</text>`,
			left-6, y+4, textColor, font, c.chart.Unit.Format(tick))
	}
	fmt.Fprintf(c, `<text x="%d" y="%d" text-anchor="end" fill="%s" %s>%s</text>`,
		left-6, top+plotHeight+17, textColor, font, c.chart.From.In(location).Format("MST"))
	times, layout := timeTicks(c.chart.From, c.chart.To, location)
	for _, tick := range times {
		x := c.x(tick)
		fmt.Fprintf(c, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s"/>`, x, top+plotHeight, x, top+plotHeight+4, textColor)
		fmt.Fprintf(c, `<text x="%.1f" y="%d" text-anchor="middle" fill="%s" %s>%s</text>`,
			x, top+plotHeight+17, textColor, font, tick.Format(layout))
	}
}

// path returns the commands of a line, which a gap interrupts. A point between gaps is a dot.
func (c *canvas) path(s Series) string {
	var commands strings.Builder
	for i, p := range s.Points {
		connected := i > 0 && p.Time.Sub(s.Points[i-1].Time) <= c.chart.Step*3/2
		if !connected {
			fmt.Fprintf(&commands, "M%.1f %.1fh0", c.x(p.Time), c.y(p.Value))
			continue
		}
		fmt.Fprintf(&commands, "L%.1f %.1f", c.x(p.Time), c.y(p.Value))
	}
	return commands.String()
}

func (c *canvas) drawLines() {
	if limit := c.chart.Limit; limit != nil {
		fmt.Fprintf(c, `<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="%s" stroke-width="1.5" stroke-dasharray="6 4"/>`,
			left, c.y(limit.Value), width-right, c.y(limit.Value), limitColor)
	}
	for _, mark := range c.chart.Marks {
		x := c.x(mark.Time)
		fmt.Fprintf(c, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s" stroke-dasharray="2 3"/>`,
			x, top, x, top+plotHeight, markColor)
	}
}

func (c *canvas) drawLegend(location *time.Location) {
	y := height
	line := func(color, text string) {
		if runes := []rune(text); len(runes) > legendChars {
			text = string(runes[:legendChars]) + "…"
		}
		fmt.Fprintf(c, `<rect x="%d" y="%d" width="14" height="3" fill="%s"/>`, left, y+4, color)
		fmt.Fprintf(c, `<text x="%d" y="%d" fill="%s" %s>%s</text>`, left+20, y+10, textColor, font, html.EscapeString(text))
		y += legendLine
	}
	for i, s := range c.chart.Series {
		line(color(i), s.Name+": "+c.chart.Summary(s))
	}
	if limit := c.chart.Limit; limit != nil {
		line(limitColor, limit.Name+" "+c.chart.Unit.Format(limit.Value))
	}
	for _, mark := range c.chart.Marks {
		line(markColor, mark.Name+" at "+mark.Time.In(location).Format("15:04"))
	}
}

// Summary returns the figures of a series in words, for readers who do not see the picture.
func (c Chart) Summary(s Series) string {
	low, high, mean := s.Range()
	return fmt.Sprintf("mean %s, minimum %s, maximum %s", c.Unit.Format(mean), c.Unit.Format(low), c.Unit.Format(high))
}
