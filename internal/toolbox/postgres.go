package toolbox

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// Postgres returns the directory of initdb and postgres of a pinned major version.
func Postgres(major int) (binDir string, err error) {
	dir, err := Path(fmt.Sprintf("postgres-%d", major))
	return filepath.Join(dir, "bin"), err
}

// Majors returns the pinned major versions of Postgres, oldest first.
func Majors() ([]int, error) {
	root, err := Root()
	if err != nil {
		return nil, fmt.Errorf("listing Postgres majors: %w", err)
	}
	pins, err := os.ReadFile(filepath.Join(root, "tools", "versions.env"))
	if err != nil {
		return nil, fmt.Errorf("listing Postgres majors: %w", err)
	}
	var majors []int
	for _, pin := range regexp.MustCompile(`(?m)^POSTGRES_(\d+)=`).FindAllStringSubmatch(string(pins), -1) {
		major, _ := strconv.Atoi(pin[1]) // digits
		majors = append(majors, major)
	}
	slices.Sort(majors)
	return majors, nil
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
		binDir, missing := Postgres(major)
		if missing == nil {
			return binDir, major, nil
		}
		err = cmp.Or(err, missing) // of the newest
	}
	return "", 0, err
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
