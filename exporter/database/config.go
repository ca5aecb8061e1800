package database

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jackc/pgx/v5"
)

// Config says where the databases are and how to be let in.
type Config struct {
	URL          string
	URLFile      string
	PasswordFile string
	ReplicaURL   string
	Timeout      time.Duration // of one attempt to connect
}

// Register adds the --database.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("database.url", "URL of the database: postgres://user:password@host:5432/name?sslmode=require. "+
		"A Prisma URL works as it is. Set it in the environment: arguments can be read by everybody on the machine.").
		StringVar(&c.URL)
	app.Flag("database.url-file", "File that holds the URL, instead of --database.url. Read again at every new connection.").
		StringVar(&c.URLFile)
	app.Flag("database.password-file", "File that holds the password alone. Read again at every new connection, so a "+
		"rotated password needs no restart.").
		StringVar(&c.PasswordFile)
	app.Flag("database.replica-url", "URL of a read replica for the KPI queries. Without it they go to --database.url.").
		StringVar(&c.ReplicaURL)
	app.Flag("database.connect-timeout", "How long one attempt to connect may take.").
		Default("5s").DurationVar(&c.Timeout)
}

// Primary returns where the monitored database is.
func (c Config) Primary() Target {
	return Target{url: c.URL, urlFile: c.URLFile, passwordFile: c.PasswordFile, connectTimeout: c.Timeout}
}

// Replica returns where KPI queries go: the read replica if there is one, else the primary.
func (c Config) Replica() Target {
	if c.ReplicaURL == "" {
		return c.Primary()
	}
	return Target{url: c.ReplicaURL, passwordFile: c.PasswordFile, connectTimeout: c.Timeout}
}

// Target is one server and the secrets that open it. Secrets in files are read when they are needed, never kept.
type Target struct {
	url, urlFile, passwordFile string
	connectTimeout             time.Duration
}

// connConfig reads the secrets and makes of them what the driver wants. No error that it returns shows a secret.
func (t Target) connConfig() (*pgx.ConnConfig, error) {
	url, err := t.readURL()
	if err != nil {
		return nil, err
	}
	config, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = t.connectTimeout
	}
	if t.passwordFile == "" {
		return config, nil
	}
	config.Password, err = readSecret(t.passwordFile)
	if err != nil {
		return nil, fmt.Errorf("reading the password file: %w", err)
	}
	return config, nil
}

func (t Target) readURL() (string, error) {
	switch {
	case t.url != "" && t.urlFile != "":
		return "", errors.New("both a database URL and a file with one are given; hint: keep one of --database.url " +
			"(DATABASE_URL) and --database.url-file")
	case t.urlFile != "":
		url, err := readSecret(t.urlFile)
		if err != nil {
			return "", fmt.Errorf("reading the URL file: %w", err)
		}
		return url, nil
	case t.url == "":
		return "", errors.New("no database is given; hint: set DATABASE_URL, or pass --database.url-file=FILE")
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
