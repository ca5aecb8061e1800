package drains

import (
	"fmt"
	"strings"
)

// logRow is a row of Vercel's log drain. Fields that Vercel leaves out or sets to null are pointers.
type logRow struct {
	ID              string   `json:"id"`
	DeploymentID    string   `json:"deploymentId"`
	Source          string   `json:"source"`
	Host            string   `json:"host"`
	Timestamp       int64    `json:"timestamp"` // ms
	ProjectID       string   `json:"projectId"`
	Level           string   `json:"level,omitempty"`
	Message         any      `json:"message,omitempty"` // a string or a line
	Entrypoint      *string  `json:"entrypoint"`
	Path            string   `json:"path"`
	Type            string   `json:"type,omitempty"`
	StatusCode      *int     `json:"statusCode,omitempty"`
	RequestID       string   `json:"requestId"`
	Environment     string   `json:"environment"`
	ExecutionRegion string   `json:"executionRegion,omitempty"`
	TraceID         string   `json:"traceId,omitempty"`
	SpanID          string   `json:"spanId,omitempty"`
	DottedTraceID   string   `json:"trace.id,omitempty"` // Vercel sends both names
	DottedSpanID    string   `json:"span.id,omitempty"`
	Proxy           logProxy `json:"proxy"`
}

type logProxy struct {
	Timestamp   int64    `json:"timestamp"` // ms
	Method      string   `json:"method"`
	Host        string   `json:"host"`
	Path        string   `json:"path"`
	UserAgent   []string `json:"userAgent"`
	Referer     string   `json:"referer,omitempty"`
	Region      string   `json:"region"`
	StatusCode  *int     `json:"statusCode"`
	ClientIP    string   `json:"clientIp"`
	Scheme      string   `json:"scheme"`
	PathType    string   `json:"pathType"`
	VercelCache *string  `json:"vercelCache"`
	WAFAction   string   `json:"wafAction,omitempty"`
}

// logRows returns a row for each line that the application logged, and one row without a line if it logged none. Only
// the first has the status; all have the request's id, by which the exporter counts the request once.
func (r request) logRows() []logRow {
	status, proxyStatus := r.status, r.httpStatus()
	first := r.logRow(0)
	first.StatusCode, first.Proxy.StatusCode = &status, &proxyStatus
	if r.source != lambda {
		return []logRow{first}
	}
	first.Level, first.Type = "info", "stdout"
	if r.status == crashed {
		first.Level, first.Type = "fatal", "fatal"
		first.Message = "RequestId: " + r.trace + " Error: Runtime exited with error: signal: killed"
	}
	rows := []logRow{first}
	for i, l := range r.lines() {
		if i > 0 {
			rows = append(rows, r.logRow(i))
			rows[i].Level, rows[i].Type = "info", "stdout" // Winston's own level is in the message
		}
		rows[i].Message = l
	}
	return rows
}

// logRow returns the fields that are the same in every row of a request, except for its number.
func (r request) logRow(number int) logRow {
	row := logRow{
		ID: fmt.Sprintf("%s%03d", r.logID, number), DeploymentID: deployment, ProjectID: project,
		Source: r.source, Host: hostOf(r.environment), Timestamp: r.ended().UnixMilli(),
		Path: r.route, RequestID: r.id, Environment: r.environment,
		Proxy: logProxy{
			Timestamp: r.began.UnixMilli(), Method: r.method, Host: hostOf(r.environment), Path: r.path,
			UserAgent: []string{r.agent}, Referer: origin, Region: region, ClientIP: r.ip, Scheme: "https",
		},
	}
	hit, miss := "HIT", "MISS"
	switch r.source {
	case lambda:
		entrypoint := "app" + r.route
		row.Path = strings.TrimPrefix(r.route, "/") // Vercel usually leaves out the slash for functions
		row.Entrypoint, row.ExecutionRegion = &entrypoint, region
		row.TraceID, row.SpanID, row.DottedTraceID, row.DottedSpanID = r.trace, r.root, r.trace, r.root
		row.Proxy.PathType, row.Proxy.VercelCache = "func", &miss
	case static:
		row.Proxy.PathType, row.Proxy.VercelCache = "STATIC", &hit
	case firewall:
		row.Proxy.WAFAction = "deny"
	case redirect:
		row.Level = "info"
	}
	return row
}
