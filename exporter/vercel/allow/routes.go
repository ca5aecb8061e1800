package allow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Routes is the allowlist of routes, as a tree of the parts of their patterns. A literal part takes
// precedence over [id], and [id] over [...rest].
type Routes struct {
	root node
	all  []string
}

// node matches one part of a path.
type node struct {
	literal map[string]*node
	one     *node  // [id]
	rest    string // the pattern that ends here with [...rest]
	pattern string // the pattern that ends here
}

// NewRoutes parses the patterns. The error names the invalid pattern and shows a valid one.
func NewRoutes(patterns []string) (*Routes, error) {
	if len(patterns) > maxEntries {
		return nil, fmt.Errorf("there are %d routes; hint: the maximum is %d, because each is some dozens of series", len(patterns), maxEntries)
	}
	r := &Routes{all: patterns}
	for _, pattern := range patterns {
		if err := r.add(pattern); err != nil {
			return nil, fmt.Errorf("parsing route %q: %w", pattern, err)
		}
	}
	return r, nil
}

// All returns the patterns, in their order.
func (r *Routes) All() []string { return r.all }

// WithOther returns all values of [Routes.Match].
func (r *Routes) WithOther() []string { return append(slices.Clone(r.all), Other) }

// Match returns the pattern that matches a path, or [Other]. An empty text is a missing path, not
// the path of the front page.
func (r *Routes) Match(path string) string {
	if path == "" {
		return Other
	}
	if pattern := r.root.find(clean(path)); pattern != "" {
		return pattern
	}
	return Other
}

// MatchPattern is Match for a route that Next.js reports. It may end in the file that serves it:
// /api/prompts/route is /api/prompts, although /api/prompts/[id] matches it as well.
func (r *Routes) MatchPattern(route string) string {
	found := r.Match(route)
	path := clean(route)
	if strings.Trim(found, "/") == path {
		return found
	}
	folder, file := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		folder, file = path[:i], path[i+1:]
	}
	if file == "route" || file == "page" {
		if pattern := r.root.find(folder); pattern != "" {
			return pattern
		}
	}
	return found
}

// MatchPage returns the pattern of a page that a browser reports: by its route if the browser knows
// it, otherwise by the path in the address bar.
func (r *Routes) MatchPage(route, path []byte) string {
	if pattern := r.MatchPattern(string(route)); pattern != Other {
		return pattern
	}
	return r.Match(string(path))
}

// clean returns a path without host, query and outer slashes.
func clean(path string) string {
	if i := strings.IndexAny(path, "?#"); i >= 0 { // first, because a query may contain another URL
		path = path[:i]
	}
	if i := strings.Index(path, "://"); i >= 0 {
		_, path, _ = strings.Cut(path[i+len("://"):], "/")
	}
	path = strings.TrimSuffix(path, ".rsc") // the data of a page, which the router of Next.js fetches
	return strings.Trim(path, "/")
}

func (r *Routes) add(pattern string) error {
	if !strings.HasPrefix(pattern, "/") || strings.ContainsAny(pattern, "?#\" \t\n") {
		return errors.New("it is not a path; hint: such as /api/prompts/[id]")
	}
	at := &r.root
	parts := split(clean(pattern))
	for i, part := range parts {
		switch {
		case strings.HasPrefix(part, "[[...") || strings.HasPrefix(part, "[..."):
			if i < len(parts)-1 {
				return fmt.Errorf("%s is not the last part; hint: remove what follows", part)
			}
			if at.rest != "" {
				return fmt.Errorf("it is the same as %q; hint: remove one", at.rest)
			}
			at.rest = pattern
			if !strings.HasPrefix(part, "[[") {
				return nil
			}
		case strings.HasPrefix(part, "["):
			at = at.anyPart()
		default:
			at = at.part(part)
		}
	}
	if at.pattern != "" {
		return fmt.Errorf("it is the same as %q; hint: remove one", at.pattern)
	}
	at.pattern = pattern
	return nil
}

func (n *node) anyPart() *node {
	if n.one == nil {
		n.one = &node{}
	}
	return n.one
}

func (n *node) part(name string) *node {
	if n.literal == nil {
		n.literal = map[string]*node{}
	}
	if n.literal[name] == nil {
		n.literal[name] = &node{}
	}
	return n.literal[name]
}

func split(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// find returns the pattern that matches path below n, or an empty text. It runs for every row, so
// it does not allocate.
func (n *node) find(path string) string {
	if path == "" {
		return n.pattern
	}
	part, rest, _ := strings.Cut(path, "/")
	if next := n.literal[part]; next != nil {
		if pattern := next.find(rest); pattern != "" {
			return pattern
		}
	}
	if n.one != nil && part != "" {
		if pattern := n.one.find(rest); pattern != "" {
			return pattern
		}
	}
	return n.rest
}
