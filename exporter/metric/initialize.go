package metric

// Initialize creates the series of vec for every combination of label values, one list of values
// per label. Counters and histograms start at 0: a series that appears with its first event would
// hide that event from rate and increase, which need a sample before it.
func Initialize[M any](vec interface{ WithLabelValues(...string) M }, values ...[]string) {
	combinations := [][]string{nil}
	for _, list := range values {
		var longer [][]string
		for _, combination := range combinations {
			for _, value := range list {
				longer = append(longer, append(combination[:len(combination):len(combination)], value))
			}
		}
		combinations = longer
	}
	for _, combination := range combinations {
		vec.WithLabelValues(combination...)
	}
}
