package database

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Limits bound a transaction. They end with it, so that a pooler can hand the session to another
// client.
type Limits struct {
	Statement time.Duration // of each query; shortened to the time left until the context's deadline
	Lock      time.Duration // of each wait for a lock
	TimeZone  string        // IANA name; empty keeps the server's
	WorkMem   string        // such as "32MB"; empty keeps the server's

	// Settings are further settings of the server, by name.
	Settings map[string]string
}

type setting struct{ name, value string }

func (l Limits) settings(ctx context.Context, searchPath string) []setting {
	statement := l.Statement
	if deadline, ok := ctx.Deadline(); ok {
		statement = min(statement, time.Until(deadline))
	}
	settings := []setting{
		{"application_name", "marketplace_exporter"},
		{"statement_timeout", milliseconds(statement)},
		{"lock_timeout", milliseconds(l.Lock)},
	}
	for _, s := range []setting{{"timezone", l.TimeZone}, {"work_mem", l.WorkMem}, {"search_path", searchPath}} {
		if s.value != "" {
			settings = append(settings, s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.Settings)) {
		settings = append(settings, setting{name, l.Settings[name]})
	}
	return settings
}

// milliseconds never returns 0, which would disable the timeout.
func milliseconds(d time.Duration) string {
	return strconv.FormatInt(max(1, d.Milliseconds()), 10)
}
