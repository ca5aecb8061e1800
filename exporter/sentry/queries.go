package sentry

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// maxQueries limits the requests of a poll: each query is one.
const maxQueries = 20

// namedQuery is a saved search whose events are counted, such as the errors of payments.
type namedQuery struct {
	Name  string `yaml:"name"`  // value of the label `query`
	Query string `yaml:"query"` // in the search syntax of Sentry
}

// readQueries reads the file, or returns no queries for an empty path.
func readQueries(path string) ([]namedQuery, error) {
	if path == "" {
		return nil, nil
	}
	queries, err := parseQueries(path)
	if err != nil {
		return nil, fmt.Errorf("reading --sentry.queries-file %s: %w", path, err)
	}
	return queries, nil
}

func parseQueries(path string) ([]namedQuery, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	var document struct {
		Queries []namedQuery `yaml:"queries"`
	}
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if n := len(document.Queries); n == 0 || n > maxQueries {
		return nil, fmt.Errorf("%d queries; hint: list 1 to %d under queries", n, maxQueries)
	}
	names := map[string]bool{}
	for _, q := range document.Queries {
		switch {
		case !regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`).MatchString(q.Name):
			return nil, fmt.Errorf("query %q: the name is not a lower-case word; hint: name: payments", q.Name)
		case q.Query == "":
			return nil, fmt.Errorf("query %q: the query is empty; hint: query: transaction:/api/payments/*", q.Name)
		case names[q.Name]:
			return nil, errors.New("query " + q.Name + ": the name is used twice; hint: names are labels and must differ")
		}
		names[q.Name] = true
	}
	return document.Queries, nil
}
