package maintenance

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

const (
	allComponents      = "all"
	defaultEnvironment = "production" // whose alerts page by default
	// maxDuration protects from a mistyped date: a window mutes all alerts of its components.
	maxDuration = 7 * 24 * time.Hour
)

// definition is a window in the configuration file.
type definition struct {
	Name        string   `yaml:"name"`
	Components  []string `yaml:"components"`
	Environment *string  `yaml:"environment"` // nil: the default; empty for alerts without the label
	Start       string   `yaml:"start"`       // not a time.Time, for which YAML assumes UTC if the zone is missing
	End         string   `yaml:"end"`
}

// window is a valid definition.
type window struct {
	name        string
	components  []string
	environment string
	start, end  time.Time
}

func (d definition) parse() (window, error) {
	if !regexp.MustCompile(`^[\pL\pN ._-]{1,64}$`).MatchString(d.Name) {
		return window{}, errors.New("the name is empty, longer than 64 characters or has special ones; hint: name: database upgrade")
	}
	w := window{name: d.Name, environment: defaultEnvironment}
	if d.Environment != nil {
		w.environment = *d.Environment
	}
	var err error
	if w.components, err = parseComponents(d.Components); err != nil {
		return window{}, err
	}
	if w.start, err = parseTime("start", d.Start); err != nil {
		return window{}, err
	}
	if w.end, err = parseTime("end", d.End); err != nil {
		return window{}, err
	}
	switch length := w.end.Sub(w.start); {
	case length <= 0:
		return window{}, fmt.Errorf("the end %s is not after the start %s; hint: compare their time zones", d.End, d.Start)
	case length > maxDuration:
		return window{}, errors.New("the window is longer than 7 days; hint: check the dates")
	}
	return w, nil
}

// parseComponents returns the components in the order of the status page, each once.
func parseComponents(names []string) ([]string, error) {
	known := metric.Components()
	if len(names) == 0 {
		return nil, errors.New("there are no components; hint: components: [database]")
	}
	for _, name := range names {
		if name != allComponents && !slices.Contains(known, name) {
			return nil, fmt.Errorf("component %q does not exist; hint: %s, or %s", name, strings.Join(known, ", "), allComponents)
		}
	}
	if slices.Contains(names, allComponents) {
		return known, nil
	}
	return slices.DeleteFunc(known, func(c string) bool { return !slices.Contains(names, c) }), nil
}

func parseTime(field, text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("the %s %q is no time with a date and a zone; hint: %s: 2026-12-06T02:00:00+09:00", field, text, field)
	}
	return t, nil
}
