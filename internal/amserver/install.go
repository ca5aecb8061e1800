package amserver

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

// install writes the configuration, the templates and the secrets to dir.
func install(dir string, opts Options) (configFile string, err error) {
	shipped, err := fs.ReadFile(alertmanager.Files, alertmanager.ConfigFile)
	if err != nil {
		return "", fmt.Errorf("installing the configuration: %w", err)
	}
	config, err := localize(shipped, local{to: opts.To, secrets: secretsDir(dir), faster: opts.Faster})
	if err != nil {
		return "", fmt.Errorf("installing the configuration: %w", err)
	}
	files := map[string][]byte{filepath.Join(dir, alertmanager.ConfigFile): config}
	templates, err := fs.Glob(alertmanager.Files, "templates/*")
	if err != nil {
		return "", fmt.Errorf("installing the templates: %w", err)
	}
	for _, name := range templates {
		if files[filepath.Join(dir, name)], err = fs.ReadFile(alertmanager.Files, name); err != nil {
			return "", fmt.Errorf("installing the templates: %w", err)
		}
	}
	for name, content := range secrets(opts.To) {
		files[filepath.Join(secretsDir(dir), name)] = []byte(content)
	}
	for path, content := range files {
		if err := write(path, content); err != nil {
			return "", fmt.Errorf("installing the configuration: %w", err)
		}
	}
	return filepath.Join(dir, alertmanager.ConfigFile), nil
}

func secretsDir(dir string) string { return filepath.Join(dir, "secrets") }

// secrets returns the files that alertmanager/README.md instructs operators to create.
func secrets(to receivers.Access) map[string]string {
	return map[string]string{ //nolint:gosec // passwords of the local receivers
		"slack_api_url":         to.Slack + "\n",
		"pagerduty_routing_key": to.RoutingKey + "\n",
		"smtp_password":         to.SMTPPassword + "\n",
		"dead_mans_switch_url":  to.DeadMansSwitch + "\n",
		"oncall_phone.tmpl":     `{{ define "oncall.phone" }}` + to.Phone + "{{ end }}\n",
		"aws_credentials":       "[default]\naws_access_key_id = local\naws_secret_access_key = local\n",
	}
}

// environment configures the AWS library, which reads its credentials and endpoint from the
// environment only.
func environment(dir string, opts Options) []string {
	return append([]string{
		"AWS_CONFIG_FILE=/dev/null", "AWS_PROFILE=default", // not the user's own
		"AWS_SHARED_CREDENTIALS_FILE=" + filepath.Join(secretsDir(dir), "aws_credentials"),
		"AWS_ENDPOINT_URL_SNS=" + opts.To.SNS,
	}, opts.Env...)
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}
