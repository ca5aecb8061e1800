package metric

import "slices"

// Other is the value of a label in place of every value that is not allowed.
const Other = "other"

// Among returns the allowed copy of the value, so that no memory of a response is retained, or
// [Other].
func Among(value string, allowed ...string) string {
	if i := slices.Index(allowed, value); i >= 0 {
		return allowed[i]
	}
	return Other
}

// Components returns the values of the label component that people configure: the components of the
// status page.
func Components() []string {
	return []string{"website", "api", "payments", "uploads", "email", "database"}
}

// Bool returns 1 for true and 0 for false.
func Bool(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
