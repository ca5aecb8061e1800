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

// goToolVersion returns the version of a Go tool from the go.mod that pins it.
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

// toolPackage returns the package of the tool line that ends in name, or "".
func toolPackage(gomod, name string) string {
	for line := range strings.Lines(gomod) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "tool "))
		if len(fields) == 1 && strings.Contains(fields[0], "/") && path.Base(fields[0]) == name {
			return fields[0]
		}
	}
	return ""
}

// requiredVersion returns the required version of the module of pkg.
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
	return "", fmt.Errorf("no version of %s is required; hint: run `go mod tidy` in the directory of its go.mod", pkg)
}
