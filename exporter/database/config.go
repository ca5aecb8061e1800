package database

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Config holds the --database.* flags.
type Config struct {
	URL          string
	URLFile      string
	PasswordFile string
	ReplicaURL   string
	Timeout      time.Duration // of each attempt to connect
}

// Register adds the --database.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("database.url", "URL of the database: postgres://user:password@host:5432/name?sslmode=verify-full&sslrootcert=FILE. "+
		"Prisma URLs are accepted. Prefer the environment variable: all users of the machine can read arguments.").
		StringVar(&c.URL)
	app.Flag("database.url-file", "Path to a file with the URL, instead of --database.url. It is read for every new connection.").
		StringVar(&c.URLFile)
	app.Flag("database.password-file", "Path to a file with the password. It is read for every new connection, so a "+
		"rotated password needs no restart.").
		StringVar(&c.PasswordFile)
	app.Flag("database.replica-url", "URL of a read replica for KPI queries. The default is --database.url.").
		StringVar(&c.ReplicaURL)
	app.Flag("database.connect-timeout", "Maximum duration of one attempt to connect.").
		Default("5s").DurationVar(&c.Timeout)
}

// Primary returns the target of the monitored database.
func (c Config) Primary() Target {
	return NewTarget("database", c.URL, c.URLFile, c.PasswordFile, c.Timeout)
}

// Replica returns the target of KPI queries: the read replica if one is configured, else the
// primary.
func (c Config) Replica() Target {
	if c.ReplicaURL == "" {
		return c.Primary()
	}
	t := NewTarget("database", c.ReplicaURL, "", c.PasswordFile, c.Timeout)
	t.flag = "replica-url"
	return t
}

// Target is the address of a database and its secrets. Secrets in files are read for every
// connection and not kept.
type Target struct {
	prefix, flag               string // of the flag with the URL, as in --database.url
	url, urlFile, passwordFile string
	connectTimeout             time.Duration
}

// NewTarget returns the target of the flags --PREFIX.url, --PREFIX.url-file and
// --PREFIX.password-file.
func NewTarget(prefix, url, urlFile, passwordFile string, connectTimeout time.Duration) Target {
	t := Target{prefix: prefix, flag: "url", url: url, urlFile: urlFile, passwordFile: passwordFile, connectTimeout: connectTimeout}
	if urlFile != "" {
		t.flag = "url-file"
	}
	return t
}

// connConfig reads the secrets and returns the configuration of a connection. Its errors name the
// flag and contain no secrets.
func (t Target) connConfig() (config connConfig, err error) {
	defer func() {
		if err != nil {
			err = failure.New(failure.Invalid, err)
		}
	}()
	url, err := t.readURL()
	if err != nil {
		return config, err
	}
	if config, err = parseURL(url); err != nil {
		return config, fmt.Errorf("reading --%s.%s: %w", t.prefix, t.flag, err)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = t.connectTimeout
	}
	if t.passwordFile != "" {
		config.Password, err = readSecret(t.passwordFile)
		if err != nil {
			return config, fmt.Errorf("reading --%s.password-file: %w", t.prefix, err)
		}
	}
	if config.RequireAuth == "" {
		config.RequireAuth = config.safeAuth()
	}
	return config, nil
}

func (t Target) readURL() (string, error) {
	switch {
	case t.url != "" && t.urlFile != "":
		return "", fmt.Errorf("both a URL and a file with a URL are configured; hint: remove one of --%[1]s.url (%[2]s_URL) and "+
			"--%[1]s.url-file", t.prefix, strings.ToUpper(t.prefix))
	case t.urlFile != "":
		url, err := readSecret(t.urlFile)
		if err != nil {
			return "", fmt.Errorf("reading --%s.url-file: %w", t.prefix, err)
		}
		return url, nil
	case t.url == "":
		return "", ErrNotConfigured
	}
	return t.url, nil
}

func readSecret(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return secret, nil
}

// ErrNotConfigured is the error of Open if neither the URL nor its file is set.
var ErrNotConfigured = errors.New("no database is configured; hint: set DATABASE_URL, or pass --database.url-file=FILE")
