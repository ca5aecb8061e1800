package allow

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// Event lists the label values of a custom event.
type Event struct {
	Category      []string `yaml:"category"`
	PaymentMethod []string `yaml:"payment_method"`

	name string // the list's copy, so that no memory of a delivery is retained
}

// Events is the allowlist of custom events, and of log messages that are counted as events.
type Events struct {
	custom   map[string]Event
	logNames []string
	byText   map[string]string // from the text of a message to the name of the log event
	byPrefix []prefixedEvent   // the longest first
}

// prefixedEvent is a log event whose text ends with an asterisk in the list.
type prefixedEvent struct{ prefix, name string }

// NewEvents returns the allowlist of the given custom events and log events.
func NewEvents(custom map[string]Event, logged map[string][]string) (*Events, error) {
	if len(custom)+len(logged) > maxEntries {
		return nil, fmt.Errorf("there are %d events; hint: the maximum is %d", len(custom)+len(logged), maxEntries)
	}
	e := &Events{custom: map[string]Event{}, logNames: slices.Sorted(maps.Keys(logged)), byText: map[string]string{}}
	for _, name := range slices.Concat(e.logNames, slices.Sorted(maps.Keys(custom))) {
		if !regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`).MatchString(name) {
			return nil, fmt.Errorf("parsing event %q: the name is invalid; hint: lower-case letters, digits and _, such as payment_failed", name)
		}
	}
	for name, event := range custom {
		if len(event.Category) > maxEntries || len(event.PaymentMethod) > maxEntries {
			return nil, fmt.Errorf("parsing event %q: it has too many values; hint: the maximum is %d", name, maxEntries)
		}
		event.name = name
		e.custom[name] = event
	}
	for _, name := range e.logNames {
		for _, text := range logged[name] {
			if other, taken := e.byText[text]; taken {
				return nil, fmt.Errorf("parsing log event %q: %q belongs to %q already; hint: remove one", name, text, other)
			}
			e.byText[text] = name
			if prefix, ok := strings.CutSuffix(text, "*"); ok {
				e.byPrefix = append(e.byPrefix, prefixedEvent{prefix, name})
			}
		}
	}
	slices.SortStableFunc(e.byPrefix, func(a, b prefixedEvent) int { return len(b.prefix) - len(a.prefix) })
	return e, nil
}

// Custom returns the labels of a custom event. An event that is not listed is [Other] without
// properties. A property without listed values is empty.
func (e *Events) Custom(name, category, paymentMethod string) (event, allowedCategory, allowedMethod string) {
	known, found := e.custom[name]
	if !found {
		return Other, "", ""
	}
	return known.name, property(category, known.Category), property(paymentMethod, known.PaymentMethod)
}

func property(value string, allowed []string) string {
	if len(allowed) == 0 {
		return ""
	}
	if value == "" {
		return Unknown
	}
	return metric.Among(value, allowed...)
}

// CustomSeries returns, by event, all values that [Events.Custom] returns. Events with two
// properties are left out, because they have too many combinations.
func (e *Events) CustomSeries() map[string]Event {
	values := func(list []string) []string {
		if len(list) == 0 {
			return []string{""}
		}
		return slices.Concat(list, []string{Other, Unknown})
	}
	all := map[string]Event{}
	for name, event := range e.custom {
		if len(event.Category) == 0 || len(event.PaymentMethod) == 0 {
			all[name] = Event{Category: values(event.Category), PaymentMethod: values(event.PaymentMethod)}
		}
	}
	return all
}

// Logged returns the event of a log message, or of its field "event". It is empty for most.
func (e *Events) Logged(text []byte) string {
	if name := e.byText[string(text)]; name != "" {
		return name
	}
	for _, event := range e.byPrefix {
		if len(text) >= len(event.prefix) && string(text[:len(event.prefix)]) == event.prefix {
			return event.name
		}
	}
	return ""
}

// LogNames returns the names of all log events.
func (e *Events) LogNames() []string { return e.logNames }
