package allow

import (
	"fmt"
	"slices"
	"strings"
)

// Hosts is the allowlist of hosts that the application calls.
type Hosts struct {
	exact   map[string]string
	parents []string // example.com for *.example.com
	all     []string
}

// NewHosts parses names such as api.example.com and *.example.com.
func NewHosts(names []string) (*Hosts, error) {
	if len(names) > maxEntries {
		return nil, fmt.Errorf("there are %d hosts; hint: the maximum is %d", len(names), maxEntries)
	}
	h := &Hosts{exact: map[string]string{}}
	for _, name := range names {
		parent, wildcard := strings.CutPrefix(strings.ToLower(name), "*.")
		if parent == "" || strings.ContainsAny(parent, "*/:@? \t") {
			return nil, fmt.Errorf("parsing host %q: it is not a host name; hint: such as api.example.com or *.example.com", name)
		}
		if wildcard {
			h.parents = append(h.parents, parent)
		} else {
			h.exact[parent] = parent
		}
		h.all = append(h.all, parent)
	}
	return h, nil
}

// All returns the values of [Hosts.Match] except [Other].
func (h *Hosts) All() []string { return h.all }

// WithOther returns all values of [Hosts.Match].
func (h *Hosts) WithOther() []string { return append(slices.Clone(h.all), Other) }

// Match returns the label of a host, which may have a port, or [Other].
func (h *Hosts) Match(host string) string {
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	if label := h.exact[host]; label != "" {
		return label
	}
	for _, parent := range h.parents {
		if strings.HasSuffix(host, "."+parent) {
			return parent
		}
	}
	return Other
}
