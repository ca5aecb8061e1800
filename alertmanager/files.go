// Package alertmanager embeds the configuration of Alertmanager and its templates, for the demo and
// for tests.
package alertmanager

import "embed"

const (
	// ConfigFile is the name of the configuration in Files.
	ConfigFile = "alertmanager.yml"
	// SlackOnlyFile is the name of the configuration that sends everything to Slack.
	SlackOnlyFile = "slack-only.yml"
)

// SecretsDir is the directory of the secrets that the configuration refers to. README.md lists
// them.
const SecretsDir = "/etc/alertmanager/secrets"

// Files contains both configurations and the directory templates.
//
//go:embed alertmanager.yml slack-only.yml templates
var Files embed.FS
