package statuspage

import (
	"fmt"
	"io"
	"unicode/utf8"
)

// badge is the data of the badge's template. Lengths are in pixels.
type badge struct {
	Label, Text, Fill                                     string
	Width, LabelWidth, TextWidth, LabelCenter, TextCenter int
}

// fill returns the color of a status on which white text is legible.
func (s Status) fill() string {
	return map[Status]string{
		Operational: "#1a7f37", UnderMaintenance: "#0550ae", Unknown: "#59636e",
		Degraded: "#8a5d00", PartialOutage: "#b34700", MajorOutage: "#c21c2c",
	}[s]
}

func (e *edition) writeBadge(t *texts, w io.Writer) error {
	status := e.Status()
	b := badge{Label: t.Badge, Text: t.Status[status], Fill: status.fill()}
	b.LabelWidth, b.TextWidth = textWidth(b.Label), textWidth(b.Text)
	b.Width = b.LabelWidth + b.TextWidth
	b.LabelCenter, b.TextCenter = b.LabelWidth/2, b.LabelWidth+b.TextWidth/2
	return e.template.ExecuteTemplate(w, "badge.svg", b)
}

// textWidth estimates the width of a text with padding. Hangul is twice as wide as Latin.
func textWidth(text string) int {
	const latin, padding = 7, 12
	wide := (len(text) - utf8.RuneCountInString(text)) / 2 // two bytes more than a Latin letter
	return padding + latin*(utf8.RuneCountInString(text)+wide)
}

func (e *edition) writeIcon(_ *texts, w io.Writer) error {
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="%s"/></svg>`,
		e.Status().fill())
	return err
}
