package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
)

// pageText is what the page looks like.
//
//go:embed page.html
var pageText string

// The grid is Grafana's, on a page of 1,600 pixels.
const (
	pitchX, pitchY = 1576.0 / 24, 38
	gap            = 8
	titleHeight    = 30
	padding        = 10
)

// view is what the page shows of a panel: one of the kinds, or none where there is no data.
type view struct {
	Title                   string
	IsRow                   bool
	Column, Row, Wide, High int // in the grid, from 1
	Tiles                   []tile
	TilesBelow              bool // one below the other
	Graph                   *graph
	Bars                    []bar
	Table                   *table
}

// tile is the value of a series in large.
type tile struct {
	Name, Text, Color, Background string
	Size                          int // of its letters
	Area                          string
}

// bar is one of a list.
type bar struct {
	Name, Text, Color string
	Percent           float64
}

// render is the page.
func render(b board, span period, answers [][]series) ([]byte, error) {
	tmpl, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("parsing the page's template: %w", err)
	}
	data := struct {
		Title, Description, Length, Until string
		Panels                            []view
	}{b.Title, b.Description, formatValue(span.Length.Seconds(), "s"), span.End.Format("2006-01-02 15:04"), nil}
	for i, p := range b.Panels {
		data.Panels = append(data.Panels, newView(p, answers[i], span))
	}
	var text bytes.Buffer
	if err := tmpl.Execute(&text, data); err != nil {
		return nil, fmt.Errorf("drawing the page: %w", err)
	}
	return text.Bytes(), nil
}

// newView draws a panel.
func newView(p panel, found []series, span period) view {
	at := p.GridPos
	v := view{Title: p.Title, IsRow: p.Type == "row", Column: at.X + 1, Row: at.Y + 1, Wide: at.W, High: at.H}
	if len(found) == 0 {
		return v
	}
	width := int(float64(at.W)*pitchX) - gap - 2*padding - 2
	height := at.H*pitchY - gap - titleHeight - padding
	switch p.Type {
	case "stat":
		v.TilesBelow = width/len(found) < 130
		v.Tiles = tiles(p, found, span, width, height, v.TilesBelow)
	case "timeseries":
		v.Graph = newGraph(p, found, span, width, height)
	case "bargauge":
		v.Bars = bars(p, found, height)
	case "table":
		v.Table = newTable(p, found, height)
	}
	return v
}

// Empty says that a panel has nothing to show.
func (v view) Empty() bool {
	return !v.IsRow && len(v.Tiles) == 0 && v.Graph == nil && len(v.Bars) == 0 && v.Table == nil
}

func tiles(p panel, found []series, span period, width, height int, below bool) []tile {
	if below {
		height /= len(found)
	} else {
		width /= len(found)
	}
	all := make([]tile, len(found))
	for i, s := range found {
		t := tile{}
		t.Text, t.Color = p.look(s.last(), p.unit(s.RefID, s.Name))
		if len(found) > 1 {
			t.Name = s.Name
		}
		switch {
		case p.Options.TextMode == "name":
			t.Text, t.Name, t.Color = s.Name, "", shade("text")
		case p.Options.ColorMode == "background":
			t.Background, t.Color = t.Color, "#111217"
		}
		if p.Options.GraphMode == "area" {
			t.Area = sparkline(s, span)
		}
		t.Size = max(12, min(height*45/100, width*150/100/max(1, len([]rune(t.Text))), 52))
		all[i] = t
	}
	return all
}

// sparkline is how a value came about, in a square of 100.
func sparkline(s series, span period) string {
	g := graph{Right: 100, Bottom: 100}
	values := make([]float64, len(s.Points))
	for i, at := range s.Points {
		values[i] = at.Value
	}
	a := newAxis("", values)
	a.bottom = g.Bottom
	return g.line(panel{}, s, "", a, span, map[float64]float64{}).Area
}

// bars are as many as there is height for.
func bars(p panel, found []series, height int) []bar {
	const room = 26
	highest := 0.0
	for _, s := range found {
		highest = max(highest, s.last())
	}
	var all []bar
	for i, s := range found[:min(len(found), height/room)] {
		text, _ := p.look(s.last(), p.unit(s.RefID, s.Name))
		b := bar{Name: s.Name, Text: text, Color: palette(i)}
		if highest > 0 {
			b.Percent = max(0, s.last()/highest*100)
		}
		all = append(all, b)
	}
	return all
}
