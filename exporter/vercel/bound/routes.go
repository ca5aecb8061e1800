package bound

import (
	"fmt"
	"slices"
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

// WithOther returns all values that a route may have as a label.
func (r *Routes) WithOther() []string { return append(slices.Clone(r.all), Other) }

// Match returns the pattern that a path belongs to, else [Other]. An empty text is no path, not that of the front page.
func (r *Routes) Match(path string) string {
	if path == "" {
		return Other
	}
	if pattern := r.root.find(clean(path)); pattern != "" {
		return pattern
	}
	return Other
}

// MatchPattern is Match for a route as Next.js tells it, which may end in the file that serves it: /api/prompts/route. It is
// that of /api/prompts, although it looks like a path of /api/prompts/[id].
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

// MatchPage returns the pattern of a page as browsers tell it: by its route where they know it, else by the path in the
// address bar.
func (r *Routes) MatchPage(route, path []byte) string {
	if pattern := r.MatchPattern(string(route)); pattern != Other {
		return pattern
	}
	return r.Match(string(path))
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
