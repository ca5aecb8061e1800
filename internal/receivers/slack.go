package receivers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// SlackMessage is the payload of an incoming webhook.
type SlackMessage struct {
	Channel string `json:"channel"`
	// Text is above the attachments. Only mentions in it notify.
	Text        string            `json:"text"`
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
	if m.Text != "" {
		fmt.Fprintln(&b, m.Text)
	}
	for _, a := range m.Attachments {
		fmt.Fprintf(&b, "%s\n%s\n", a.Title, strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(strings.TrimSpace(a.Text)))
		for _, button := range a.Actions {
			fmt.Fprintf(&b, "[%s] %s\n", button.Text, button.URL)
		}
		b.WriteString(a.Footer)
	}
	return b.String()
}

// decodeSlack responds in plain text, as Slack does.
func decodeSlack(request *http.Request) (m SlackMessage, _ response) {
	if err := json.NewDecoder(request.Body).Decode(&m); err != nil {
		return m, response{http.StatusBadRequest, "invalid_payload"}
	}
	if len(m.Attachments) == 0 {
		return m, response{http.StatusBadRequest, "no_text"}
	}
	return m, response{http.StatusOK, "ok"}
}
