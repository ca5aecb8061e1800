package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// distroless has no numbered tags.
const distroless = "gcr.io/distroless/static-debian12:nonroot"

// find returns the first group of a pattern in a file of the repository.
func find(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	found := regexp.MustCompile("(?m)" + pattern).FindStringSubmatch(string(text))
	require.Len(t, found, 2, "%s has no %s", file, pattern)
	return found[1]
}

// dockerfiles returns the text of each Dockerfile that a service is built from.
func dockerfiles(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for name, s := range compose(t).Services {
		if s.Build == nil {
			continue
		}
		require.Equal(t, ".", s.Build.Context, name)
		text, err := os.ReadFile(filepath.Join(root, s.Build.Dockerfile))
		require.NoError(t, err, name)
		if s.Build.Target != "" {
			require.Contains(t, string(text), " AS "+s.Build.Target+"\n", name)
		}
		texts[s.Build.Dockerfile] = string(text)
	}
	require.NotEmpty(t, texts)
	return texts
}

var fromLine = regexp.MustCompile(`(?m)^FROM (\S+)`)

func TestImagesArePinned(t *testing.T) {
	var images []string
	for name, s := range compose(t).Services {
		require.NotEqual(t, s.Image == "", s.Build == nil, "%s is either pulled or built", name)
		if s.Image != "" {
			images = append(images, s.Image)
		}
	}
	for _, text := range dockerfiles(t) {
		for _, from := range fromLine.FindAllStringSubmatch(text, -1) {
			images = append(images, from[1])
		}
	}
	for _, image := range images {
		if image != distroless {
			require.Regexp(t, `:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$`, image)
		}
	}
}

func TestVersionsMatchTheTools(t *testing.T) {
	services := compose(t).Services
	// As a Go module, Prometheus 3.16.0 is v0.316.0.
	module := find(t, "tools/prometheus/go.mod", `github\.com/prometheus/prometheus v0\.(\S+)`)
	release := regexp.MustCompile(`^(\d+)(\d\d)\.`).ReplaceAllString(module, "$1.$2.")
	require.Equal(t, "prom/prometheus:v"+release, services["prometheus"].Image)

	module = find(t, "tools/alertmanager/go.mod", `github\.com/prometheus/alertmanager (v\S+)`)
	require.Equal(t, "prom/alertmanager:"+module, services["alertmanager"].Image)

	image := find(t, "deploy/demo/Dockerfile", `^FROM postgres:(\S+)-`)
	major, _, _ := strings.Cut(image, ".")
	require.Equal(t, image, find(t, "tools/versions.env", "^POSTGRES_"+major+`=(\d+\.\d+)`))
}

func TestDockerfilesUseTheModulesGoVersion(t *testing.T) {
	minor := find(t, "go.mod", `^go (\d+\.\d+)`)
	for file := range dockerfiles(t) {
		require.Equal(t, minor, find(t, file, `^FROM golang:(\d+\.\d+)\.\d+ AS build$`), file)
	}
}

func TestDockerfilesEndUnprivileged(t *testing.T) {
	for file, text := range dockerfiles(t) {
		stages := fromLine.Split(text, -1)[2:] // without the text before the first stage, and without the build stage
		require.NotEmpty(t, stages, file)
		for _, stage := range stages {
			require.Regexp(t, `\nUSER [1-9]\d*:[1-9]\d*\n`, stage, file)
		}
	}
}

// allowed returns the files and directories that .dockerignore adds to the build context.
func allowed(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	require.NoError(t, err)
	var entries []string
	for line := range strings.Lines(string(text)) {
		if entry, negated := strings.CutPrefix(strings.TrimSpace(line), "!"); negated {
			entries = append(entries, entry)
		}
	}
	require.Contains(t, string(text), "\n*\n", "everything else is excluded")
	return entries
}

func inBuildContext(t *testing.T, path string) bool {
	t.Helper()
	for _, entry := range allowed(t) {
		if path == entry || strings.HasPrefix(path, entry+"/") {
			return true
		}
	}
	return false
}

func TestBuildContextHasAllSources(t *testing.T) {
	for _, entry := range allowed(t) {
		_, err := os.Stat(filepath.Join(root, entry))
		require.NoError(t, err, ".dockerignore")
	}
	copies := regexp.MustCompile(`(?m)^COPY ([a-z]\S*(?: \S+)*) \S+$`)
	commands := regexp.MustCompile(`\./[a-z]\S*`)
	for file, text := range dockerfiles(t) {
		for _, found := range copies.FindAllStringSubmatch(text, -1) {
			for _, source := range strings.Fields(found[1]) {
				require.True(t, inBuildContext(t, strings.TrimSuffix(source, "/")), "%s copies %s", file, source)
			}
		}
		packages := commands.FindAllString(text, -1)
		require.NotEmpty(t, packages, file)
		for _, folder := range sourceFolders(t, packages) {
			require.True(t, inBuildContext(t, folder), "%s compiles %s", file, folder)
		}
	}
	require.Contains(t, dockerfiles(t)["deploy/exporter/Dockerfile"], " ./exporter ")
}

// sourceFolders returns the directories of the packages and of the packages of this module that
// they import.
func sourceFolders(t *testing.T, packages []string) []string {
	t.Helper()
	top, err := toolbox.Root()
	require.NoError(t, err)
	const ours = `{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}`
	list := exec.CommandContext(t.Context(), "go", append([]string{"list", "-deps", "-f", ours}, packages...)...)
	list.Dir = root
	output, err := list.Output()
	require.NoError(t, err)
	var folders []string
	for _, folder := range strings.Fields(string(output)) {
		relative, err := filepath.Rel(top, folder)
		require.NoError(t, err)
		folders = append(folders, filepath.ToSlash(relative))
	}
	require.NotEmpty(t, folders)
	return folders
}
