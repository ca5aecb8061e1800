// Package inbound is the one listener that faces the internet. Senders of webhooks and drains
// register an [Endpoint] each; the listener enforces limits, verifies signatures, decompresses
// bodies, counts deliveries and rejections, and recovers from panics.
package inbound

// Server is the listener.
type Server struct{}

// Endpoint is one path on which a sender delivers.
type Endpoint struct {
	Sender string // value of the sender label, such as vercel
	Name   string // value of the endpoint label, such as logs
	Path   string // such as /vercel/logs
}
