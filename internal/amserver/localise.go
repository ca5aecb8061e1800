package amserver

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

// local is all that differs from the configuration of production.
type local struct {
	to      receivers.Access
	secrets string
	faster  int
}

// localise changes addresses and timings of a configuration, and nothing else, so that what is tested is what is shipped.
func localise(shipped []byte, l local) ([]byte, error) {
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

// change walks through a value that stands at a key, and through all that it holds.
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
		// Alertmanager knows no fractions: 1.5s would not do.
		return fmt.Sprintf("%dms", duration.Milliseconds()/int64(max(1, l.faster))), nil
	default:
		return strings.Replace(value, alertmanager.SecretsDir, l.secrets, 1), nil
	}
}
