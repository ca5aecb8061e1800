// Package alertmanager holds the configuration of Alertmanager and its templates, for those who install or test them.
package alertmanager

import "embed"

// ConfigFile is the name of the configuration in Files.
const ConfigFile = "alertmanager.yml"

// SecretsDir is where the configuration expects its secrets; README.md lists them.
const SecretsDir = "/etc/alertmanager/secrets"

// Files are alertmanager.yml and the folder of its templates.
//
//go:embed alertmanager.yml templates
var Files embed.FS
