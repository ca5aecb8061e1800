package amserver

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

// local holds the differences from the production configuration.
type local struct {
	to      receivers.Access
	secrets string
	faster  int
}

// localize replaces the addresses and timings of a configuration. The rest stays, so that tests
// cover the shipped files.
func localize(shipped []byte, l local) ([]byte, error) {
	var config any
	if err := yaml.Unmarshal(shipped, &config); err != nil {
		return nil, fmt.Errorf("parsing the configuration: %w", err)
	}
	config, err := l.change("", config)
	if err != nil {
		return nil, err
	}
	return yaml.Marshal(config)
}

// change replaces strings in the value of a key, recursively.
func (l local) change(key string, value any) (_ any, err error) {
	switch value := value.(type) {
	case map[string]any:
		for k := range value {
			if value[k], err = l.change(k, value[k]); err != nil {
				return nil, err
			}
		}
	case []any:
		for i := range value {
			if value[i], err = l.change(key, value[i]); err != nil {
				return nil, err
			}
		}
	case string:
		return l.changeText(key, value)
	case bool:
		if key == "smtp_require_tls" {
			return false, nil
		}
	}
	return value, nil
}

func (l local) changeText(key, value string) (string, error) {
	switch key {
	case "smtp_smarthost":
		return l.to.SMTP, nil
	case "pagerduty_url":
		return l.to.PagerDuty, nil
	case "group_wait", "group_interval", "repeat_interval":
		duration, err := time.ParseDuration(value)
		if err != nil {
			return "", fmt.Errorf("parsing %s: %w", key, err)
		}
		// Alertmanager does not accept fractions such as 1.5s.
		return fmt.Sprintf("%dms", duration.Milliseconds()/int64(max(1, l.faster))), nil
	default:
		return strings.Replace(value, alertmanager.SecretsDir, l.secrets, 1), nil
	}
}
