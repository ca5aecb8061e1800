// Package receivers runs local replacements of the services that Alertmanager notifies: a mail
// server, Slack, PagerDuty, SNS and a dead man's switch.
//
// They reject requests that the real services would reject. They store messages for tests and print
// them for the demo.
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

// Receivers are the running services and the messages of each.
type Receivers struct {
	Mails      Inbox[Mail]
	Slack      Inbox[SlackMessage]
	PagerDuty  Inbox[PagerDutyEvent]
	Texts      Inbox[TextMessage]
	Heartbeats Inbox[Heartbeat]

	out        io.Writer
	delivering sync.Mutex
	access     Access
	mail       *mailServer
	web        *http.Server
	serving    sync.WaitGroup
}

// Access holds the addresses and credentials of the services.
type Access struct {
	// SMTP is host:port. Any user name may send with the password.
	SMTP, SMTPPassword string
	// Slack, PagerDuty, SNS and DeadMansSwitch are URLs.
	Slack, PagerDuty, SNS, DeadMansSwitch string
	RoutingKey                            string
	// Phone is the recipient of text messages.
	Phone string
}

// Start runs the services until Close. It prints each message to out.
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

// Access returns the addresses and credentials of the services.
func (r *Receivers) Access() Access { return r.access }

// Close stops the services after the message that they are delivering. The inboxes stay.
func (r *Receivers) Close() error {
	err := errors.Join(r.web.Close(), r.mail.close())
	r.serving.Wait()
	r.delivering.Lock()
	defer r.delivering.Unlock()
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
	mux.HandleFunc("POST /services/alerts", r.handleSlack)
	mux.HandleFunc("POST /v2/enqueue", r.handlePagerDuty)
	mux.HandleFunc("POST /sns/", r.handleSNS)
	mux.HandleFunc("POST /heartbeat", r.handleHeartbeat)
	root := "http://" + listener.Addr().String()
	r.access.Slack = root + "/services/alerts"
	r.access.PagerDuty = root + "/v2/enqueue"
	r.access.SNS = root + "/sns/"
	r.access.DeadMansSwitch = root + "/heartbeat"

	r.web = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	r.serving.Go(func() { _ = r.web.Serve(listener) }) // returns an error when it is closed, not before
	return nil
}
