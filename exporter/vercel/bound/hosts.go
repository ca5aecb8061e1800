package bound

import (
	"fmt"
	"slices"
	"strings"
)

// Hosts finds out which of the allowed hosts a host is.
type Hosts struct {
	exact map[string]string
	below []string // example.com for *.example.com
	all   []string
}

// NewHosts reads names such as api.example.com and *.example.com.
func NewHosts(names []string) (*Hosts, error) {
	if len(names) > most {
		return nil, fmt.Errorf("there are %d hosts; hint: %d are the most", len(names), most)
	}
	h := &Hosts{exact: map[string]string{}}
	for _, name := range names {
		parent, wild := strings.CutPrefix(strings.ToLower(name), "*.")
		if parent == "" || strings.ContainsAny(parent, "*/:@? \t") {
			return nil, fmt.Errorf("reading host %q: it is no host; hint: such as api.example.com or *.example.com", name)
		}
		if wild {
			h.below = append(h.below, parent)
		} else {
			h.exact[parent] = parent
		}
		h.all = append(h.all, parent)
	}
	return h, nil
}

// All returns the values that Match can return besides [Other].
func (h *Hosts) All() []string { return h.all }

// WithOther returns all values that a host may have as a label.
func (h *Hosts) WithOther() []string { return append(slices.Clone(h.all), Other) }

// Match returns the label of a host, which may have a port, else [Other].
func (h *Hosts) Match(host string) string {
	host = strings.ToLower(host)
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	if label := h.exact[host]; label != "" {
		return label
	}
	for _, parent := range h.below {
		if strings.HasSuffix(host, "."+parent) {
			return parent
		}
	}
	return Other
}
