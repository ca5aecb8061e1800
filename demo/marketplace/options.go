package marketplace

import (
	"io"
	"time"
)

// SeedOptions say what to seed. The same Seed, Users and Now give the same rows, byte for byte.
type SeedOptions struct {
	Users    int       // number of accounts, at least 200; 0 means 5,000. Everything else grows with it
	Seed     uint64    // another seed, another year
	Now      time.Time // the end of the year of business; zero means the present
	Progress io.Writer // gets a line a table with rows, rate and time; nil for silence
}

func (o SeedOptions) withDefaults() SeedOptions {
	if o.Users == 0 {
		o.Users = defaultUsers
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o
}
