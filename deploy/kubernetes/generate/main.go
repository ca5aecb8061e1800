// Command generate prints the manifests that deploy/kubernetes takes from other files of this
// repository: `generate rules` those of the rules, `generate alertmanager` that of Alertmanager's
// configuration.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/rules"
)

// secretName is the name of the Secret with the files of alertmanager.SecretsDir.
const secretName = "marketplace-notifications"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	manifests := map[string]func() (string, error){"rules": prometheusRules, "alertmanager": configSecret}
	if len(args) != 1 || manifests[args[0]] == nil {
		return fmt.Errorf("%q is not one of: rules, alertmanager", args)
	}
	text, err := manifests[args[0]]()
	if err != nil {
		return err
	}
	fmt.Print("# Written by deploy/kubernetes/generate; run make generate.\n" + text)
	return nil
}

// prometheusRules returns a PrometheusRule for each rule file: one for all would exceed the size of
// annotations, in which kubectl apply keeps a copy.
func prometheusRules() (string, error) {
	names, err := fs.Glob(rules.Files, "*.yml")
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, name := range names {
		if !rules.Shipped(name) {
			continue
		}
		content, err := fs.ReadFile(rules.Files, name)
		if err != nil {
			return "", err
		}
		object := "marketplace-" + strings.ReplaceAll(strings.TrimSuffix(name, ".yml"), "_", "-")
		fmt.Fprintf(&text, "---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: %s\nspec:\n%s",
			object, indent(string(content), 2))
	}
	return text.String(), nil
}

// configSecret returns the Secret for configSecret of an Alertmanager. AlertmanagerConfig is no
// alternative: it has neither templates nor files of secrets, and it limits routes to the alerts of
// its namespace.
func configSecret() (string, error) {
	config, err := fs.ReadFile(alertmanager.Files, alertmanager.ConfigFile)
	if err != nil {
		return "", err
	}
	templates, err := fs.Glob(alertmanager.Files, "templates/*.tmpl")
	if err != nil {
		return "", err
	}
	// The operator mounts the keys of this Secret in one directory, and each Secret with files of
	// secrets in one of its own.
	paths := strings.NewReplacer(
		"- templates/*.tmpl", "- /etc/alertmanager/config/*.tmpl",
		alertmanager.SecretsDir+"/", alertmanager.SecretsDir+"/"+secretName+"/",
	)
	var text strings.Builder
	text.WriteString("apiVersion: v1\nkind: Secret\nmetadata:\n  name: marketplace-alertmanager\nstringData:\n")
	fmt.Fprintf(&text, "  alertmanager.yaml: |\n%s", indent(paths.Replace(string(config)), 4))
	for _, name := range templates {
		content, err := fs.ReadFile(alertmanager.Files, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "  %s: |\n%s", path.Base(name), indent(string(content), 4))
	}
	return text.String(), nil
}

// indent indents every line that is not empty.
func indent(text string, columns int) string {
	var indented strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			indented.WriteString(strings.Repeat(" ", columns))
		}
		indented.WriteString(line)
	}
	return indented.String()
}
