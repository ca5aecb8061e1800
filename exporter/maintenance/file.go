package maintenance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	// maxWindows limits the number of series.
	maxWindows = 100
	// keepPast is how long a window is exposed after its end, so that boards show recent ones.
	keepPast = 7 * 24 * time.Hour
)

// readFile returns the windows of a file that have not ended long ago. Its errors begin with the
// path and, if they are about a window, the line.
func readFile(path string) ([]window, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err // names the path
	}
	definitions, lines, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; hint: compare deploy/exporter/maintenance.example.yml", path, err)
	}
	first := map[string]int{}
	var current []window
	for i, d := range definitions {
		w, err := d.parse()
		if err == nil && first[d.Name] > 0 {
			err = fmt.Errorf("the name is also in line %d; hint: names are labels and must differ", first[d.Name])
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: window %q: %w", path, lines[i], d.Name, err)
		}
		first[d.Name] = lines[i]
		if time.Since(w.end) < keepPast {
			current = append(current, w)
		}
	}
	if len(current) > maxWindows {
		return nil, fmt.Errorf("%s: %d windows that are planned or ended within a week, more than the maximum of %d; hint: remove some",
			path, len(current), maxWindows)
	}
	return current, nil
}

// decode returns the windows and their lines. An empty file has none.
func decode(text []byte) (definitions []definition, lines []int, err error) {
	var document struct {
		Windows []definition `yaml:"windows"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	var nodes struct {
		Windows []yaml.Node `yaml:"windows"`
	}
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return nil, nil, err
	}
	for _, node := range nodes.Windows {
		lines = append(lines, node.Line)
	}
	return document.Windows, lines, nil
}
