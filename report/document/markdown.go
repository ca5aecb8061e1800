package document

import (
	"fmt"
	"strings"

	"github.com/aimarketplace/monitoring/report/chart"
)

// markdown returns the document as GitHub Flavored Markdown. Charts are lines of block characters,
// because most renderers remove SVG.
func (d Document) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", escape(d.Title))
	if len(d.Facts) > 0 {
		b.WriteString("\n")
	}
	for _, fact := range d.Facts {
		fmt.Fprintf(&b, "- **%s**: %s\n", escape(fact.Name), fact.Value.markdown())
	}
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n## %s\n", escape(s.Title))
		for _, text := range s.Text {
			fmt.Fprintf(&b, "\n%s\n", escape(text))
		}
		for _, t := range s.Tables {
			t.markdown(&b)
		}
		for _, c := range s.Charts {
			markdownChart(&b, c)
		}
		if len(s.Tasks) > 0 {
			b.WriteString("\n")
		}
		for _, task := range s.Tasks {
			fmt.Fprintf(&b, "- [ ] %s\n", escape(task))
		}
		for _, note := range s.Notes {
			fmt.Fprintf(&b, "\n> %s\n", escape(note))
		}
	}
	return b.String()
}

func (t Table) markdown(b *strings.Builder) {
	if t.Title != "" {
		fmt.Fprintf(b, "\n### %s\n", escape(t.Title))
	}
	if len(t.Rows) == 0 {
		b.WriteString("\nNone.\n")
		return
	}
	var columns []string
	for _, column := range t.Columns {
		columns = append(columns, escape(column))
	}
	fmt.Fprintf(b, "\n| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat(" --- |", len(t.Columns)))
	for _, row := range t.Rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, cell.markdown())
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

func (c Cell) markdown() string {
	text := escape(c.Text)
	switch {
	case c.Code:
		// A code span ends at a backtick, and a table cell at a bar, even within a code span.
		text = "`" + strings.NewReplacer("`", "'", "|", `\|`, "\n", " ").Replace(c.Text) + "`"
	case c.Verdict == Attention:
		text = "**" + text + "**"
	}
	if c.URL != "" {
		return fmt.Sprintf("[%s](%s)", text, strings.NewReplacer("(", "%28", ")", "%29", " ", "%20").Replace(c.URL))
	}
	return text
}

func markdownChart(b *strings.Builder, c chart.Chart) {
	fmt.Fprintf(b, "\n**%s**", escape(c.Title))
	if c.Limit != nil {
		fmt.Fprintf(b, " (%s %s)", escape(c.Limit.Name), c.Unit.Format(c.Limit.Value))
	}
	b.WriteString("\n\n```text\n")
	for _, s := range c.Series {
		name := strings.ReplaceAll(s.Name, "\n", " ")
		fmt.Fprintf(b, "%s  %s: %s\n", c.Sparkline(s), strings.ReplaceAll(name, "```", "'''"), c.Summary(s))
	}
	b.WriteString("```\n")
}

// escape keeps text from being read as Markdown or HTML. Values of labels may contain anything.
func escape(text string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "<", "&lt;", ">", "&gt;", "\n", " ",
	).Replace(text)
}
