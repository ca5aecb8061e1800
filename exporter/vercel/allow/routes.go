package allow

import (
	"cmp"
	"errors"
	"fmt"
	"path"
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
	next    map[string]*node // by the literal part, or anyPart
	rest    string           // the pattern that ends here with [...rest]
	pattern string           // the pattern that ends here
}

// anyPart is the key of [id].
const anyPart = "[]"

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
	return cmp.Or(r.root.find(clean(path)), Other)
}

// MatchPattern returns the listed pattern that is equal to the route that a framework reports,
// whatever the names of its parameters are, or [Other]. The route may end in the file that serves
// it: /api/prompts/route is /api/prompts.
func (r *Routes) MatchPattern(route string) string {
	if route == "" {
		return Other
	}
	cleaned := clean(route)
	pattern := r.root.equal(cleaned)
	if folder, file := path.Split(cleaned); pattern == "" && (file == "route" || file == "page") {
		pattern = r.root.equal(strings.TrimSuffix(folder, "/"))
	}
	return cmp.Or(pattern, Other)
}

// Resolve returns the pattern of a request for which a framework reports routes. Routes and paths
// may be empty. If no route is listed, the first path that matches counts. If the framework
// reported a route, only a pattern without parameters may match: /prompts/new is not
// /prompts/[slug], although its path matches.
func (r *Routes) Resolve(routes []string, paths ...string) string {
	reported := false
	for _, route := range routes {
		if pattern := r.MatchPattern(route); pattern != Other {
			return pattern
		}
		reported = reported || route != ""
	}
	for _, path := range paths {
		if pattern := r.Match(path); pattern != Other && (!reported || !strings.Contains(pattern, "[")) {
			return pattern
		}
	}
	return Other
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
	at, part, rest := &r.root, "", clean(pattern)
	for rest != "" {
		part, rest, _ = strings.Cut(rest, "/")
		switch {
		case !isCatchAll(part):
			at = at.child(part)
			continue
		case rest != "":
			return fmt.Errorf("%s is not the last part; hint: remove what follows", part)
		case at.rest != "":
			return fmt.Errorf("it is the same as %q; hint: remove one", at.rest)
		}
		at.rest = pattern
		if !strings.HasPrefix(part, "[[") {
			return nil
		}
	}
	if at.pattern != "" {
		return fmt.Errorf("it is the same as %q; hint: remove one", at.pattern)
	}
	at.pattern = pattern
	return nil
}

func isCatchAll(part string) bool {
	return strings.HasPrefix(part, "[...") || strings.HasPrefix(part, "[[...")
}

// key returns the key of a part of a pattern, in the notation of Next.js or of another framework.
func key(part string) string {
	if part != "" && strings.IndexByte("[:{", part[0]) >= 0 {
		return anyPart
	}
	return part
}

func (n *node) child(part string) *node {
	if n.next == nil {
		n.next = map[string]*node{}
	}
	if n.next[key(part)] == nil {
		n.next[key(part)] = &node{}
	}
	return n.next[key(part)]
}

// find returns the pattern that matches path below n, which may be nil, or an empty text. It runs
// for every row, so it does not allocate.
func (n *node) find(path string) string {
	switch {
	case n == nil:
		return ""
	case path == "":
		return n.pattern
	}
	part, rest, _ := strings.Cut(path, "/")
	if pattern := n.next[part].find(rest); pattern != "" {
		return pattern
	}
	if part == "" {
		return n.rest
	}
	return cmp.Or(n.next[anyPart].find(rest), n.rest)
}

// equal returns the pattern below n that is equal to a route, or an empty text.
func (n *node) equal(route string) string {
	switch part, rest, _ := strings.Cut(route, "/"); {
	case n == nil:
		return ""
	case route == "":
		return n.pattern
	case isCatchAll(part):
		return n.rest
	default:
		return n.next[key(part)].equal(rest)
	}
}
