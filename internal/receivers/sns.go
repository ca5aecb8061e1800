package receivers

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// TextMessage is an SMS of SNS.
type TextMessage struct {
	Phone   string
	Message string
	// Attributes are SNS attributes, such as AWS.SNS.SMS.SMSType.
	Attributes map[string]string
}

func (m TextMessage) to() string { return "SMS to " + m.Phone }

// String returns the text.
func (m TextMessage) String() string { return m.Message }

// textsTo returns the inbox of the recipient.
func (r *Receivers) textsTo(m TextMessage) *Inbox[TextMessage] {
	if m.Phone == r.access.Phone {
		return &r.Texts
	}
	return &r.Escalations
}

// decodeSNS implements the action Publish to a phone number.
func decodeSNS(request *http.Request) (m TextMessage, _ response) {
	if err := request.ParseForm(); err != nil {
		return m, snsError(http.StatusBadRequest, "InvalidParameter")
	}
	if !strings.HasPrefix(request.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		return m, snsError(http.StatusForbidden, "MissingAuthenticationToken")
	}
	m = TextMessage{
		Phone:      request.PostForm.Get("PhoneNumber"),
		Message:    request.PostForm.Get("Message"),
		Attributes: snsAttributes(request.PostForm),
	}
	e164 := regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	if request.PostForm.Get("Action") != "Publish" || m.Message == "" || !e164.MatchString(m.Phone) {
		return m, snsError(http.StatusBadRequest, "InvalidParameter")
	}
	return m, response{http.StatusOK, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>` +
		`<MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>`}
}

// snsAttributes decodes MessageAttributes.entry.1.Name, MessageAttributes.entry.1.Value.StringValue
// and so on.
func snsAttributes(form url.Values) map[string]string {
	attributes := map[string]string{}
	for i := 1; ; i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		name := form.Get(entry + "Name")
		if name == "" {
			return attributes
		}
		attributes[name] = form.Get(entry + "Value.StringValue")
	}
}

func snsError(status int, code string) response {
	return response{status, `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>` + code +
		`</Code></Error><RequestId>1</RequestId></ErrorResponse>`}
}
