// Package receivers stands for the services that Alertmanager notifies: a mail server, Slack, PagerDuty, SNS and a dead
// man's switch, all on this machine. They keep what they get, for tests, and print what people would have got, for the demo.
package receivers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Receivers are the running services, and what each has received.
type Receivers struct {
	Mails     Box[Mail]
	Slack     Box[SlackMessage]
	PagerDuty Box[PagerDutyEvent]
	Texts     Box[TextMessage]
	Beats     Box[Beat]

	out      io.Writer
	printing sync.Mutex
	access   Access
	mail     *mailServer
	web      *http.Server
	serving  sync.WaitGroup
}

// Access is what a sender has to know to be let in.
type Access struct {
	// SMTP is host:port; any account may send, with the password.
	SMTP, SMTPPassword string
	// Slack, PagerDuty, SNS and DeadMansSwitch are URLs.
	Slack, PagerDuty, SNS, DeadMansSwitch string
	RoutingKey                            string
	// Phone is the number that text messages go to.
	Phone string
}

// Start runs the services until Close. Each message is printed to out as it comes.
func Start(ctx context.Context, out io.Writer) (*Receivers, error) {
	r := &Receivers{out: out, access: Access{
		SMTPPassword: rand.Text(),
		RoutingKey:   (rand.Text() + rand.Text())[:routingKeyLength],
		Phone:        "+821000000000",
	}}
	if err := r.startWeb(ctx); err != nil {
		return nil, fmt.Errorf("starting receivers: %w", err)
	}
	mail, err := startMailServer(ctx, r.access.SMTPPassword, func(m Mail) { deliver(r, &r.Mails, m) })
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting receivers: %w", err), r.web.Close())
	}
	r.mail, r.access.SMTP = mail, mail.address()
	return r, nil
}

// Access is how to reach the services.
func (r *Receivers) Access() Access { return r.access }

// Close stops the services. What they received stays.
func (r *Receivers) Close() error {
	err := errors.Join(r.web.Close(), r.mail.close())
	r.serving.Wait()
	if err != nil {
		return fmt.Errorf("stopping receivers: %w", err)
	}
	return nil
}

func (r *Receivers) startWeb(ctx context.Context) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /services/alerts", r.takeSlack)
	mux.HandleFunc("POST /v2/enqueue", r.takePagerDuty)
	mux.HandleFunc("POST /sns/", r.takeSNS)
	mux.HandleFunc("POST /beat", r.takeBeat)
	root := "http://" + listener.Addr().String()
	r.access.Slack = root + "/services/alerts"
	r.access.PagerDuty = root + "/v2/enqueue"
	r.access.SNS = root + "/sns/"
	r.access.DeadMansSwitch = root + "/beat"

	const patience = 10 * time.Second
	r.web = &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	r.serving.Go(func() { _ = r.web.Serve(listener) }) // ends with an error when it is closed, and never before
	return nil
}
