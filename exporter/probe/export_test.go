package probe

import "time"

// Delay is delay.
func Delay(interval, took time.Duration, success bool) time.Duration {
	return delay(interval, took, success)
}
