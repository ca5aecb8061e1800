package deploy_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const secretsFolder = "deploy/secrets/local"

// generateSecrets runs the script that people run, and returns the folder that it filled.
func generateSecrets(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "local")
	output, err := exec.CommandContext(t.Context(), "secrets/generate.sh", folder).CombinedOutput()
	require.NoError(t, err, string(output))
	return folder
}

func TestSecretsAreGenerated(t *testing.T) {
	folder := generateSecrets(t)
	info, err := os.Stat(folder)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm(), "nobody else may enter")

	declared := compose(t).Secrets
	for name, s := range declared {
		require.Equal(t, secretsFolder+"/"+name, s.File)
		info, err := os.Stat(filepath.Join(folder, name))
		require.NoError(t, err, "docker-compose.yml wants what deploy/secrets/generate.sh does not make")
		require.Positive(t, info.Size(), name)
		require.Equal(t, fs.FileMode(0o644), info.Mode().Perm(), "%s: every container has another user", name)
	}
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, len(declared), "deploy/secrets/generate.sh makes what docker-compose.yml does not want")
}

func TestSecretsAreNeverOverwritten(t *testing.T) {
	folder := generateSecrets(t)
	path := filepath.Join(folder, "slack_api_url")
	require.NoError(t, os.WriteFile(path, []byte("https://hooks.slack.com/mine"), 0o600))
	require.NoError(t, exec.CommandContext(t.Context(), "secrets/generate.sh", folder).Run())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "https://hooks.slack.com/mine", string(text))
}

func TestSecretsDifferFromPlaceToPlace(t *testing.T) {
	one, err := os.ReadFile(filepath.Join(generateSecrets(t), "postgres_password"))
	require.NoError(t, err)
	other, err := os.ReadFile(filepath.Join(generateSecrets(t), "postgres_password"))
	require.NoError(t, err)
	require.Regexp(t, `^[0-9a-f]{32}\n$`, string(one))
	require.NotEqual(t, one, other)
}

func TestSecretsStayOutOfGitAndImages(t *testing.T) {
	ignored, err := os.ReadFile("secrets/.gitignore")
	require.NoError(t, err)
	require.Equal(t, "/"+filepath.Base(secretsFolder)+"/\n", string(ignored), "git would take a secret")
	require.False(t, inBuildContext(t, secretsFolder), "an image could take a secret")
}

func TestSecretsAreDeclaredUsedAndNowhereElse(t *testing.T) {
	c := compose(t)
	used := map[string]bool{}
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			require.Contains(t, c.Secrets, secret.Source, name)
			used[secret.Source] = true
		}
		words := slices.Concat(s.Command, slices.Collect(maps.Values(s.Environment)))
		for _, word := range words {
			require.NotRegexp(t, `://[^/@\s]*:[^/@\s]+@`, word, "%s: a URL with a password in it", name)
		}
		for key, value := range s.Environment {
			if regexp.MustCompile(`(?i)password|secret|token|credential|_key`).MatchString(key) {
				require.True(t, strings.HasPrefix(value, "/"), "%s: %s must name a file", name, key)
			}
		}
	}
	require.Len(t, used, len(c.Secrets), "a secret that nobody uses")
}

// Services read secrets by path: in flags, in the environment, in configuration files. Each path must be a mounted one.
func TestSecretsAreMountedWhereTheyAreRead(t *testing.T) {
	readers := map[string][]string{
		"postgres":     {"demo/initdb/40-passwords.sql"},
		"alertmanager": {"../alertmanager/alertmanager.yml"},
	}
	path := regexp.MustCompile(`(/run/secrets|/etc/alertmanager/secrets)/[\w.*]+`)
	for name, s := range compose(t).Services {
		text := strings.Join(slices.Concat(s.Command, slices.Collect(maps.Values(s.Environment))), "\n")
		for _, file := range readers[name] {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			text += "\n" + string(content)
		}
		var read, mounted []string
		for _, found := range path.FindAllString(text, -1) {
			// The one pattern is that of Alertmanager's templates.
			read = append(read, strings.Replace(found, "*.tmpl", "oncall_phone.tmpl", 1))
		}
		for _, secret := range s.Secrets {
			mounted = append(mounted, secret.Target)
		}
		slices.Sort(read)
		require.ElementsMatch(t, mounted, slices.Compact(read), name)
	}
}
