package kpi

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // for container images without a time zone database

	"github.com/jackc/pgx/v5"
)

// Settings describe how a database stores amounts and times.
type Settings struct {
	Money      string // major (12.5 USD) or minor (1250), which is 100 times as much in every currency
	Timestamps string // utc (columns may lack a time zone and hold UTC) or timestamptz
	Schema     string // of the tables; empty for the search_path of the connection
	TimeZone   string // IANA name of the time zone of calendar days
}

// Allowed values of Settings.
const (
	major       = "major"
	minor       = "minor"
	utc         = "utc"
	timestamptz = "timestamptz"
)

// server returns the settings of the server for the transaction of a KPI. Columns without a time
// zone are compared with now() in the session's time zone, so that is UTC if they hold UTC.
func (s Settings) server() map[string]string {
	settings := map[string]string{"kpi.timezone": s.TimeZone, "timezone": "UTC"}
	if s.Schema != "" {
		settings["search_path"] = pgx.Identifier{s.Schema}.Sanitize()
	}
	if s.Timestamps == timestamptz {
		settings["timezone"] = s.TimeZone
	}
	return settings
}

// String describes the settings for the command check.
func (s Settings) String() string {
	schema := "the default schema"
	if s.Schema != "" {
		schema = "schema " + s.Schema
	}
	return fmt.Sprintf("amounts in %s units, %s timestamps, %s, calendar days in %s", s.Money, s.Timestamps, schema, s.TimeZone)
}

// settingsEntry is the key settings of a KPI file.
type settingsEntry struct {
	Money      setting[string] `yaml:"money"`
	Timestamps setting[string] `yaml:"timestamps"`
	Schema     setting[string] `yaml:"schema"`
	TimeZone   setting[string] `yaml:"timezone"`
}

// apply returns s with the values of the file.
func (e settingsEntry) apply(file string, s Settings) (Settings, error) {
	problems := []error{
		choose(file, "money", e.Money, &s.Money, major, minor),
		choose(file, "timestamps", e.Timestamps, &s.Timestamps, utc, timestamptz),
	}
	if e.Schema.line != 0 {
		s.Schema = e.Schema.value
	}
	if e.TimeZone.line != 0 {
		s.TimeZone = e.TimeZone.value
		if err := checkTimeZone(s.TimeZone); err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: settings: %w", file, e.TimeZone.line, err))
		}
	}
	return s, errors.Join(problems...)
}

// choose sets target to the value of a key, which must be one of allowed.
func choose(file, key string, from setting[string], target *string, allowed ...string) error {
	if from.line == 0 {
		return nil
	}
	*target = from.value
	if slices.Contains(allowed, from.value) {
		return nil
	}
	return problem(file, from.line, "settings", fmt.Sprintf("%s is %q", key, from.value), "use "+strings.Join(allowed, " or "))
}

// checkTimeZone accepts the names that mean the same to Go and Postgres. Postgres also accepts
// "UTC+9", but as nine hours west of Greenwich; Go also accepts "Local" and the empty string.
func checkTimeZone(name string) error {
	wellFormed := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`).MatchString(name)
	_, err := time.LoadLocation(name)
	if err != nil || !wellFormed || name == "Local" {
		return fmt.Errorf("%q is not a time zone; hint: a name of the IANA database, "+
			"such as Asia/Seoul or UTC, not an abbreviation or an offset", name)
	}
	return nil
}
