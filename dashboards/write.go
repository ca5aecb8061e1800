package dashboards

import (
	"fmt"
	"os"
	"path/filepath"
)

// Write writes each board to a file in dir, which must exist. It does not remove the files of deleted boards.
func Write(dir string) error {
	boards, err := Boards()
	if err != nil {
		return err
	}
	for _, board := range boards {
		text, err := board.JSON()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, board.File()), text, 0o644); err != nil { //nolint:gosec // Grafana reads it as another user
			return fmt.Errorf("writing the board %s: %w; hint: run this from the root of the repository", board.UID, err)
		}
	}
	return nil
}

// File returns the name of the board's file.
func (b Board) File() string { return b.UID + ".json" }
