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

	"github.com/emersion/go-smtp"
)

// Receivers are the running services and the messages of each.
type Receivers struct {
	Mails     Inbox[Mail]
	Slack     Inbox[SlackMessage]
	PagerDuty Inbox[PagerDutyEvent]
	Texts     Inbox[TextMessage] // to the primary on call
	// Escalations are the text messages to anyone else.
	Escalations Inbox[TextMessage]
	Heartbeats  Inbox[Heartbeat]

	out        io.Writer
	delivering sync.Mutex
	access     Access
	smtp       *smtp.Server
	mail       net.Listener
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
	// Phone, SecondaryPhone and ManagerPhone are the recipients of text messages.
	Phone, SecondaryPhone, ManagerPhone string
}

// Start runs the services until Close. It prints each message to out.
func Start(ctx context.Context, out io.Writer) (*Receivers, error) {
	var config net.ListenConfig
	web, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting receivers: %w", err)
	}
	mail, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting receivers: %w", err), web.Close())
	}
	root := "http://" + web.Addr().String()
	r := &Receivers{out: out, mail: mail, access: Access{
		SMTP:           mail.Addr().String(),
		SMTPPassword:   rand.Text(),
		Slack:          root + "/services/alerts",
		PagerDuty:      root + "/v2/enqueue",
		SNS:            root + "/sns/",
		DeadMansSwitch: root + "/heartbeat",
		RoutingKey:     (rand.Text() + rand.Text())[:routingKeyLength],
		Phone:          "+821000000000",
		SecondaryPhone: "+821000000001",
		ManagerPhone:   "+821000000002",
	}}
	mux := http.NewServeMux()
	mux.Handle("POST /services/alerts", handle(r, always(&r.Slack), decodeSlack))
	mux.Handle("POST /v2/enqueue", handle(r, always(&r.PagerDuty), decodePagerDuty(r.access.RoutingKey)))
	mux.Handle("POST /sns/", handle(r, r.textsTo, decodeSNS))
	mux.Handle("POST /heartbeat", handle(r, always(&r.Heartbeats), decodeHeartbeat))
	r.web = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	r.smtp = newMailServer(r.access.SMTPPassword, func(m Mail) { deliver(r, &r.Mails, m) })
	// Both return once they are closed, not before.
	r.serving.Go(func() { _ = r.web.Serve(web) })
	r.serving.Go(func() { _ = r.smtp.Serve(mail) })
	return r, nil
}

// Access returns the addresses and credentials of the services.
func (r *Receivers) Access() Access { return r.access }

// Close stops the services after the message that they are delivering. The inboxes stay.
func (r *Receivers) Close() error {
	err := errors.Join(r.web.Close(), r.smtp.Close())
	_ = r.mail.Close() // open if the server was not serving yet
	r.serving.Wait()
	r.delivering.Lock()
	defer r.delivering.Unlock()
	if err != nil {
		return fmt.Errorf("stopping receivers: %w", err)
	}
	return nil
}
