package receivers

import (
	"encoding/json"
	"net/http"
)

// Beat is one sign of life, as a webhook of Alertmanager.
type Beat struct {
	Receiver string `json:"receiver"`
	Status   string `json:"status"`
	Alerts   []struct {
		Labels map[string]string `json:"labels"`
	} `json:"alerts"`
}

func (Beat) to() string { return "Dead man's switch" }

// String says what the absence of a beat would mean.
func (Beat) String() string { return "alerting works; when these beats stop, the switch calls" }

func (r *Receivers) takeBeat(w http.ResponseWriter, request *http.Request) {
	var b Beat
	if err := json.NewDecoder(request.Body).Decode(&b); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	deliver(r, &r.Beats, b)
}
