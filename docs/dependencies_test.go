package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// licences are the compatible ones, with a phrase of their text.
var licences = map[string]string{
	"Apache-2.0": `Apache License\s+Version 2\.0`,
	"MIT":        `Permission is hereby granted, free of charge`,
	"BSD":        `Redistribution and use in source and binary forms`,
	"MPL-2.0":    `Mozilla Public License,? [Vv]ersion 2\.0`,
}

// golist returns the lines of go list in the root of the repository.
func golist(t *testing.T, args ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	command.Dir = ".."
	out, err := command.Output()
	require.NoError(t, err)
	lines := strings.Fields(string(out))
	slices.Sort(lines)
	return slices.Compact(lines)
}

// linked returns the modules in a program.
func linked(t *testing.T, program string) []string {
	t.Helper()
	return golist(t, "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "./"+program)
}

// licenceOf returns the names of the licences in the files of a module.
func licenceOf(t *testing.T, module string) []string {
	t.Helper()
	directory := golist(t, "-m", "-f", "{{.Dir}}", module)
	require.Len(t, directory, 1, "%s is not in the module cache; hint: run go mod download", module)
	paths, err := filepath.Glob(filepath.Join(directory[0], "[LC][IO][CP][EY]*"))
	require.NoError(t, err)
	var names []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for name, phrase := range licences {
			if regexp.MustCompile(phrase).Match(text) {
				names = append(names, name)
			}
		}
	}
	return names
}

func TestDependenciesHaveAReason(t *testing.T) {
	programs := map[string][]string{}
	for _, program := range []string{"exporter", "report", "demo"} {
		programs[program] = linked(t, program)
	}
	var listed []string
	row := regexp.MustCompile("(?m)^\\| `(.+?)` \\| (.+?) \\| (.+?) \\| (.+?) \\|$")
	for _, cells := range row.FindAllStringSubmatch(read(t, "dependencies.md"), -1) {
		module := cells[1]
		listed = append(listed, module)
		for program, modules := range programs {
			require.Equal(t, slices.Contains(modules, module), strings.Contains(cells[2], program), "%s in %s", module, program)
		}
		require.Contains(t, licenceOf(t, module), cells[3], module)
	}
	direct := golist(t, "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all")
	slices.Sort(listed)
	require.Equal(t, direct, listed)
}

func TestLicencesOfThePrograms(t *testing.T) {
	modules := slices.Concat(linked(t, "exporter"), linked(t, "report"), linked(t, "deploy/healthcheck"))
	slices.Sort(modules)
	for _, module := range slices.Compact(modules) {
		require.NotEmpty(t, licenceOf(t, module), "%s has an unknown licence", module)
	}
}
