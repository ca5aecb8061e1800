package inbound

import (
	"bytes"
	"log"
	"log/slog"
)

// newErrorLog returns the error log of an http.Server. The server's lines contain addresses of
// clients and parts of their requests, so only the kind of error is logged.
func newErrorLog(logger *slog.Logger) *log.Logger { return log.New(errorLog{logger}, "", 0) }

type errorLog struct{ logger *slog.Logger }

// Write implements io.Writer for the lines of a log.Logger.
func (l errorLog) Write(line []byte) (int, error) {
	switch {
	case bytes.HasPrefix(line, []byte("http: Accept error")): // such as too many open files; no client is named
		l.logger.Warn("accepting a connection failed", "err", string(bytes.TrimSpace(line)))
	case bytes.Contains(line, []byte("TLS handshake error")):
		l.logger.Debug("a connection failed", "kind", "TLS handshake")
	default:
		l.logger.Debug("a connection failed", "kind", "HTTP")
	}
	return len(line), nil
}
