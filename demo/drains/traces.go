package drains

// scopeName is what Vercel calls the instrumentation.
const scopeName = "vercel"

// group is the spans that have a resource in common.
type group struct {
	environment string
	spans       []span
}

// byEnvironment leaves out the environments without spans.
func byEnvironment(requests []request) []group {
	groups := []group{{environment: production}, {environment: preview}}
	for _, r := range requests {
		for i := range groups {
			if groups[i].environment == r.environment {
				groups[i].spans = append(groups[i].spans, r.spans()...)
			}
		}
	}
	var found []group
	for _, g := range groups {
		if len(g.spans) > 0 {
			found = append(found, g)
		}
	}
	return found
}
