package kpi

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Adding a KPI touches three files: kpis.yaml, a *_stories_test.go here, and the generated
// docs/metrics.md. The tests in this file hold that: every entry needs a story, and no other test
// needs a change, because none lists every KPI or expects their number.

func TestEveryShippedKPIHasAStory(t *testing.T) {
	definitions, err := testConfig().Load()
	require.NoError(t, err)
	require.Empty(t, withoutStory(definitions, allStories()), "add a story to exporter/kpi/*_stories_test.go")
}

func TestKPIWithoutStoryIsFound(t *testing.T) {
	definitions, err := loadOwn(t, good)
	require.NoError(t, err)
	definitions = []Definition{named(definitions, "carts")}
	stories := allStories()
	require.Equal(t, []string{"carts"}, withoutStory(definitions, stories))

	empty := story{want: map[string]series{"carts": {}}}
	require.Equal(t, []string{"carts"}, withoutStory(definitions, append(stories, empty)), "a story needs a value")
	counted := story{want: map[string]series{"carts": {"open": 1}}}
	require.Empty(t, withoutStory(definitions, append(stories, counted)))
}

// withoutStory returns the KPIs for which no story expects a value.
func withoutStory(definitions []Definition, stories []story) (missing []string) {
	covered := map[string]bool{}
	for _, s := range stories {
		for name, want := range s.want {
			covered[name] = covered[name] || len(want) > 0
		}
		for subject := range s.approx {
			name, _, _ := strings.Cut(subject, " ")
			covered[name] = true
		}
	}
	for _, d := range definitions {
		if !covered[d.Name] {
			missing = append(missing, d.Name)
		}
	}
	return missing
}

func TestStoriesExpectOnlyShippedKPIs(t *testing.T) {
	definitions, err := testConfig().Load()
	require.NoError(t, err)
	for _, s := range allStories() {
		for name := range s.want {
			require.NotEmpty(t, named(definitions, name), "%s: %s", s.name, name)
		}
	}
}

func TestNoTestListsEveryKPI(t *testing.T) {
	definitions, err := testConfig().Load()
	require.NoError(t, err)
	// A test that expects the number of KPIs lists them in disguise.
	number := regexp.MustCompile(fmt.Sprintf(`(?i)kpi.*\D%[1]d\b|\b%[1]d\D.*kpi`, len(definitions)))
	files := repository(t)
	require.True(t, listsEvery(definitions, files["docs/metrics.md"]), "docs/metrics.md is out of date; hint: make generate")
	tested := 0
	for path, text := range files {
		if !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, ".sh") &&
			!strings.HasPrefix(path, "promtool-tests/") && !strings.Contains(path, "/testdata/") {
			continue
		}
		tested++
		require.False(t, listsEvery(definitions, text), "%s: derive the names of KPIs from kpis.yaml", path)
		if strings.HasSuffix(path, "_test.go") {
			require.Empty(t, number.FindString(text), "%s: derive the number of KPIs from kpis.yaml", path)
		}
	}
	require.Greater(t, tested, 50)
}

func listsEvery(definitions []Definition, text string) bool {
	words := map[string]bool{}
	for _, word := range regexp.MustCompile(`\w+`).FindAllString(text, -1) {
		words[strings.TrimPrefix(word, namespace)] = true
	}
	return !slices.ContainsFunc(definitions, func(d Definition) bool { return !words[d.Name] })
}

// repository returns the text files of the repository by path.
func repository(t *testing.T) map[string]string {
	t.Helper()
	const root = "../.."
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && name != "."
		if entry.IsDir() && (hidden || name == "bin" || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() || hidden {
			return nil
		}
		text, err := os.ReadFile(path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	require.NoError(t, err)
	return files
}
