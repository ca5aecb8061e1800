package inbound

import (
	"errors"
	"fmt"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/alecthomas/units"
)

// Config is the configuration of the listener.
type Config struct {
	ListenAddress string // empty: off
	WebConfigFile string

	MaxBodySize         units.Base2Bytes // of a delivery as received
	MaxDecompressedSize units.Base2Bytes // of a delivery after decompression
	MaxRequests         int              // deliveries processed at once
	MaxConnections      int

	DedupeWindow  time.Duration
	DedupeEntries int
}

// Register adds the --inbound.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("inbound.listen-address", "Address for webhooks and drains, such as :9848. It faces the internet, so it "+
		"is separate from the address of /metrics. Off if empty.").
		StringVar(&c.ListenAddress)
	app.Flag("inbound.web-config-file", "Path to the TLS configuration of this listener, in the format of "+
		"--web.config.file. Without it, a reverse proxy must terminate TLS.").
		StringVar(&c.WebConfigFile)
	app.Flag("inbound.max-body-size", "Maximum size of a delivery as received.").
		Default("10MB").BytesVar(&c.MaxBodySize)
	app.Flag("inbound.max-decompressed-size", "Maximum size of a delivery after decompression. All deliveries together use up to "+
		"--inbound.max-requests times the sum of both sizes.").
		Default("50MB").BytesVar(&c.MaxDecompressedSize)
	app.Flag("inbound.max-requests", "Maximum number of deliveries processed at once. Further deliveries are rejected with status 429.").
		Default("16").IntVar(&c.MaxRequests)
	app.Flag("inbound.max-connections", "Maximum number of open connections. Further connections wait.").
		Default("1024").IntVar(&c.MaxConnections)
	app.Flag("inbound.dedupe-window", "How long an entry stays in the deduplication window. A row that is delivered "+
		"again within this time is not counted again.").
		Default("5m").DurationVar(&c.DedupeWindow)
	app.Flag("inbound.dedupe-entries", "Maximum number of entries in the deduplication window, at about 40 bytes each. "+
		"marketplace_inbound_dedupe_evictions_total shows whether it is too low.").
		Default("2000000").IntVar(&c.DedupeEntries)
}

func (c *Config) validate() error {
	if c.MaxBodySize <= 0 || c.MaxDecompressedSize <= 0 || min(c.MaxRequests, c.MaxConnections, c.DedupeEntries) <= 0 {
		return errors.New("an --inbound.max-* flag or --inbound.dedupe-entries is not above zero; " +
			"hint: marketplace_exporter --help shows the defaults")
	}
	if c.DedupeWindow <= 0 {
		return fmt.Errorf("checking --inbound.dedupe-window: %s is not above zero; hint: 5m", c.DedupeWindow)
	}
	return nil
}

// unverifiedBytes returns how much memory all received bodies may hold together: whole bodies for
// the deliveries that may be processed at once, and one chunk for each connection. Clients that
// send slowly can therefore not keep a short delivery from being received.
func (c *Config) unverifiedBytes() int64 {
	chunks := int64(c.MaxBodySize)/chunkSize + 1
	return (int64(c.MaxRequests)*chunks + int64(c.MaxConnections)) * chunkSize
}
