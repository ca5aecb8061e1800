package statuspage

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// The limits of notes.
const (
	maxNotes     = 1000
	maxNoteBytes = 64 << 10
)

// frontMatter is the YAML at the head of a note.
type frontMatter struct {
	Title      string   `yaml:"title"`
	Components []string `yaml:"components"`
	Impact     string   `yaml:"impact"`
	Started    string   `yaml:"started"`
}

// readNotes reads the notes in a directory. It skips invalid ones and returns the errors of all.
func readNotes(dir string) ([]Incident, error) {
	if dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the notes: %w; hint: check --notes.directory", err)
	}
	var files []string
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".md") && !strings.HasPrefix(entry.Name(), ".") {
			files = append(files, entry.Name())
		}
	}
	var errs []error
	if len(files) > maxNotes {
		errs = append(errs, fmt.Errorf("reading the notes: %s has more than %d; hint: move old notes elsewhere", dir, maxNotes))
		files = files[len(files)-maxNotes:]
	}
	var notes []Incident
	for _, file := range files {
		note, err := readNote(dir, file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		notes = append(notes, note)
	}
	return notes, errors.Join(errs...)
}

func readNote(dir, file string) (Incident, error) {
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		return Incident{}, fmt.Errorf("reading a note: %w", err)
	}
	if len(text) > maxNoteBytes {
		return Incident{}, fmt.Errorf("%s:1: the note exceeds %d bytes", path, maxNoteBytes)
	}
	note, line, err := parseNote(strings.ReplaceAll(string(text), "\r\n", "\n"))
	if err != nil {
		return Incident{}, fmt.Errorf("%s:%d: %w", path, line, err) // as editors understand it
	}
	note.ID = newID("note", file)
	return note, nil
}

// parseNote parses a note: front matter, then updates. An error comes with its line.
func parseNote(text string) (note Incident, line int, err error) {
	head, body, found := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !found || !strings.HasPrefix(text, "---\n") {
		return note, 1, errors.New("the front matter is missing; hint: start with a line ---, the fields title, components and impact, and a line ---")
	}
	var front frontMatter
	decoder := yaml.NewDecoder(bytes.NewReader([]byte("\n" + head))) // a line for the first ---
	decoder.KnownFields(true)
	if err := decoder.Decode(&front); err != nil {
		line, err = yamlError(err)
		return note, line, err
	}
	if field, err := front.validate(); err != nil {
		return note, lineOf(head, field) + 1, err
	}
	note = Incident{Title: front.Title, Components: front.Components, Impact: front.Impact}
	if note.Updates, line, err = parseUpdates(body); err != nil {
		return note, strings.Count(head, "\n") + 4 + line, err
	}
	note.Start = note.Updates[0].Time
	if front.Started != "" {
		if note.Start, err = parseTime(front.Started); err == nil && note.Start.After(note.Updates[0].Time) {
			err = errors.New("started is after the first update")
		}
		if err != nil {
			return note, lineOf(head, "started") + 1, err
		}
	}
	if note.Status() == resolved {
		note.End = note.Updated()
	}
	return note, 0, nil
}

// validate returns the name of an invalid field and its error.
func (f *frontMatter) validate() (string, error) {
	if strings.TrimSpace(f.Title) == "" {
		return "title", errors.New("title is missing")
	}
	if len(f.Components) == 0 {
		return "components", errors.New("components is missing; hint: list at least one of " + strings.Join(componentNames(), ", "))
	}
	for _, name := range f.Components {
		if !slices.Contains(componentNames(), name) {
			return "components", fmt.Errorf("unknown component %q; hint: the components are %s", name, strings.Join(componentNames(), ", "))
		}
	}
	if impacts := []string{impactNone, impactMinor, impactMajor, impactCritical}; !slices.Contains(impacts, f.Impact) {
		return "impact", fmt.Errorf("unknown impact %q; hint: use one of %s", f.Impact, strings.Join(impacts, ", "))
	}
	return "", nil
}

// parseUpdates parses headings such as "## identified 2026-11-20T10:02:00+09:00", each followed by
// Markdown. An error comes with its line, which starts at zero.
func parseUpdates(body string) ([]Update, int, error) {
	var updates []Update
	var text strings.Builder
	finish := func() {
		if len(updates) > 0 {
			updates[len(updates)-1].Body = strings.TrimSpace(text.String())
		}
		text.Reset()
	}
	for number, line := range strings.Split(body, "\n") {
		heading, isHeading := strings.CutPrefix(line, "## ")
		if !isHeading {
			if len(updates) == 0 && strings.TrimSpace(line) != "" {
				return nil, number, errors.New(`text before the first update; hint: start with a line such as "## investigating 2026-11-20T10:02:00+09:00"`)
			}
			text.WriteString(line + "\n")
			continue
		}
		finish()
		update, err := parseHeading(heading)
		if err != nil {
			return nil, number, err
		}
		if len(updates) > 0 && update.Time.Before(updates[len(updates)-1].Time) {
			return nil, number, errors.New("the update is earlier than the one before it; hint: list updates in order of time")
		}
		updates = append(updates, update)
	}
	finish()
	if len(updates) == 0 {
		return nil, 0, errors.New(`no update; hint: add a line such as "## investigating 2026-11-20T10:02:00+09:00"`)
	}
	return updates, 0, nil
}

func parseHeading(heading string) (Update, error) {
	status, stamp, _ := strings.Cut(strings.TrimSpace(heading), " ")
	if statuses := []string{investigating, identified, monitoring, resolved}; !slices.Contains(statuses, status) {
		return Update{}, fmt.Errorf("unknown status %q; hint: use one of %s", status, strings.Join(statuses, ", "))
	}
	at, err := parseTime(strings.TrimSpace(stamp))
	return Update{Status: status, Time: at}, err
}

func parseTime(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("%q is not a time in RFC 3339; hint: write it as 2026-11-20T10:02:00+09:00", text)
	}
	return t.UTC(), nil
}

// lineOf returns the line of a field of YAML, starting at one; the first line if it is absent.
func lineOf(text, field string) int {
	for number, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, field+":") {
			return number + 1
		}
	}
	return 1
}

// yamlError separates the line from the first error of a decoder.
func yamlError(err error) (int, error) {
	text := err.Error()
	if wrapped, ok := errors.AsType[*yaml.TypeError](err); ok {
		text = wrapped.Errors[0]
	}
	match := regexp.MustCompile(`line (\d+): (.*)`).FindStringSubmatch(text)
	if match == nil {
		return 2, err
	}
	line, _ := strconv.Atoi(match[1]) // digits
	if strings.HasPrefix(match[2], "did not find expected") {
		line++ // the parser counts from zero, the scanner and the decoder from one
	}
	return line, errors.New(strings.ReplaceAll(match[2], " in type statuspage.frontMatter", ""))
}
