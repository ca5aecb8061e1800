// Package amserver runs throwaway Alertmanagers with the repository's configuration for tests and
// the demo. Local receivers replace the real services.
package amserver

import (
	"context"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

// Options configure a server.
type Options struct {
	// Path to the alertmanager binary; package toolbox finds it.
	Path string
	// To are the receivers of notifications.
	To receivers.Access
	// SlackOnly installs slack-only.yml instead of alertmanager.yml.
	SlackOnly bool
	// Faster divides group_wait, group_interval and repeat_interval; 0 and 1 keep them.
	Faster int
	// Reduced drops what Alertmanager 0.25 does not support from the configuration and the
	// templates.
	Reduced bool
	// Port on 127.0.0.1; 0 picks a free one.
	Port int
	// Env is added to the server's environment, as NAME=value.
	Env []string
}

// config returns the name of the configuration.
func (o Options) config() string {
	if o.SlackOnly {
		return alertmanager.SlackOnlyFile
	}
	return alertmanager.ConfigFile
}

// Start runs Alertmanager and returns when it is ready. It runs until Close or until this program
// ends.
func Start(ctx context.Context, opts Options) (*child.Server, error) {
	return child.Start(ctx, child.Options{
		Name: "Alertmanager", Port: opts.Port, Ready: child.Responds("/-/ready"),
		// The AWS library reads its endpoint from the environment only.
		Env: append([]string{
			"AWS_CONFIG_FILE=/dev/null", "AWS_PROFILE=default", // not the user's own
			"AWS_SHARED_CREDENTIALS_FILE=secrets/aws_credentials",
			"AWS_ENDPOINT_URL_SNS=" + opts.To.SNS,
		}, opts.Env...),
		Prepare: func(_ context.Context, s *child.Server) ([]string, error) {
			return []string{
				opts.Path,
				"--config.file=" + s.Join(opts.config()),
				"--storage.path=" + s.Join("data"),
				"--web.listen-address=" + s.Address(),
				"--web.external-url=" + s.URL(),
				"--cluster.listen-address=", // not a cluster
			}, install(s, opts)
		},
	})
}
