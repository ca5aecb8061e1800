// Package alertmanager embeds the configuration of Alertmanager and its templates, for the demo and
// for tests.
package alertmanager

import "embed"

// ConfigFile is the name of the configuration in Files.
const ConfigFile = "alertmanager.yml"

// SecretsDir is the directory of the secrets that the configuration refers to. README.md lists
// them.
const SecretsDir = "/etc/alertmanager/secrets"

// Files contains alertmanager.yml and the directory templates.
//
//go:embed alertmanager.yml templates
var Files embed.FS
