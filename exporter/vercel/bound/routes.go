package bound

import (
	"fmt"
	"strings"
)

// most is how many routes there may be: each is some dozen series.
const most = 200

// Routes finds the pattern that a path belongs to. A literal part goes before [id], and [id] before [...rest].
type Routes struct {
	root node
	all  []string
}

// node is what may follow a beginning of a path.
type node struct {
	literal map[string]*node
	one     *node  // [id]
	rest    string // pattern that ends in [...rest] here
	pattern string // pattern that ends here
}

// NewRoutes reads the patterns. The error says which one is wrong and how it should be.
func NewRoutes(patterns []string) (*Routes, error) {
	if len(patterns) > most {
		return nil, fmt.Errorf("there are %d routes; hint: %d are the most, since each is some dozen series", len(patterns), most)
	}
	r := &Routes{all: patterns}
	for _, pattern := range patterns {
		if err := r.add(pattern); err != nil {
			return nil, fmt.Errorf("reading route %q: %w", pattern, err)
		}
	}
	return r, nil
}

// All returns the patterns, in their order.
func (r *Routes) All() []string { return r.all }

// Match returns the pattern that a path, or a route that a framework reports, belongs to, else [Other].
func (r *Routes) Match(path string) string {
	path = clean(path)
	if pattern := r.root.find(path); pattern != "" {
		return pattern
	}
	// Next.js' own names of a route end in the file that serves it: /api/prompts/route.
	for _, file := range []string{"/route", "/page"} {
		if shorter, found := strings.CutSuffix(path, file); found {
			if pattern := r.root.find(shorter); pattern != "" {
				return pattern
			}
		}
	}
	return Other
}

// MatchFirst returns the pattern that the first of some paths belongs to of which there is one. An empty path is none, not
// that of the front page.
func (r *Routes) MatchFirst(paths ...[]byte) string {
	for _, path := range paths {
		if len(path) == 0 {
			continue
		}
		if pattern := r.Match(string(path)); pattern != Other {
			return pattern
		}
	}
	return Other
}

// clean returns a path without the host before and the query behind it, with one slash in front and none at the end.
func clean(path string) string {
	if i := strings.IndexAny(path, "?#"); i >= 0 { // first, since a query may well hold another URL
		path = path[:i]
	}
	if i := strings.Index(path, "://"); i >= 0 {
		_, path, _ = strings.Cut(path[i+len("://"):], "/")
	}
	path = strings.TrimSuffix(path, ".rsc") // the data of a page, fetched by the router of Next.js
	return strings.Trim(path, "/")
}

func (r *Routes) add(pattern string) error {
	if !strings.HasPrefix(pattern, "/") || strings.ContainsAny(pattern, "?#\" \t\n") {
		return fmt.Errorf("it is no path; hint: such as /api/prompts/[id]")
	}
	at := &r.root
	parts := split(clean(pattern))
	for i, part := range parts {
		switch {
		case strings.HasPrefix(part, "[[...") || strings.HasPrefix(part, "[..."):
			if i < len(parts)-1 {
				return fmt.Errorf("something follows %s; hint: it must be the last part", part)
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

// find returns the pattern of path below n, or nothing. It allocates nothing: it is asked for every row.
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
