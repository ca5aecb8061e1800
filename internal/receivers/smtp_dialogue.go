package receivers

import (
	"encoding/base64"
	"net/textproto"
	"strings"
)

// smtpDialogue is one connection: as much of RFC 5321 as a sender of mail needs.
type smtpDialogue struct {
	text          *textproto.Conn
	server        *mailServer
	authenticated bool
	from          string
	to            []string
}

// run returns when the sender quits or hangs up.
func (d *smtpDialogue) run() {
	d.reply("220 localhost ESMTP")
	for {
		line, err := d.text.ReadLine()
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "QUIT":
			d.reply("221 Bye")
			return
		case "EHLO":
			d.reply("250-localhost", "250 AUTH PLAIN")
		case "AUTH":
			d.reply(d.authenticate(argument))
		case "DATA":
			d.data()
		default:
			d.reply(d.envelope(strings.ToUpper(verb), argument))
		}
	}
}

// envelope answers the verbs that say who writes to whom.
func (d *smtpDialogue) envelope(verb, argument string) string {
	switch {
	case verb == "HELO" || verb == "NOOP":
		return "250 OK"
	case verb == "RSET":
		d.from, d.to = "", nil
		return "250 OK"
	case verb == "MAIL" && !d.authenticated:
		return "530 Authentication required"
	case verb == "MAIL":
		d.from, d.to = address(argument), nil
		return "250 OK"
	case verb == "RCPT" && d.from != "":
		d.to = append(d.to, address(argument))
		return "250 OK"
	case verb == "RCPT":
		return "503 Who writes?"
	default:
		return "502 Not implemented"
	}
}

// authenticate takes "PLAIN " and the base64 of "\0account\0password".
func (d *smtpDialogue) authenticate(argument string) string {
	mechanism, encoded, _ := strings.Cut(argument, " ")
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	parts := strings.Split(string(decoded), "\x00")
	if err != nil || mechanism != "PLAIN" || len(parts) != 3 || parts[2] != d.server.password {
		return "535 Authentication failed"
	}
	d.authenticated = true
	return "235 Welcome"
}

func (d *smtpDialogue) data() {
	if len(d.to) == 0 {
		d.reply("503 To whom?")
		return
	}
	d.reply("354 Go on, end with a dot")
	raw, err := d.text.ReadDotBytes()
	if err != nil {
		return // the sender has gone, which the next read finds too
	}
	m, err := parseMail(raw)
	if err != nil {
		d.reply("554 " + strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	m.From, m.To = d.from, d.to
	d.server.deliver(m)
	d.reply("250 Delivered")
}

// reply fails where the sender has hung up, which the next read finds.
func (d *smtpDialogue) reply(lines ...string) {
	for _, line := range lines {
		_ = d.text.PrintfLine("%s", line)
	}
}

// address takes the part in brackets of "FROM:<devops@example.com> BODY=8BITMIME".
func address(argument string) string {
	_, rest, _ := strings.Cut(argument, "<")
	name, _, _ := strings.Cut(rest, ">")
	return name
}
