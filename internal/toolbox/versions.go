package toolbox

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

var errNotPinned = errors.New("no tools/*/go.mod has a tool line for it")

// goToolVersion reads the version of a Go tool from the go.mod that pins it, so that no other place repeats it.
func goToolVersion(root, name string) (string, error) {
	files, err := filepath.Glob(filepath.Join(root, "tools", "*", "go.mod"))
	if err != nil {
		return "", fmt.Errorf("listing the tools' go.mod files: %w", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("reading a tool's go.mod: %w", err)
		}
		if pkg := toolPackage(string(text), name); pkg != "" {
			return requiredVersion(string(text), pkg)
		}
	}
	return "", errNotPinned
}

// toolPackage is the package of the tool line that ends in name, or empty.
func toolPackage(gomod, name string) string {
	for line := range strings.Lines(gomod) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "tool "))
		if len(fields) == 1 && strings.Contains(fields[0], "/") && path.Base(fields[0]) == name {
			return fields[0]
		}
	}
	return ""
}

// requiredVersion is the version required of the module that holds pkg.
func requiredVersion(gomod, pkg string) (string, error) {
	for line := range strings.Lines(gomod) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) < 2 || !strings.HasPrefix(fields[1], "v") {
			continue
		}
		if strings.HasPrefix(pkg+"/", fields[0]+"/") {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("no version of %s is required beside its tool line: run `go mod tidy` there", pkg)
}
