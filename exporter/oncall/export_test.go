package oncall

import "time"

// SetClock replaces the current time.
func (s *Source) SetClock(now time.Time) { s.now = func() time.Time { return now } }
