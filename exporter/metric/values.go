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

// Bool returns 1 for true and 0 for false.
func Bool(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
