package main

import (
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFormatValue(t *testing.T) {
	for _, test := range []struct {
		value float64
		unit  string
		want  string
	}{
		{0, "short", "0"},
		{12.345, "short", "12.3"},
		{1234, "short", "1.23 K"},
		{-2.5e6, "short", "-2.5 Mil"},
		{1234, "none", "1234"},
		{0.9345, "percentunit", "93.5%"},
		{0, "s", "0 s"},
		{0.0012, "s", "1.2 ms"},
		{90, "s", "1.5 mins"},
		{3 * 86400, "s", "3 days"},
		{382, "dtdurations", "6m22s"},
		{3900, "dtdurations", "1h 5m"},
		{1536, "bytes", "1.5 KiB"},
		{2e6, "Bps", "2 MB/s"},
		{50, "ops", "50 ops/s"},
		{4780000, "currencyKRW", "₩4.78 Mil"},
		{-3, "currencyEUR", "-€3"},
		{math.NaN(), "s", "NaN"},
	} {
		require.Equal(t, test.want, formatValue(test.value, test.unit), "%v %s", test.value, test.unit)
	}
}

func TestSeriesName(t *testing.T) {
	labels := map[string]string{"status": "PAID"}
	require.Equal(t, "PAID in all", seriesName("{{status}} in all", labels))
	require.Equal(t, "paid", seriesName("paid {{server}}", labels))
	require.Empty(t, seriesName("", labels))
}

// span is ten minutes at a fixed time.
func span() period { return period{End: time.Unix(1_800_000_000, 0), Length: 10 * time.Minute} }

// draw is a page of the board that the JSON is and a Prometheus that answers each query with the same.
func draw(t *testing.T, board, answer string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Query().Get("query"), "$") {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, err := w.Write([]byte(answer))
		assert.NoError(t, err)
	}))
	defer server.Close()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.json"), []byte(board), 0o600))
	out := filepath.Join(dir, "b.html")
	require.NoError(t, run(t.Context(), []string{"-prometheus=" + server.URL, "-json=" + dir, "-board=b", "-out=" + out}, t.Output()))
	page, err := os.ReadFile(out)
	require.NoError(t, err)
	require.NotContains(t, string(page), "ZgotmplZ", "html/template refuses a value")
	return string(page)
}

const (
	nothing = `{"data":{"result":[]}}`
	failed  = `{"data":{"result":[{"metric":{"status":"<FAILED>"},"value":[1800000000,"3"]}]}}`
)

func TestPage(t *testing.T) {
	state := `{"title":"B","templating":{"list":[{"name":"environment","allValue":".*"}]},"panels":[
		{"type":"row","title":"Row","gridPos":{"w":24,"h":1}},
		{"type":"KIND","title":"A & B","gridPos":{"x":6,"y":1,"w":6,"h":8},"options":{"colorMode":"background"},
		 "targets":[{"expr":"f{environment=~\"$environment\"}[$__range]","refId":"A","instant":true,"legendFormat":"{{status}}"}],
		 "fieldConfig":{"defaults":{"unit":"short","mappings":[{"options":{"3":{"text":"Down","color":"red"}}}]}}}]}`
	of := func(kind string) string { return strings.Replace(state, "KIND", kind, 1) }

	page := draw(t, of("stat"), failed)
	require.Contains(t, page, `grid-area: 2 / 7 / span 8 / span 6`)
	require.Contains(t, page, `<h3>A &amp; B</h3>`)
	require.Contains(t, page, `>Down</b>`)
	require.Contains(t, page, `background: #F2495C`)
	require.Contains(t, page, "Drawn by dashboards/preview from dashboards/json; Grafana draws it nicer.")
	require.NotContains(t, page, "No data")

	require.Contains(t, draw(t, of("bargauge"), failed), `<span>&lt;FAILED&gt;</span>`)
	require.Contains(t, draw(t, of("table"), failed), `<td>&lt;FAILED&gt;</td><td>Down</td>`)
	for _, kind := range []string{"stat", "bargauge", "table", "timeseries"} {
		require.Contains(t, draw(t, of(kind), nothing), "No data")
	}
}

func TestEveryBoardIsDrawn(t *testing.T) {
	files, err := filepath.Glob("../json/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		b, err := readBoard(file)
		require.NoError(t, err)
		require.Equal(t, strings.Count(draw(t, string(text), nothing), "No data"), strings.Count(string(text), `"targets"`), b.Title)
		for _, p := range b.Panels {
			require.Contains(t, []string{"row", "stat", "timeseries", "bargauge", "table"}, p.Type, p.Title)
		}
	}
}

func TestGraph(t *testing.T) {
	var p panel
	p.Type = "timeseries"
	p.GridPos.W, p.GridPos.H = 8, 8
	end := float64(span().End.Unix())
	found := []series{{RefID: "A", Name: "one", Points: []point{
		{end - 600, 1}, {end - 595, 2}, {end - 300, math.NaN()}, {end - 5, 3}, {end, 4},
	}}}
	g := newView(p, found, span()).Graph
	require.Len(t, g.Lines, 1)
	require.Equal(t, 2, strings.Count(g.Lines[0].Path, "M"), "a gap is not bridged")
	require.Equal(t, "4", g.Values[len(g.Values)-1].Label)
	require.LessOrEqual(t, g.Right, float64(g.Width))
	for _, label := range g.Values {
		require.GreaterOrEqual(t, label.X, g.Left-30)
		require.LessOrEqual(t, label.Y, g.Bottom)
	}
}

func TestStackedLinesAddUp(t *testing.T) {
	var p panel
	p.FieldConfig.Defaults.Custom.Stacking.Mode = "normal"
	at := []point{{Time: 1, Value: 3}}
	require.Equal(t, []float64{3, 6}, valuesOf(p, []series{{RefID: "A", Points: at}, {RefID: "B", Points: at}}, ""))
}

func TestErrorsSayWhatToDo(t *testing.T) {
	err := run(t.Context(), []string{"-json=nowhere"}, t.Output())
	require.ErrorContains(t, err, "run this from the root of the repository")
	err = run(t.Context(), []string{"-json=../json", "-prometheus=http://127.0.0.1:1"}, t.Output())
	require.ErrorContains(t, err, "make demo")
	require.ErrorContains(t, run(t.Context(), []string{"-range=1s"}, t.Output()), "a minute")
}
