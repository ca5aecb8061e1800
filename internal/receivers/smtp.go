package receivers

import (
	"context"
	"fmt"
	"net"
	"net/textproto"
	"sync"
)

// mailServer takes mail for everybody from who knows the password.
type mailServer struct {
	listener net.Listener
	password string
	deliver  func(Mail)
	stop     context.CancelFunc
	running  sync.WaitGroup
}

func startMailServer(ctx context.Context, password string, deliver func(Mail)) (*mailServer, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for mail: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	s := &mailServer{listener: listener, password: password, deliver: deliver, stop: stop}
	s.running.Go(func() { s.accept(ctx) })
	return s, nil
}

func (s *mailServer) address() string { return s.listener.Addr().String() }

func (s *mailServer) close() error {
	err := s.listener.Close()
	s.stop()
	s.running.Wait()
	return err
}

// accept ends with the listener.
func (s *mailServer) accept(ctx context.Context) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.running.Go(func() { s.serve(ctx, conn) })
	}
}

// serve talks to one sender. What goes wrong there is the sender's to notice.
func (s *mailServer) serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()                                            //nolint:errcheck // nothing is left to send
	hangUp := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends a read that would wait for ever
	defer hangUp()
	dialogue := smtpDialogue{text: textproto.NewConn(conn), server: s}
	dialogue.run()
}
