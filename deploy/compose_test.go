// Package deploy_test checks docker-compose.yml, and everything that it mounts and builds, against
// the repository and against the servers that it runs. It starts no container, so that it needs no
// container engine.
package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// root is the directory of docker-compose.yml.
const root = ".."

type composition struct {
	Services map[string]service
	Networks map[string]struct{ Internal bool }
	Volumes  map[string]any
	Secrets  map[string]struct{ File string }
}

type service struct {
	Image       string
	Build       *build
	User        string
	Command     []string
	Environment map[string]string
	Secrets     []secret
	Volumes     []string
	Ports       []string
	Networks    []string
	ReadOnly    bool                                  `yaml:"read_only"`
	CapDrop     []string                              `yaml:"cap_drop"`
	SecurityOpt []string                              `yaml:"security_opt"`
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct{ Test []string }
}

type build struct{ Context, Dockerfile, Target string }

// secret is a name, which Compose mounts in /run/secrets, or a name and the path to mount it at.
type secret struct{ Source, Target string }

func (s *secret) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		s.Source, s.Target = node.Value, "/run/secrets/"+node.Value
		return nil
	}
	type plain secret // without this method
	return node.Decode((*plain)(s))
}

func compose(t *testing.T) composition {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	require.NoError(t, err)
	text = regexp.MustCompile(`\$\{\w+:-([^}]*)\}`).ReplaceAll(text, []byte("$1")) // no variable is set
	var c composition
	require.NoError(t, yaml.Unmarshal(text, &c))
	require.NotEmpty(t, c.Services)
	return c
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into), path)
}

// mount is a file or directory of the repository, or a volume, in a container.
type mount struct {
	source, target string
	volume         bool
}

func (s service) mounts(t *testing.T) []mount {
	t.Helper()
	var mounts []mount
	for _, text := range s.Volumes {
		parts := strings.Split(text, ":")
		if !strings.HasPrefix(parts[0], "./") {
			mounts = append(mounts, mount{parts[0], parts[1], true})
			continue
		}
		require.Len(t, parts, 3, "%s: files of the repository are mounted read-only", text)
		require.Equal(t, "ro", parts[2], text)
		mounts = append(mounts, mount{filepath.Join(root, parts[0]), parts[1], false})
	}
	return mounts
}

func TestMountsExist(t *testing.T) {
	c := compose(t)
	used := map[string]bool{}
	for name, s := range c.Services {
		for _, m := range s.mounts(t) {
			if m.volume {
				require.Contains(t, c.Volumes, m.source, name)
				used[m.source] = true
				continue
			}
			require.FileExists(t, firstFile(t, m.source), name)
		}
		for _, network := range s.Networks {
			require.Contains(t, c.Networks, network, name)
		}
		for other := range s.DependsOn {
			require.Contains(t, c.Services, other, name)
		}
	}
	for volume := range c.Volumes {
		require.True(t, used[volume], "volume %s is not used", volume)
	}
}

// firstFile returns path, or a file in it if it is a directory. Docker accepts an empty directory.
func firstFile(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	if !info.IsDir() {
		return path
	}
	files, err := filepath.Glob(filepath.Join(path, "*.*"))
	require.NoError(t, err)
	require.NotEmpty(t, files, path)
	return files[0]
}

func TestPortsAreLocal(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		for _, port := range s.Ports {
			require.Regexp(t, `^127\.0\.0\.1:\d+:\d+$`, port, name)
		}
	}
	require.True(t, c.Networks["database"].Internal)
	require.Equal(t, []string{"database"}, c.Services["postgres"].Networks)
	require.Empty(t, c.Services["postgres"].Ports)
}

func TestContainersAreUnprivileged(t *testing.T) {
	for name, s := range compose(t).Services {
		require.Regexp(t, `^[1-9]\d*:\d+$`, s.User, "%s: a number other than root, which does not depend on the image", name)
		require.True(t, s.ReadOnly, name)
		require.Equal(t, []string{"ALL"}, s.CapDrop, name)
		require.Contains(t, s.SecurityOpt, "no-new-privileges:true", name)
	}
}

func TestServicesHaveHealthChecks(t *testing.T) {
	for name, s := range compose(t).Services {
		if name == "traffic" { // it has no port: Docker restarts it when it ends
			require.Empty(t, s.Healthcheck.Test)
			continue
		}
		require.NotEmpty(t, s.Healthcheck.Test, name)
		require.Equal(t, "CMD", s.Healthcheck.Test[0], "%s: an image may have no shell", name)
		for _, other := range s.DependsOn {
			require.Equal(t, "service_healthy", other.Condition, name)
		}
	}
}
