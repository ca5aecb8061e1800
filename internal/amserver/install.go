package amserver

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

// install writes the configuration, the templates and the secrets.
func install(s *child.Server, opts Options) error {
	files := secrets(opts.To)
	err := fs.WalkDir(alertmanager.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(alertmanager.Files, path)
		files[path] = string(text)
		return err
	})
	if err == nil {
		files[opts.config()], err = localize(files[opts.config()], s.Join("secrets"), opts)
	}
	for name, content := range files {
		if opts.Reduced {
			content = reduce(content, opts.To)
		}
		if err == nil {
			err = s.Write(name, content)
		}
	}
	if err != nil {
		return fmt.Errorf("installing the configuration: %w", err)
	}
	return nil
}

// reduce replaces the settings and template functions that Alertmanager 0.25 lacks. Times are those
// of this machine, and a provider's slow response may delay the retry.
func reduce(text string, to receivers.Access) string {
	for _, change := range []struct{ pattern, replacement string }{
		{`(?m)^ +(timeout|threading|message_text): .*\n`, ""},
		{`(?m)^  - name: .* inhibits? .*\n    source_matchers`, "  - source_matchers"},
		{`url_file: .*/dead_mans_switch_url`, "url: " + to.DeadMansSwitch},
		{`(?m)^( +)sigv4: `, "${1}api_url: " + to.SNS + "\n${1}sigv4: "},
		{` \| tz "[^"]+" \| date ("[^"]+")`, ".Format ${1}"},
		{`humanizeDuration (\(\(.*\).*\)).Seconds`, "${1}"},
		{` \| (safeUrl|trimSpace)`, ""},
		{`\$end := now `, "$$end := (index .Alerts 0).StartsAt "},
	} {
		text = regexp.MustCompile(change.pattern).ReplaceAllString(text, change.replacement)
	}
	return strings.TrimSpace(text) // it does not trim secrets
}

// secrets returns the files that alertmanager/README.md instructs operators to create.
func secrets(to receivers.Access) map[string]string {
	return map[string]string{ //nolint:gosec // passwords of the local receivers
		"secrets/slack_api_url":         to.Slack + "\n",
		"secrets/pagerduty_routing_key": to.RoutingKey + "\n",
		"secrets/smtp_password":         to.SMTPPassword + "\n",
		"secrets/dead_mans_switch_url":  to.DeadMansSwitch + "\n",
		"secrets/oncall_phone.tmpl":     oncall(to),
		"secrets/aws_credentials":       "[default]\naws_access_key_id = local\naws_secret_access_key = local\n",
	}
}

// oncall returns the template of the phone numbers.
func oncall(to receivers.Access) string {
	var text strings.Builder
	for _, phone := range []struct{ name, number string }{
		{"oncall.phone", to.Phone}, {"oncall.phone.secondary", to.SecondaryPhone}, {"oncall.phone.manager", to.ManagerPhone},
	} {
		fmt.Fprintf(&text, "{{ define %q }}%s{{ end }}\n", phone.name, phone.number)
	}
	return text.String()
}

// localize replaces the addresses and timings of the configuration. The rest stays, so that tests
// cover the shipped file.
func localize(config, secrets string, opts Options) (string, error) {
	replacements := map[string]string{}
	if !opts.SlackOnly {
		replacements = map[string]string{
			"smtp_smarthost": opts.To.SMTP, "smtp_require_tls": "false", "pagerduty_url": opts.To.PagerDuty,
		}
	}
	var errs []error
	line := regexp.MustCompile(`(?m)^( +)(\w+): (\S+)$`)
	config = line.ReplaceAllStringFunc(config, func(match string) string {
		parts := line.FindStringSubmatch(match)
		indent, key, value := parts[1], parts[2], parts[3]
		switch key {
		case "group_wait", "group_interval", "repeat_interval":
			duration, err := time.ParseDuration(value)
			errs = append(errs, err)
			// Alertmanager does not accept fractions such as 1.5s.
			value = fmt.Sprintf("%dms", duration.Milliseconds()/int64(max(1, opts.Faster)))
		default:
			if replacement, ok := replacements[key]; ok {
				value = replacement
				delete(replacements, key)
			}
		}
		return indent + key + ": " + value
	})
	if len(replacements) > 0 {
		errs = append(errs, fmt.Errorf("no line to replace for %v", replacements))
	}
	return strings.ReplaceAll(config, alertmanager.SecretsDir, secrets), errors.Join(errs...)
}
