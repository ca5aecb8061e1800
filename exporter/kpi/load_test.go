package kpi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// good is a valid entry. Each case below makes one line of it invalid.
const good = `kpis:
- name: carts
  help: Carts now.
  unit: carts
  labels: [status]
  interval: 5m
` + goodQuery

const goodQuery = `  sql: |
    SELECT status, count(*) AS value
    FROM cart GROUP BY status
`

func TestLoadRejectsInvalidEntries(t *testing.T) {
	cases := map[string]struct {
		from, to string // replaced in good
		want     string // a part of the error
	}{
		"unknown key":                   {"interval:", "intervall:", "own.yaml:6: carts: field intervall not found; hint: the keys of an entry are name, help,"},
		"duplicate key":                 {"unit: carts", "unit: carts\n  unit: carts", `own.yaml:5: carts: mapping key "unit" already defined at line 4; hint: `},
		"missing name":                  {"name: carts\n  help:", "help:", "own.yaml:2: (entry without a name): the name is missing"},
		"name in capitals":              {"name: carts", "name: Carts", "own.yaml:2: Carts: the name is not valid"},
		"name with two underscores":     {"name: carts", "name: carts__open", "own.yaml:2: carts__open: the name is not valid"},
		"name with the prefix":          {"name: carts", "name: marketplace_carts", "the name begins with marketplace_"},
		"reserved name":                 {"name: carts", "name: kpi_rows", `own.yaml:2: kpi_rows: the prefix "kpi_" is reserved for the exporter's own metrics`},
		"name of a counter":             {"name: carts", "name: carts_total", "own.yaml:2: carts_total: the name breaks a Prometheus naming rule: "},
		"name of a histogram's series":  {"name: carts", "name: carts_count", "the name breaks a Prometheus naming rule: "},
		"name in minutes":               {"name: carts", "name: cart_age_minutes", `use base unit "seconds" instead of "minutes"`},
		"unit in minutes":               {"unit: carts", "unit: minutes", "own.yaml:4: carts: minutes is not a base unit"},
		"seconds without the suffix":    {"unit: carts", "unit: seconds", `own.yaml:4: carts: the unit is seconds and the name ends in "carts"`},
		"suffix without seconds":        {"name: carts", "name: cart_age_seconds", `the unit is carts and the name ends in "seconds"`},
		"missing unit":                  {"  unit: carts\n", "", "own.yaml:2: carts: the unit is missing"},
		"empty help":                    {"help: Carts now.", "help: ''", "own.yaml:3: carts: the help is missing"},
		"label named value":             {"[status]", "[status, value]", `own.yaml:5: carts: the label "value" is reserved`},
		"label of the target":           {"[status]", "[instance]", `the label "instance" is reserved`},
		"duplicate label":               {"[status]", "[status, status]", `the label "status" is listed twice`},
		"label in capitals":             {"[status]", "[Status]", `the label "Status" is not valid`},
		"label of Prometheus":           {"[status]", "[__name__]", `the label "__name__" is not valid`},
		"labels that are not a list":    {"[status]", "status", `own.yaml:5: carts: "status" is not a list of names; hint: write a list such as [currency, window]`},
		"labels that are a mapping":     {"[status]", "{a: b}", `own.yaml:5: carts: the value is not a list of names`},
		"missing interval":              {"  interval: 5m\n", "", "own.yaml:2: carts: the interval is missing"},
		"interval that is too short":    {"5m", "5s", "own.yaml:6: carts: the interval of 5s is too short; hint: use at least 10s"},
		"interval without a unit":       {"5m", "300", `own.yaml:6: carts: "300" is not a duration; hint: write a number with a unit, such as 30s`},
		"max_age below the interval":    {"5m", "5m\n  max_age: 1m", "own.yaml:7: carts: the max_age of 1m is shorter than the interval"},
		"timeout above the interval":    {"5m", "5m\n  timeout: 6m", "own.yaml:7: carts: the timeout of 6m is longer than the interval"},
		"negative max_rows":             {"5m", "5m\n  max_rows: -1", "own.yaml:7: carts: max_rows is -1"},
		"max_rows that is too high":     {"5m", "5m\n  max_rows: 100000", "own.yaml:7: carts: max_rows is 100000; hint: use 1 to 10000"},
		"max_rows that is not a number": {"5m", "5m\n  max_rows: many", `own.yaml:7: carts: "many" is not a whole number; hint: write digits only`},
		"disabled that is not a bool":   {"5m", "5m\n  disabled: maybe", `own.yaml:7: carts: "maybe" is not a boolean; hint: write true or false`},
		"help that is a list":           {"Carts now.", "[a, b]", `own.yaml:3: carts: the value is not text; hint: put it in quotes`},
		"missing query":                 {goodQuery, "", "own.yaml:2: carts: the query is missing"},
		"blank query":                   {goodQuery, "  sql: ' '\n", "own.yaml:7: carts: the query is missing"},
		"entry that is not a mapping":   {"- name: carts\n  help", "- carts\n- help", "own.yaml:2: (entry without a name): cannot unmarshal !!str `carts` into an entry; hint: the keys of an entry are"},
		"empty entry":                   {"- name: carts\n  help", "-\n- help", "own.yaml:2: (entry without a name): the name is missing"},
		"document that is not a list":   {good, "carts: 1\n", "own.yaml:1: KPI file: field carts not found; hint: the keys are settings, shipped and kpis"},
		"second document":               {"GROUP BY status\n", "GROUP BY status\n---\n{}\n", "own.yaml: the file has a second document"},
		"tab in the indentation":        {"  unit:", "\tunit:", "own.yaml: decoding YAML: yaml: line "},
		"unknown name to disable":       {good, "kpis:\n- name: gmw\n  disabled: true\n", "own.yaml:3: gmw: no shipped KPI has this name"},
		"duplicate name":                {good, good + good[len("kpis:\n"):], "own.yaml:10: carts: the name is already used at line 2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, good, c.from)
			_, err := loadOwn(t, strings.Replace(good, c.from, c.to, 1))
			require.ErrorContains(t, err, c.want)
			require.Contains(t, err.Error(), "hint: ")
		})
	}
}

// loadOwn loads text as the operator's file own.yaml over the shipped KPIs.
func loadOwn(t *testing.T, text string) ([]Definition, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("own.yaml", []byte(text), 0o600))
	config := testConfig()
	config.File = "own.yaml"
	return config.Load()
}

func TestLoadReportsAllProblemsAtOnce(t *testing.T) {
	_, err := loadOwn(t, `kpis:
- name: a
  unit: users
- name: B
  help: Help.
  unit: users
  interval: 1m
  sql: SELECT 1 AS value
`)
	require.EqualError(t, err, strings.Join([]string{
		`own.yaml:2: a: the interval is missing; hint: add "interval: 5m", or a longer one for an expensive query`,
		`own.yaml:2: a: the query is missing; hint: add "sql: |" and the query below, indented`,
		`own.yaml:2: a: the help is missing; hint: describe what the query counts`,
		`own.yaml:4: B: the name is not valid; hint: use lower-case words, digits and single underscores`,
	}, "\n"))
}

func TestLoadReportsAllUnknownKeysAndWrongTypesAtOnce(t *testing.T) {
	_, err := loadOwn(t, `kpis:
- name: a
  unti: users
  interval: 5
- name: b
  max_rows: many
  help: Help.
  help: Help.
`)
	require.EqualError(t, err, strings.Join([]string{
		`own.yaml:3: a: field unti not found; hint: the keys of an entry are ` + entryKeys + `, each at most once`,
		`own.yaml:4: a: "5" is not a duration; hint: write a number with a unit, such as 30s, 5m, 1h or 1d`,
		`own.yaml:8: b: mapping key "help" already defined at line 7; hint: the keys of an entry are ` + entryKeys + `, each at most once`,
	}, "\n"))
}

func TestLoadAppliesDefaults(t *testing.T) {
	definitions, err := loadOwn(t, good)
	require.NoError(t, err)
	carts := definitions[len(definitions)-1]
	require.Equal(t, Definition{
		Name: "carts", Help: "Carts now.", Unit: "carts", Labels: []string{"status"},
		Interval: 5 * time.Minute, MaxAge: 15 * time.Minute, Timeout: 30 * time.Second, MaxRows: 200,
		SQL:      "SELECT status, count(*) AS value\nFROM cart GROUP BY status\n",
		Settings: testConfig().defaults(),
		position: position{File: "own.yaml", Line: 2, own: true, text: textPosition{file: "own.yaml", first: 8, literal: true}},
	}, carts)
	require.Equal(t, "marketplace_carts", carts.Metric())
	require.Equal(t, "own.yaml:2", carts.Place())
}

func TestDefaultTimeoutIsLimitedByInterval(t *testing.T) {
	definitions, err := loadOwn(t, strings.Replace(good, "5m", "15s", 1))
	require.NoError(t, err)
	require.Equal(t, 15*time.Second, definitions[len(definitions)-1].Timeout)
}

func TestOperatorsFileOverridesShippedKPIs(t *testing.T) {
	shipped, err := testConfig().Load()
	require.NoError(t, err)
	merged, err := loadOwn(t, good+`
- name: users
  help: Our accounts.
  unit: users
  interval: 1h
  labels: []
  sql: SELECT 1 AS value
- name: gmv
  disabled: true
`)
	require.NoError(t, err)
	require.Len(t, merged, len(shipped)) // one added, one disabled
	require.Equal(t, "Our accounts.", named(merged, "users").Help)
	require.Empty(t, named(merged, "users").Labels)
	require.Empty(t, named(merged, "gmv").Name)
	require.NotEmpty(t, named(merged, "carts").Name)
	require.NotEmpty(t, named(merged, "paid_orders").Name)
}

func named(definitions []Definition, name string) Definition {
	for _, d := range definitions {
		if d.Name == name {
			return d
		}
	}
	return Definition{}
}

func TestLoadReportsMissingFile(t *testing.T) {
	config := testConfig()
	config.File = filepath.Join(t.TempDir(), "none.yaml")
	_, err := config.Load()
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "hint: check --kpi.file")
}

func TestLoadAcceptsFileOfComments(t *testing.T) {
	shipped, err := testConfig().Load()
	require.NoError(t, err)
	merged, err := loadOwn(t, "# nothing yet\n")
	require.NoError(t, err)
	require.Equal(t, shipped, merged)
}
