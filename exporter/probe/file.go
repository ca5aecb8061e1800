package probe

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/alecthomas/units"
	blackbox "github.com/prometheus/blackbox_exporter/config"
	"github.com/prometheus/blackbox_exporter/prober"
	"go.yaml.in/yaml/v3"
)

// The defaults and limits of a target.
const (
	defaultInterval = 30 * time.Second
	minInterval     = time.Second
	defaultTimeout  = 30 * time.Second
	maxTargets      = 50
	maxBody         = units.MiB
)

// definition is a target in the configuration file.
type definition struct {
	Name         string        `yaml:"name"`
	Component    string        `yaml:"component"`
	URL          string        `yaml:"url"`
	Interval     time.Duration `yaml:"interval"`
	Environment  string        `yaml:"environment"`
	Health       bool          `yaml:"health"`
	AllowPrivate bool          `yaml:"allow_private_addresses"`
	Module       module        `yaml:"module"`
}

// module is a module of blackbox_exporter with the defaults of this package.
type module struct {
	blackbox.Module
	followsRedirects bool // explicitly
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (m *module) UnmarshalYAML(node *yaml.Node) error {
	var explicit struct {
		HTTP struct {
			FollowRedirects *bool `yaml:"follow_redirects"`
		} `yaml:"http"`
	}
	if err := node.Decode(&explicit); err != nil {
		return err
	}
	m.followsRedirects = explicit.HTTP.FollowRedirects != nil && *explicit.HTTP.FollowRedirects
	// A decoder of its own, since Node.Decode accepts unknown fields.
	text, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	return decoder.Decode(&m.Module)
}

func (m *module) setDefaults() {
	if m.Prober == "" {
		m.Module = blackbox.DefaultModule
		m.Prober = "http"
	}
	if m.Timeout == 0 {
		m.Timeout = defaultTimeout
	}
	if m.HTTP.BodySizeLimit == 0 {
		m.HTTP.BodySizeLimit = maxBody
	}
	m.HTTP.HTTPClientConfig.FollowRedirects = m.followsRedirects
}

// readFile reads the definitions. The error names the target and never quotes its URL.
func readFile(path string) ([]definition, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var document struct {
		Targets []definition `yaml:"targets"`
	}
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if n := len(document.Targets); n == 0 || n > maxTargets {
		return nil, fmt.Errorf("%d targets; hint: list 1 to %d under targets", n, maxTargets)
	}
	names := map[string]bool{}
	for i := range document.Targets {
		d := &document.Targets[i]
		if d.Interval == 0 {
			d.Interval = defaultInterval
		}
		d.Module.setDefaults()
		if err := d.validate(); err != nil {
			return nil, fmt.Errorf("target %d (%q): %w", i+1, d.Name, err)
		}
		if names[d.Name] {
			return nil, fmt.Errorf("target %d (%q): the name is used twice; hint: names are labels and must differ", i+1, d.Name)
		}
		names[d.Name] = true
	}
	return document.Targets, nil
}

func (d *definition) validate() error {
	known := metric.Components()
	switch {
	case !regexp.MustCompile(`^[A-Za-z0-9 ._-]{1,64}$`).MatchString(d.Name):
		return errors.New("the name is empty, too long or has special characters; hint: name: website")
	case !slices.Contains(known, d.Component):
		return fmt.Errorf("component %q does not exist; hint: one of %s", d.Component, strings.Join(known, ", "))
	case d.Interval < minInterval:
		return fmt.Errorf("the interval %s is below %s; hint: interval: 30s", d.Interval, minInterval)
	case prober.Probers[d.Module.Prober] == nil:
		return fmt.Errorf("prober %q does not exist; hint: http, tcp, dns, grpc or icmp", d.Module.Prober)
	case d.Module.followsRedirects && !d.AllowPrivate:
		return errors.New("follow_redirects could lead to an internal address; hint: probe the final URL, " +
			"or set allow_private_addresses: true")
	case d.Module.HTTP.BodySizeLimit > maxBody:
		return fmt.Errorf("body_size_limit is above %s; hint: remove it", maxBody)
	}
	return d.validateURL()
}

func (d *definition) validateURL() error {
	if d.Module.Prober != "http" {
		if d.Health {
			return errors.New("health requires the prober http; hint: remove health or the module")
		}
		if d.URL == "" {
			return errors.New("the url is empty; hint: url: db.example.com:5432")
		}
		return nil
	}
	u, err := url.Parse(d.URL)
	switch {
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the url is invalid; hint: url: https://example.com/api/health")
	case u.User != nil:
		return errors.New("the url contains a password; hint: use basic_auth with password_file in the module")
	}
	return nil
}
