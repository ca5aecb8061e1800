package receivers

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// SlackMessage is the payload of an incoming webhook.
type SlackMessage struct {
	Channel     string            `json:"channel"`
	Attachments []SlackAttachment `json:"attachments"`
}

// SlackAttachment is the part of a message with a colored bar.
type SlackAttachment struct {
	Title     string        `json:"title"`
	TitleLink string        `json:"title_link"`
	Text      string        `json:"text"`
	Fallback  string        `json:"fallback"`
	Footer    string        `json:"footer"`
	Color     string        `json:"color"`
	Actions   []SlackButton `json:"actions"`
}

// SlackButton is a link button.
type SlackButton struct {
	Type string `json:"type"`
	Text string `json:"text"`
	URL  string `json:"url"`
}

func (m SlackMessage) to() string { return "Slack " + m.Channel }

// String returns the message without Slack's escapes.
func (m SlackMessage) String() string {
	var b strings.Builder
	for _, a := range m.Attachments {
		fmt.Fprintf(&b, "%s\n%s\n", a.Title, strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(strings.TrimSpace(a.Text)))
		for _, button := range a.Actions {
			fmt.Fprintf(&b, "[%s] %s\n", button.Text, button.URL)
		}
		b.WriteString(a.Footer)
	}
	return b.String()
}

// handleSlack responds in plain text, as Slack does.
func (r *Receivers) handleSlack(w http.ResponseWriter, request *http.Request) {
	var m SlackMessage
	if err := json.NewDecoder(request.Body).Decode(&m); err != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	if len(m.Attachments) == 0 {
		http.Error(w, "no_text", http.StatusBadRequest)
		return
	}
	deliver(r, &r.Slack, m)
	_, _ = io.WriteString(w, "ok") // a disconnected client sends the message again
}
