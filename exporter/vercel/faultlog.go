package vercel

import (
	"bytes"
	"log"
	"log/slog"
)

// faultLog is where an http.Server reports. Its lines have the addresses of senders in them, and of a TLS handshake even
// what a sender asked for, so they become lines that only say what kind of fault it was.
func faultLog(logger *slog.Logger) *log.Logger { return log.New(faults{logger}, "", 0) }

type faults struct{ logger *slog.Logger }

// Write implements io.Writer for the lines of a log.Logger.
func (f faults) Write(line []byte) (int, error) {
	switch {
	case bytes.HasPrefix(line, []byte("http: Accept error")): // says why, such as too many open files, and nothing of a sender
		f.logger.Warn("taking a connection failed", "err", string(bytes.TrimSpace(line)))
	case bytes.Contains(line, []byte("TLS handshake error")):
		f.logger.Debug("a connection failed", "kind", "TLS handshake")
	default:
		f.logger.Debug("a connection failed", "kind", "HTTP")
	}
	return len(line), nil
}
