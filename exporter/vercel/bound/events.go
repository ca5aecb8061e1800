package bound

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// Event is what the labels of a custom event may say.
type Event struct {
	Category      []string `yaml:"category"`
	PaymentMethod []string `yaml:"payment_method"`
}

// Events knows the custom events, and the messages of the log that are counted as events.
type Events struct {
	custom  map[string]listed
	names   []string          // of log events
	message map[string]string // the text to the log event
}

// listed is an event with its name, so that no label is made of what a request brought.
type listed struct {
	Event
	name string
}

// NewEvents reads the lists of an events file.
func NewEvents(custom map[string]Event, logged map[string][]string) (*Events, error) {
	if len(custom)+len(logged) > most {
		return nil, fmt.Errorf("there are %d events; hint: %d are the most", len(custom)+len(logged), most)
	}
	e := &Events{custom: map[string]listed{}, names: slices.Sorted(maps.Keys(logged)), message: map[string]string{}}
	for _, name := range slices.Concat(e.names, slices.Sorted(maps.Keys(custom))) {
		if !regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`).MatchString(name) {
			return nil, fmt.Errorf("reading event %q: it is no name; hint: small letters, digits and _, such as payment_failed", name)
		}
	}
	for name, event := range custom {
		if len(event.Category) > most || len(event.PaymentMethod) > most {
			return nil, fmt.Errorf("reading event %q: it has too many values; hint: %d are the most", name, most)
		}
		e.custom[name] = listed{Event: event, name: name}
	}
	for _, name := range e.names {
		for _, text := range logged[name] {
			if other, taken := e.message[text]; taken {
				return nil, fmt.Errorf("reading log event %q: %q stands for %q already; hint: remove one", name, text, other)
			}
			e.message[text] = name
		}
	}
	return e, nil
}

// Custom returns the labels of a custom event. One that is not on the list is [Other] and has no properties; a property for
// which no values are listed is empty, as that of another event.
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
	return among(value, allowed...)
}

// Labels are what [Events.Custom] returns of an event.
type Labels struct{ Name, Category, PaymentMethod string }

// CustomSeries returns the labels that events on the list may have. One with two properties has too many to list.
func (e *Events) CustomSeries() []Labels {
	var all []Labels
	for name, event := range e.custom {
		switch {
		case len(event.Category) == 0 && len(event.PaymentMethod) == 0:
			all = append(all, Labels{Name: name})
		case len(event.PaymentMethod) == 0:
			for _, category := range slices.Concat(event.Category, []string{Other, Unknown}) {
				all = append(all, Labels{Name: name, Category: category})
			}
		case len(event.Category) == 0:
			for _, method := range slices.Concat(event.PaymentMethod, []string{Other, Unknown}) {
				all = append(all, Labels{Name: name, PaymentMethod: method})
			}
		}
	}
	return all
}

// Logged returns the event that a message of the log, or its field "event", stands for. Most stand for none.
func (e *Events) Logged(text string) (event string, found bool) {
	event, found = e.message[text]
	return event, found
}

// LoggedNames returns the names of all log events.
func (e *Events) LoggedNames() []string { return e.names }
