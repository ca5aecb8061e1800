package probe

import (
	"time"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// Delay is delay.
func Delay(interval, took time.Duration, success bool) time.Duration {
	return delay(interval, took, success)
}

// Record records a successful probe of a target that ended at a time.
func Record(s source.Source, target string, ended time.Time) {
	for _, t := range *s.(*Source).targets.Load() {
		if t.Name == target {
			t.record(&result{success: true, ended: ended})
		}
	}
}
