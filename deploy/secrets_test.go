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

// generateSecrets runs deploy/secrets/generate.sh and returns the directory that it writes to.
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
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm(), "accessible to its owner only")

	declared := compose(t).Secrets
	for name, s := range declared {
		require.Equal(t, secretsFolder+"/"+name, s.File)
		info, err := os.Stat(filepath.Join(folder, name))
		require.NoError(t, err, "deploy/secrets/generate.sh does not create a secret of docker-compose.yml")
		require.Positive(t, info.Size(), name)
		require.Equal(t, fs.FileMode(0o644), info.Mode().Perm(), "%s: containers run as different users", name)
	}
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, len(declared), "deploy/secrets/generate.sh creates secrets that docker-compose.yml does not use")
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

func TestPasswordsAreRandom(t *testing.T) {
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
	require.Equal(t, "/"+filepath.Base(secretsFolder)+"/\n", string(ignored), "git must ignore secrets")
	require.False(t, inBuildContext(t, secretsFolder), "images must not contain secrets")
}

func TestServicesUseDeclaredSecretsOnly(t *testing.T) {
	c := compose(t)
	used := map[string]bool{}
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			require.Contains(t, c.Secrets, secret.Source, name)
			used[secret.Source] = true
		}
		words := slices.Concat(s.Command, slices.Collect(maps.Values(s.Environment)))
		for _, word := range words {
			require.NotRegexp(t, `://[^/@\s]*:[^/@\s]+@`, word, "%s: URL with a password", name)
		}
		for key, value := range s.Environment {
			if regexp.MustCompile(`(?i)password|secret|token|credential|_key(__?FILE)?$`).MatchString(key) {
				require.True(t, strings.HasPrefix(value, "/"), "%s: %s must name a file", name, key)
			}
		}
	}
	require.Len(t, used, len(c.Secrets), "unused secret")
}

// Services refer to secrets by path in flags, environment variables and configuration files. Each
// path must be mounted.
func TestSecretPathsAreMounted(t *testing.T) {
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
