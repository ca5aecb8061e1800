package vercel

import (
	"crypto/sha1" //nolint:gosec // Vercel signs with it; as an HMAC it is not broken
	"net/http"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

const signatureHeader = "X-Vercel-Signature"

// drain is one kind of deliveries.
type drain struct {
	name    string // value of the drain and the endpoint label
	path    string
	formats []inbound.Format
	handler row.Handler
}

func (s *Source) endpoint(d drain, metrics *rowMetrics) inbound.Endpoint {
	e := inbound.Endpoint{
		Sender: "vercel", Name: d.name, Path: d.path, Formats: d.formats,
		Verifier: inbound.HMAC{Header: signatureHeader, Hash: sha1.New, Secrets: s.secrets},
		Handler: func(delivery inbound.Delivery) error {
			tally, err := d.handler.Handle(delivery.Body, delivery.Format)
			if err != nil {
				return err
			}
			metrics.add(d.name, tally)
			return nil
		},
	}
	if s.config.VerifyToken != "" {
		e.Handshake = &inbound.Handshake{Header: "X-Vercel-Verify", Value: s.config.VerifyToken, Matches: isVerification}
	}
	return e
}

// isVerification reports whether a request comes from the Verify button of Vercel, which sends an
// empty object or nothing, without a signature.
func isVerification(header http.Header, body []byte) bool {
	return len(header.Values(signatureHeader)) == 0 && (len(body) == 0 || string(body) == "{}")
}
