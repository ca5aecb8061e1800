package toolbox

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Postgres returns the directory of initdb and postgres of a pinned major version.
func Postgres(major int) (binDir string, err error) {
	name := fmt.Sprintf("postgres-%d", major)
	pins, err := postgresPins()
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	version, ok := pins[major]
	if !ok {
		return "", fmt.Errorf("finding %s: tools/versions.env does not pin this major version", name)
	}
	binDir = filepath.Join(CacheDir(), "postgres-"+version, "bin")
	if _, err := os.Stat(filepath.Join(binDir, "postgres")); err != nil {
		return "", missing(name, err)
	}
	return binDir, nil
}

// Majors returns the pinned major versions of Postgres, oldest first.
func Majors() ([]int, error) {
	pins, err := postgresPins()
	if err != nil {
		return nil, fmt.Errorf("listing Postgres majors: %w", err)
	}
	return slices.Sorted(maps.Keys(pins)), nil
}

// AnyPostgres returns the system's newest Postgres, or else the newest installed pinned one.
func AnyPostgres() (binDir string, major int, err error) {
	if binDir, major = installedPostgres(); major > 0 {
		return binDir, major, nil
	}
	majors, err := Majors()
	if err != nil {
		return "", 0, err
	}
	for _, major := range slices.Backward(majors) {
		if binDir, err := Postgres(major); err == nil {
			return binDir, major, nil
		}
	}
	return "", 0, missing(fmt.Sprintf("postgres-%d", slices.Max(majors)), os.ErrNotExist)
}

func installedPostgres() (binDir string, major int) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is valid
	if path, err := exec.LookPath("postgres"); err == nil {
		// initdb and the libraries are next to the binary, not next to a symbolic link to it.
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, dir := range dirs {
		if m := usableMajor(dir); m > major {
			binDir, major = dir, m
		}
	}
	return binDir, major
}

// usableMajor returns the major version of the server in dir, or 0 if initdb or pg_stat_statements
// is missing.
func usableMajor(dir string) int {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil || !hasStatStatements(filepath.Dir(dir)) {
		return 0
	}
	// postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
	return version(filepath.Join(dir, "postgres"), "(PostgreSQL) ") / 1000
}

// hasStatStatements looks in the library directories of Debian and of a build from source.
func hasStatStatements(prefix string) bool {
	for _, lib := range []string{"lib", "lib/postgresql", "lib64", "lib64/pgsql"} {
		if _, err := os.Stat(filepath.Join(prefix, lib, "pg_stat_statements.so")); err == nil {
			return true
		}
	}
	return false
}

// postgresPins returns the releases in tools/versions.env by major version.
func postgresPins() (map[int]string, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(root, "tools", "versions.env"))
	if err != nil {
		return nil, fmt.Errorf("reading pinned versions: %w", err)
	}
	pins := map[int]string{}
	for line := range strings.Lines(string(text)) {
		name, version, _ := strings.Cut(strings.TrimSpace(line), "=")
		if major, err := strconv.Atoi(strings.TrimPrefix(name, "POSTGRES_")); err == nil {
			pins[major] = version
		}
	}
	return pins, nil
}
