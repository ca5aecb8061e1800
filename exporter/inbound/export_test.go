package inbound

import "time"

// SetTimeouts replaces the timeouts of a server that does not listen yet.
func (s *Server) SetTimeouts(header, read, write, idle time.Duration) {
	s.http = newHTTPServer(s, timeouts{header: header, read: read, write: write, idle: idle}, s.logger)
}

// Break closes the socket under the server.
func (s *Server) Break() error { return s.socket.Close() }

// NewErrorLog exports newErrorLog.
var NewErrorLog = newErrorLog

// Has reports whether the window holds key.
func (w *Window) Has(key Key) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expire()
	return w.has(key)
}
