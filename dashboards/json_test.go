package dashboards_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/dashboards"
)

// boardFile contains the fields of a generated board that tests check.
type boardFile struct {
	UID, Title, Description, Refresh string
	Editable                         bool
	Tags                             []string
	Time                             struct{ From, To string }
	Templating                       struct{ List []variableJSON }
	Annotations                      struct{ List []annotationJSON }
	Links                            []struct {
		Type                  string
		Tags                  []string
		KeepTime, IncludeVars bool
		Placement             *string
	}
	Panels []panelJSON
}

type source struct{ Type, UID string }

type variableJSON struct {
	Name, Type, Label, Description, AllValue, Definition string
	Query                                                string
	Refresh, Hide                                        int
	Multi, IncludeAll                                    bool
	Datasource                                           source
	Current                                              struct{ Text, Value any }
}

type annotationJSON struct {
	Name, Expr, TitleFormat, TagKeys string
	Enable, UseValueForTime          bool
	Datasource                       source
	Placement                        *string
}

type panelJSON struct {
	ID                       uint32
	Type, Title, Description string
	GridPos                  struct{ X, Y, W, H int }
	Collapsed                bool
	Panels                   []panelJSON
	Datasource               source
	Targets                  []targetJSON
	Transformations          []struct {
		Options struct {
			IndexByName   map[string]int
			ExcludeByName map[string]bool
		}
	}
	FieldConfig struct {
		Defaults struct {
			Unit       string
			Thresholds struct{ Steps []struct{ Color string } }
			Color      struct{ Mode string }
			Custom     struct {
				FillOpacity       float64
				LineInterpolation string
				Stacking          struct{ Mode string }
			}
		}
		Overrides []overrideJSON
	}
	Options struct {
		Orientation *string
		SortBy      []struct {
			DisplayName string
			Desc        bool
		}
		Legend *struct {
			ShowLegend          *bool
			DisplayMode, SortBy string
			SortDesc            bool
			Calcs               []string
		}
		Tooltip *struct{ Mode string }
	}
}

type overrideJSON struct {
	Matcher    struct{ ID, Options string }
	Properties []struct {
		ID    string
		Value any
	}
}

type targetJSON struct {
	RefID, Expr, Format, LegendFormat string
	Instant, Range, Hide              bool
	Datasource                        source
}

func readBoard(t *testing.T, board dashboards.Board) boardFile {
	t.Helper()
	text, err := board.JSON()
	require.NoError(t, err)
	var decoded boardFile
	require.NoError(t, json.Unmarshal(text, &decoded))
	return decoded
}

// allPanels returns the panels of the board except rows, including those of collapsed rows.
func (b boardFile) allPanels() []panelJSON {
	var panels []panelJSON
	for _, panel := range b.Panels {
		if panel.Type != "row" {
			panels = append(panels, panel)
		}
		panels = append(panels, panel.Panels...)
	}
	return panels
}

func loadBoards(t *testing.T) []dashboards.Board {
	t.Helper()
	boards, err := dashboards.Boards()
	require.NoError(t, err)
	return boards
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	var want []string
	for _, board := range loadBoards(t) {
		want = append(want, filepath.Join("json", board.File()))
		text, err := board.JSON()
		require.NoError(t, err)
		written, err := os.ReadFile(filepath.Join("json", board.File()))
		require.NoError(t, err, "run `go run ./dashboards/generate`")
		require.Equal(t, string(text), string(written), "%s is out of date: run `go run ./dashboards/generate`", board.File())
	}
	got, err := filepath.Glob("json/*")
	require.NoError(t, err)
	require.ElementsMatch(t, want, got, "remove the files of deleted boards")
}

func TestRunbookURLIsGeneratedOnce(t *testing.T) {
	var generated string
	for _, board := range loadBoards(t) {
		text, err := board.JSON()
		require.NoError(t, err)
		generated += string(text)
	}
	require.Equal(t, 1, strings.Count(generated, "docs/runbooks"))
	require.Contains(t, generated, `"${runbooks:raw}/${__value.text}.md"`)
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, dashboards.Write(dir))
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	require.Len(t, files, len(loadBoards(t)))
	require.ErrorContains(t, dashboards.Write(filepath.Join(dir, "nowhere")), "from the root of the repository")
}
