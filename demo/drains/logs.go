package drains

import (
	"fmt"
	"strings"
)

// logRow is a row of Vercel's log drain. Fields that Vercel leaves out, or has as null, are pointers.
type logRow struct {
	ID              string  `json:"id"`
	DeploymentID    string  `json:"deploymentId"`
	Source          string  `json:"source"`
	Host            string  `json:"host"`
	Timestamp       int64   `json:"timestamp"` // ms
	ProjectID       string  `json:"projectId"`
	Level           string  `json:"level,omitempty"`
	Message         any     `json:"message,omitempty"` // a string or a line
	Entrypoint      *string `json:"entrypoint"`
	Path            string  `json:"path"`
	Type            string  `json:"type,omitempty"`
	StatusCode      *int    `json:"statusCode,omitempty"`
	RequestID       string  `json:"requestId"`
	Environment     string  `json:"environment"`
	ExecutionRegion string  `json:"executionRegion,omitempty"`
	TraceID         string  `json:"traceId,omitempty"`
	SpanID          string  `json:"spanId,omitempty"`
	TraceIDAgain    string  `json:"trace.id,omitempty"` // the dot is part of the name
	SpanIDAgain     string  `json:"span.id,omitempty"`
	Proxy           proxy   `json:"proxy"`
}

type proxy struct {
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

// logRows are those of a request: one a line that the application logged, and one where it logged none. The first has the
// status; the others have the same request's id, by which it is counted once.
func (r request) logRows() []logRow {
	status, answered := r.status, r.httpStatus()
	first := r.logRow(0)
	first.StatusCode, first.Proxy.StatusCode = &status, &answered
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
			rows[i].Level, rows[i].Type = "info", "stdout" // what Winston thinks of it is in the message
		}
		rows[i].Message = l
	}
	return rows
}

// logRow has what is the same in every row of a request but its number.
func (r request) logRow(number int) logRow {
	row := logRow{
		ID: fmt.Sprintf("%s%03d", r.logID, number), DeploymentID: deployment, ProjectID: project,
		Source: r.source, Host: hostOf(r.environment), Timestamp: r.ended().UnixMilli(),
		Path: r.route, RequestID: r.id, Environment: r.environment,
		Proxy: proxy{
			Timestamp: r.began.UnixMilli(), Method: r.method, Host: hostOf(r.environment), Path: r.path,
			UserAgent: []string{r.agent}, Referer: origin, Region: region, ClientIP: r.ip, Scheme: "https",
		},
	}
	switch r.source {
	case lambda:
		entrypoint := "app" + r.route
		row.Path = strings.TrimPrefix(r.route, "/") // Vercel has both ways; for functions usually this one
		row.Entrypoint, row.ExecutionRegion = &entrypoint, region
		row.TraceID, row.SpanID, row.TraceIDAgain, row.SpanIDAgain = r.trace, r.root, r.trace, r.root
		row.Proxy.PathType, row.Proxy.VercelCache = "func", word("MISS")
	case static:
		row.Proxy.PathType, row.Proxy.VercelCache = "STATIC", word("HIT")
	case firewall:
		row.Proxy.WAFAction = "deny"
	case redirect:
		row.Level = "info"
	}
	return row
}

func word(text string) *string { return &text }
