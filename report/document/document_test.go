package document_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/report/chart"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/unit"
)

func write(t *testing.T, d document.Document, f document.Format) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, d.Write(&b, f))
	return b.String()
}

const hostile = "<script>alert(1)</script>|`a`*b*_c_[d](http://e)"

func sample() document.Document {
	at := time.Date(2026, 6, 28, 0, 0, 0, 0, time.UTC)
	value := 0.2
	return document.Document{
		Title: hostile,
		Facts: []document.Fact{{Name: "Name", Value: document.Text(hostile)}},
		Sections: []document.Section{{
			Title: hostile, Text: []string{hostile}, Tasks: []string{hostile}, Notes: []string{hostile},
			Tables: []document.Table{
				{Title: hostile, Columns: []string{"A", "B"}, Rows: [][]document.Cell{
					{{Text: hostile, Code: true}, {Text: "20 %", Value: &value}},
					{{Text: "x", URL: "https://e.example/a b(c)"}, document.VerdictCell(document.Attention)},
				}},
				{Columns: []string{"A"}},
			},
			Charts: []chart.Chart{{
				Title: hostile, Unit: unit.Ratio, From: at, To: at.Add(time.Hour), Step: 30 * time.Minute,
				Series: []chart.Series{{Name: hostile, Points: []chart.Point{{Time: at, Value: 0.1}, {Time: at.Add(30 * time.Minute), Value: 0.4}}}},
				Limit:  &chart.Limit{Name: "target", Value: 0.3},
				Marks:  []chart.Mark{{Time: at, Name: hostile}},
			}},
		}},
	}
}

func TestValuesOfLabelsAreText(t *testing.T) {
	html := write(t, sample(), document.HTML)
	require.NotContains(t, html, "<script")
	require.Contains(t, html, "&lt;script&gt;")
	markdown := write(t, sample(), document.Markdown)
	require.NotContains(t, markdown, "\n# <script>")
	require.Contains(t, markdown, "# &lt;script&gt;alert(1)&lt;/script&gt;\\|\\`a\\`\\*b\\*\\_c\\_\\[d\\](http://e)\n")
	require.Contains(t, markdown, "| `<script>alert(1)</script>\\|'a'*b*_c_[d](http://e)` | 20 % |\n")
	require.Contains(t, markdown, "| [x](https://e.example/a%20b%28c%29) | **attention** |\n")
}

func TestJSONHasNumbers(t *testing.T) {
	var decoded struct {
		Sections []struct {
			Tables []struct {
				Rows [][]struct {
					Text    string
					Value   *float64
					Verdict string
				}
			}
			Charts []struct {
				Series []struct{ Points []struct{ Value float64 } }
				Limit  struct{ Value float64 }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(write(t, sample(), document.JSON)), &decoded))
	rows := decoded.Sections[0].Tables[0].Rows
	require.Equal(t, 0.2, *rows[0][1].Value)
	require.Equal(t, "attention", rows[1][1].Verdict)
	require.Equal(t, 0.4, decoded.Sections[0].Charts[0].Series[0].Points[1].Value)
	require.Equal(t, 0.3, decoded.Sections[0].Charts[0].Limit.Value)
}

func TestTimesAndDurations(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	require.NoError(t, err)
	at := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	require.Equal(t, "2026-12-31 23:30 UTC (Jan 1 08:30 KST)", document.Time(at, seoul))
	require.Equal(t, "2026-12-31 23:30 UTC", document.Time(at, time.UTC))
	for want, d := range map[string]time.Duration{
		"45 s": 45 * time.Second, "1 min": time.Minute, "1 h": time.Hour, "1 h 5 min": 65 * time.Minute, "30 d": 720 * time.Hour,
		"1 d 2 h": 26*time.Hour + 10*time.Minute, "0 s": 0,
	} {
		require.Equal(t, want, document.Duration(d))
	}
}

func TestWorstVerdict(t *testing.T) {
	require.Equal(t, document.Attention, document.Worst(document.OK, document.Attention, document.NoData))
	require.Equal(t, document.OK, document.Worst(document.NoData, document.OK), "sources that are off need no attention")
	require.Equal(t, document.NoData, document.Worst("", document.NoData))
}
