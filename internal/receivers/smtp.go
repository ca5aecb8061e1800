package receivers

import (
	"io"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// newMailServer returns a server that accepts mail to any recipient from clients that know the
// password.
func newMailServer(password string, deliver func(Mail)) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &mailSession{password: password, deliver: deliver}, nil
	}))
	server.Domain = "localhost"
	server.AllowInsecureAuth = true // without TLS
	server.ReadTimeout = time.Minute
	return server
}

// mailSession is one connection of a client.
type mailSession struct {
	password      string
	deliver       func(Mail)
	authenticated bool
	from          string
	to            []string
}

// AuthMechanisms implements smtp.AuthSession.
func (*mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth accepts any user name.
func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, password string) error {
		if password != s.password {
			return smtp.ErrAuthFailed
		}
		s.authenticated = true
		return nil
	}), nil
}

// Mail sets the sender.
func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	if !s.authenticated {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return nil
}

// Rcpt adds a recipient.
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data parses and delivers the message.
func (s *mailSession) Data(r io.Reader) error {
	m, err := parseMail(r)
	if err != nil {
		return err // status 554
	}
	m.From, m.To = s.from, s.to
	s.deliver(m)
	return nil
}

// Reset ends a message.
func (s *mailSession) Reset() { s.from, s.to = "", nil }

// Logout implements smtp.Session.
func (*mailSession) Logout() error { return nil }
