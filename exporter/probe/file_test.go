package probe_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestInvalidFiles(t *testing.T) {
	target := func(change string) string {
		base := map[string]any{"name": "site", "component": "website", "url": "https://example.com"}
		require.NoError(t, yaml.Unmarshal([]byte(change), &base))
		text, err := yaml.Marshal(map[string]any{"targets": []any{base}})
		require.NoError(t, err)
		return string(text)
	}
	for name, test := range map[string]struct{ config, want string }{
		"no targets":        {"targets: []", "list 1 to 50"},
		"unknown field":     {target("shade: red"), "field shade not found"},
		"unknown option":    {target("module: {prober: http, http: {vlid_status_codes: [200]}}"), "vlid_status_codes"},
		"unknown prober":    {target("module: {prober: carrier pigeon}"), `prober "carrier pigeon" does not exist`},
		"unknown component": {target("component: shop"), "one of website, api, payments, uploads, email, database"},
		"no URL":            {target("url: ''"), "url: https://"},
		"no scheme":         {target("url: example.com"), "url: https://"},
		"password in URL":   {target("url: https://user:planted@example.com"), "password_file"},
		"short interval":    {target("interval: 500ms"), "below 1s"},
		"redirects":         {target("module: {prober: http, http: {follow_redirects: true}}"), "internal address"},
		"large body":        {target("module: {prober: http, http: {body_size_limit: 2MiB}}"), "body_size_limit"},
		"health over tcp":   {target("health: true\nmodule: {prober: tcp}"), "health requires the prober http"},
		"name":              {target("name: 'a\"b'"), "special characters"},
		"twice":             {"targets: [" + strings.Repeat("{name: site, component: api, url: 'https://a.example'},", 2) + "]", "used twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, test.config)
			require.ErrorContains(t, err, "reading --probe.config-file ")
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "planted")
		})
	}
}

// The example of blackbox_exporter uses its options; files that people have work unchanged.
func TestModulesOfBlackboxExporterAreAccepted(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/blackbox_exporter").Output()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "example.yml"))
	require.NoError(t, err)
	var example struct{ Modules map[string]yaml.Node }
	require.NoError(t, yaml.Unmarshal(text, &example))
	require.Greater(t, len(example.Modules), 20)
	for name, module := range example.Modules {
		t.Run(name, func(t *testing.T) {
			config, err := yaml.Marshal(map[string]any{"targets": []any{map[string]any{
				"name": "site", "component": "website", "url": "https://example.com", "allow_private_addresses": true, "module": &module,
			}}})
			require.NoError(t, err)
			_, err = open(t, string(config))
			require.NoError(t, err)
		})
	}
}

func TestShippedExampleIsValid(t *testing.T) {
	config, err := os.ReadFile("../../deploy/exporter/probe.example.yml")
	require.NoError(t, err)
	r, err := open(t, string(config))
	require.NoError(t, err)
	require.Empty(t, r.scrape(t))
}
