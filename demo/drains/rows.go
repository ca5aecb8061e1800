package drains

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// analyticsRows returns rows of Vercel's Web Analytics, in its second version: a page view for a
// page that was shown, and the event if there is one.
func (r request) analyticsRows() []row {
	common := func(eventType string) row {
		return row{
			"schema": "vercel.analytics.v2", "eventType": eventType, "timestamp": r.ended().UnixMilli(),
			"projectId": project, "ownerId": owner, "deployment": deployment, "vercelEnvironment": r.environment,
			"sessionId": r.session, "deviceId": r.device, "origin": origin, "path": r.path, "route": r.route,
			"referrer": origin + "/prompts?q=me%40example.com", "country": "KR", "city": "Seoul", "sdkName": "@vercel/analytics",
			"osName": r.browser.os, "clientName": "Chrome", "deviceType": r.browser.kind,
		}
	}
	var rows []row
	if r.shown() {
		rows = append(rows, common("pageview"))
	}
	if r.event != "" {
		event := common("event")
		event["eventName"], event["eventData"] = r.event, jsonText(r.eventData)
		rows = append(rows, event)
	}
	return rows
}

// vitalRows returns rows of Vercel's Speed Insights. Some browsers leave out the zone of the time,
// which is UTC, as in Vercel's own deliveries.
func (r request) vitalRows() []row {
	layout := "2006-01-02T15:04:05.000Z07:00"
	if r.device%10 == 0 {
		layout = "2006-01-02T15:04:05.000"
	}
	var rows []row
	for _, v := range r.vitals {
		rows = append(rows, row{
			"schema": "vercel.speed_insights.v1", "timestamp": r.ended().UTC().Format(layout), "metricType": v.metric, "value": v.value,
			"projectId": project, "ownerId": owner, "deploymentId": deployment, "vercelEnvironment": r.environment,
			"deviceId": r.device, "origin": origin, "path": r.path, "route": r.route, "country": "KR", "city": "Seoul",
			"osName": r.browser.os, "clientName": "Chrome", "deviceType": r.browser.kind,
			"connectionSpeed": "4g", "sdkName": "@vercel/speed-insights",
		})
	}
	return rows
}

// logRows returns a row of Vercel's log drain for each line that the application logged, and one
// row without a line if it logged none. Only the first has the status; all have the request's id,
// by which the exporter counts the request once.
func (r request) logRows() []row {
	first := r.logRow(0, r.httpStatus())
	first["statusCode"] = r.status
	if r.source != lambda {
		return []row{first}
	}
	first["level"], first["type"] = "info", "stdout"
	if r.status == crashed {
		first["level"], first["type"] = "fatal", "fatal"
		first["message"] = "RequestId: " + r.trace + " Error: Runtime exited with error: signal: killed"
	}
	rows := []row{first}
	for i, line := range r.lines() {
		if i > 0 {
			rows = append(rows, r.logRow(i, nil))
			rows[i]["level"], rows[i]["type"] = "info", "stdout" // Winston's own level is in the message
		}
		rows[i]["message"] = jsonText(line)
	}
	return rows
}

// logRow returns the fields that are the same in every row of a request, except for its number.
func (r request) logRow(number int, status any) row {
	host := hostOf(r.environment)
	proxy := row{
		"timestamp": r.began.UnixMilli(), "method": r.method, "host": host, "path": r.path, "statusCode": status,
		"userAgent": []string{r.browser.agent}, "referer": origin, "region": region, "clientIp": r.ip, "scheme": "https",
		"pathType": "", "vercelCache": nil,
	}
	log := row{
		"id": fmt.Sprintf("%s%03d", r.logID, number), "deploymentId": deployment, "projectId": project,
		"source": r.source, "host": host, "timestamp": r.ended().UnixMilli(), "entrypoint": nil,
		"path": r.route, "requestId": r.id, "environment": r.environment, "proxy": proxy,
	}
	switch r.source {
	case lambda:
		log["path"] = strings.TrimPrefix(r.route, "/") // Vercel usually leaves out the slash for functions
		log["entrypoint"], log["executionRegion"] = "app"+r.route, region
		log["traceId"], log["spanId"], log["trace.id"], log["span.id"] = r.trace, r.root, r.trace, r.root // Vercel sends both names
		proxy["pathType"], proxy["vercelCache"] = "func", "MISS"
	case static:
		proxy["pathType"], proxy["vercelCache"] = "STATIC", "HIT"
	case firewall:
		proxy["wafAction"] = "deny"
	case redirect:
		log["level"] = "info"
	}
	return log
}

// lines returns the lines of a request in the JSON format of Winston. The first one describes the
// request itself: it has the duration, from which the exporter measures latency where there are no
// traces.
func (r request) lines() []row {
	line := func(level, message string, fields row) row {
		l := row{"level": level, "message": message, "timestamp": r.ended().UTC().Format(time.RFC3339Nano)}
		maps.Copy(l, fields)
		return l
	}
	switch {
	case !r.traced():
		return nil
	case r.page:
		return []row{line("debug", "Page rendered", nil)}
	}
	level, message := "info", "Request completed"
	if r.status >= http.StatusInternalServerError {
		level, message = "error", "Request failed"
	}
	lines := []row{line(level, message, row{
		"method": r.method, "route": r.route, "path": r.path, "status": r.status,
		"durationMs": float64(r.took.Microseconds()) / 1000,
	})}
	switch {
	case r.route == loginRoute && r.status == http.StatusOK:
		lines = append(lines, line("info", "User logged in", row{"userId": r.user}))
	case r.status == http.StatusTooManyRequests:
		lines = append(lines, line("warn", "Rate limit approached", row{"ip": r.ip, "requests": 95}))
	case r.route == chargeRoute && r.status == http.StatusPaymentRequired:
		lines = append(lines, line("error", "Payment failed", row{"error": "card_declined", "orderId": "c" + r.trace[:24], "userId": r.user}))
	}
	return lines
}
