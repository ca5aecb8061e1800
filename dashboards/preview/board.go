package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"time"
)

// period is the time that is looked at.
type period struct {
	End    time.Time
	Length time.Duration
}

// board is what is drawn of a board's JSON.
type board struct {
	Title, Description string
	Panels             []panel
	Templating         struct {
		List []struct{ Name, AllValue string }
	}
}

// panel is one of its panels, or a row's heading.
type panel struct {
	Type, Title string
	GridPos     struct{ X, Y, W, H int }
	Targets     []target
	Options     struct {
		GraphMode, ColorMode, TextMode string
		SortBy                         []struct {
			DisplayName string
			Desc        bool
		}
	}
	Transformations []struct {
		ID      string
		Options struct{ ExcludeByName map[string]bool }
	}
	FieldConfig fieldConfig
}

type target struct {
	Expr, LegendFormat, RefID string
	Instant                   bool
}

// fieldConfig is how values look, with overrides for some of them.
type fieldConfig struct {
	Defaults struct {
		Unit     string
		Mappings []struct {
			Options map[string]struct{ Text, Color string }
		}
		Thresholds struct{ Steps []struct{ Color string } }
		Custom     struct{ Stacking struct{ Mode string } }
	}
	Overrides []struct {
		Matcher    struct{ ID, Options string }
		Properties []struct {
			ID    string
			Value any
		}
	}
}

func readBoard(path string) (board, error) {
	var b board
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, fmt.Errorf("reading the board: %w: run this from the root of the repository, and `make generate` first", err)
	}
	if err != nil {
		return b, fmt.Errorf("reading the board: %w", err)
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return b, fmt.Errorf("reading the board %s: %w", path, err)
	}
	return b, nil
}

// variables puts into expressions what Grafana would: everything where there is a choice, and its built-in durations.
func (b *board) variables(span period) *strings.Replacer {
	// What Grafana comes to where Prometheus scrapes every 15 seconds, the data source's setting in deploy.
	pairs := []string{
		"$__rate_interval", "1m",
		"$__range", fmt.Sprintf("%.0fs", span.Length.Seconds()),
	}
	for _, v := range b.Templating.List {
		if v.AllValue != "" {
			pairs = append(pairs, "${"+v.Name+"}", v.AllValue, "$"+v.Name, v.AllValue)
		}
	}
	return strings.NewReplacer(pairs...)
}

// property is what an override says of what a query found, or nil. Later overrides win, as in Grafana.
func (p panel) property(id, refID, name string) any {
	var found any
	for _, override := range p.FieldConfig.Overrides {
		if !matches(override.Matcher.ID, override.Matcher.Options, refID, name) {
			continue
		}
		for _, property := range override.Properties {
			if property.ID == id {
				found = property.Value
			}
		}
	}
	return found
}

func matches(kind, options, refID, name string) bool {
	switch kind {
	case "byFrameRefID":
		return options == refID
	case "byRegexp":
		matched, err := regexp.MatchString(strings.Trim(options, "/"), name)
		return err == nil && matched
	default:
		return options == name
	}
}

// unit is that of a series or a column.
func (p panel) unit(refID, name string) string {
	if unit, ok := p.property("unit", refID, name).(string); ok {
		return unit
	}
	return p.FieldConfig.Defaults.Unit
}

// isLimit tells a threshold's line: the generator dashes these and nothing else.
func (p panel) isLimit(refID string) bool { return p.property("custom.lineStyle", refID, "") != nil }

// isStacked says that series add up.
func (p panel) isStacked() bool { return p.FieldConfig.Defaults.Custom.Stacking.Mode == "normal" }

// look is the text and the colour of a value: of its state, if it is one.
func (p panel) look(value float64, unit string) (text, color string) {
	text = formatValue(value, unit)
	if steps := p.FieldConfig.Defaults.Thresholds.Steps; len(steps) > 0 {
		color = steps[0].Color
	}
	for _, mapping := range p.FieldConfig.Defaults.Mappings {
		if state, ok := mapping.Options[fmt.Sprint(value)]; ok {
			text, color = state.Text, state.Color
		}
	}
	return text, shade(color)
}
