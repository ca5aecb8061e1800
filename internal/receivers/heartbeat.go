package receivers

import (
	"encoding/json"
	"net/http"
)

// Heartbeat is a notification of the Watchdog alert, as Alertmanager's webhook sends it.
type Heartbeat struct {
	Receiver string `json:"receiver"`
	Alerts   []struct {
		Labels map[string]string `json:"labels"`
	} `json:"alerts"`
}

func (Heartbeat) to() string { return "Dead man's switch" }

// String explains the heartbeat.
func (Heartbeat) String() string {
	return "alerting works; the dead man's switch notifies on-call when these heartbeats stop"
}

func decodeHeartbeat(request *http.Request) (h Heartbeat, _ response) {
	if err := json.NewDecoder(request.Body).Decode(&h); err != nil {
		return h, response{http.StatusBadRequest, err.Error()}
	}
	return h, response{http.StatusOK, ""}
}
