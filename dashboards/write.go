package dashboards

import (
	"fmt"
	"os"
	"path/filepath"
)

// Write makes a file of each board in a folder that is there. A file of a board that is gone has to be removed by hand.
func Write(dir string) error {
	for _, board := range Boards() {
		text, err := board.JSON()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, board.File()), text, 0o644); err != nil { //nolint:gosec // for Grafana to read
			return fmt.Errorf("writing the board %s: %w (run this from the root of the repository)", board.UID, err)
		}
	}
	return nil
}

// File is the name of the board's file.
func (b Board) File() string { return b.UID + ".json" }
