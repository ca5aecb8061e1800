package vercel

import (
	"crypto/sha1" //nolint:gosec // Vercel signs with it; as an HMAC it is not broken
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

const signatureHeader = "X-Vercel-Signature"

// drain is one kind of deliveries.
type drain struct {
	kind    row.Kind // value of the drain and the endpoint label
	path    string
	formats []inbound.Format
	handler row.Handler
}

func (s *Source) endpoint(d drain, metrics *rowMetrics) inbound.Endpoint {
	e := inbound.Endpoint{
		Sender: "vercel", Name: string(d.kind), Path: d.path, Formats: d.formats,
		Verifier: inbound.HMAC{Header: signatureHeader, Hash: sha1.New, Secrets: s.secrets},
		Handler: func(delivery inbound.Delivery) error {
			tally, err := d.handler.Handle(delivery.Body, delivery.Format)
			if err != nil {
				return err
			}
			metrics.add(string(d.kind), tally)
			if tally.Counted > 0 {
				s.counted()
			}
			if tally.Misplaced != "" {
				s.misplaced(d, tally.Misplaced)
			}
			return nil
		},
	}
	if s.config.VerifyToken != "" {
		e.Handshake = &inbound.Handshake{Header: "X-Vercel-Verify", Value: s.config.VerifyToken, Matches: isVerification}
	}
	return e
}

// misplaced logs once that rows of one drain arrive at the path of another.
func (s *Source) misplaced(d drain, rows row.Kind) {
	if _, logged := s.logged.LoadOrStore([2]row.Kind{d.kind, rows}, true); !logged {
		s.logger.Warn("rows of another drain arrive; hint: change the endpoint of the drain on Vercel", "path", d.path, "drain", rows)
	}
}

// isVerification reports whether a request comes from the Verify button of Vercel, which sends an
// empty object or nothing, without a signature.
func isVerification(header http.Header, body []byte) bool {
	return len(header.Values(signatureHeader)) == 0 && (len(body) == 0 || string(body) == "{}")
}

// rowMetrics count the rows of all drains.
type rowMetrics struct {
	metric.Collectors

	rows, invalid, duplicates *prometheus.CounterVec
	last                      *prometheus.GaugeVec
}

func newRowMetrics() *rowMetrics {
	m := &rowMetrics{
		rows: metric.NewCounterVec("marketplace_vercel_rows_total", "Counted rows, by drain.", "drain"),
		invalid: metric.NewCounterVec("marketplace_vercel_invalid_rows_total",
			"Invalid rows in accepted deliveries, by drain and reason. They are not counted otherwise.", "drain", "reason"),
		duplicates: metric.NewCounterVec("marketplace_vercel_duplicate_rows_total",
			"Rows that were delivered again and not counted again, by drain.", "drain"),
		last: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "marketplace_vercel_last_row_timestamp_seconds",
			Help: "Time at which a row was last counted, in Unix time. Absent before the first row.",
		}, []string{"drain"}),
	}
	m.Collectors = metric.Collectors{m.rows, m.invalid, m.duplicates, m.last}
	return m
}

func (m *rowMetrics) initialize(drain string) {
	m.rows.WithLabelValues(drain)
	m.duplicates.WithLabelValues(drain)
	for _, reason := range row.Reasons() {
		m.invalid.WithLabelValues(drain, string(reason))
	}
}

// add adds the result of a delivery.
func (m *rowMetrics) add(drain string, tally row.Tally) {
	m.rows.WithLabelValues(drain).Add(float64(tally.Counted))
	m.duplicates.WithLabelValues(drain).Add(float64(tally.Duplicates))
	for reason, rows := range tally.Invalid {
		m.invalid.WithLabelValues(drain, string(reason)).Add(float64(rows))
	}
	if tally.Counted > 0 {
		m.last.WithLabelValues(drain).SetToCurrentTime()
	}
}
