package toolbox

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// goToolVersion returns the version of a Go tool from the go.mod in tools/ that has a tool line for
// it, or "" if none has.
func goToolVersion(root, name string) (string, error) {
	files, err := filepath.Glob(filepath.Join(root, "tools", "*", "go.mod"))
	if err != nil {
		return "", fmt.Errorf("listing the tools' go.mod files: %w", err)
	}
	tool := regexp.MustCompile(`(?m)^(?:tool |\t)(\S+/` + regexp.QuoteMeta(name) + `)$`)
	required := regexp.MustCompile(`(?m)^(?:require |\t)(\S+) (v\S+)`)
	for _, file := range files {
		gomod, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("reading a tool's go.mod: %w", err)
		}
		found := tool.FindStringSubmatch(string(gomod))
		if found == nil {
			continue
		}
		for _, module := range required.FindAllStringSubmatch(string(gomod), -1) {
			if strings.HasPrefix(found[1]+"/", module[1]+"/") {
				return module[2], nil
			}
		}
		return "", fmt.Errorf("%s requires no version of %s; hint: run `go mod tidy` in its directory", file, found[1])
	}
	return "", nil
}
