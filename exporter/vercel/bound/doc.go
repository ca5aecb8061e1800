// Package bound turns what a request brought into label values, of which there are few: whatever is not on a list is "other".
// Nothing else of a request may become a label, or a log line.
package bound
