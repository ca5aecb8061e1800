package bound

import (
	"strconv"
	"strings"
)

// Other is what every value becomes that is on no list.
const Other = "other"

// Unknown is a value that the sender did not tell, where the lack of it means something.
const Unknown = "unknown"

// Environment bounds where a request ran. A row that does not say has an empty label, which is none: the label of the
// scraped target takes its place if the scrape has honor_labels.
func Environment(name string) string {
	return among(name, "", "production", "preview")
}

// Method bounds an HTTP method.
func Method(name string) string {
	return among(strings.ToUpper(name), "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
}

// ErrorCodes are the values of [Code] that tell of an error. Their series are made together with the first request, or the
// first error of each would be the birth of a series, which is no increase.
func ErrorCodes() []string {
	return []string{"400", "401", "403", "404", "422", "429", "4xx", "500", "502", "503", "504", "508", "5xx"}
}

// Code bounds a status: those that matter by themselves, others as their class, and [Unknown] for what is no status.
func Code(status int) string {
	switch status {
	case 400, 401, 403, 404, 422, 429, 500, 502, 503, 504, 508:
		return strconv.Itoa(status)
	}
	switch status / 100 {
	case 1:
		return "1xx"
	case 2:
		return "2xx"
	case 3:
		return "3xx"
	case 4:
		return "4xx"
	case 5:
		return "5xx"
	}
	return Unknown
}

// Device bounds the kind of device that a browser ran on.
func Device(name string) string {
	return among(strings.ToLower(name), "desktop", "mobile", "tablet")
}

// LogSource bounds the part of Vercel that wrote a row of the log.
func LogSource(name string) string {
	return among(name, "build", "edge", "lambda", "static", "external", "firewall", "redirect")
}

// FirewallAction bounds what the firewall did with a request.
func FirewallAction(name string) string {
	return among(name, "log", "challenge", "deny", "bypass", "rate_limit")
}

// Currency bounds an ISO 4217 code; an event may not have one.
func Currency(code string) string {
	if code == "" {
		return Unknown
	}
	return among(strings.ToUpper(code), Currencies()...)
}

// Currencies are those that have a label of their own.
func Currencies() []string { return []string{"KRW", "USD", "EUR"} }

// Level normalises the levels of Vercel (info, warning, error, fatal) and of Winston (error to silly, by npm's names).
func Level(name string) string {
	switch name {
	case "fatal", "error", "warn", "info", "debug":
		return name
	case "warning":
		return "warn"
	case "http", "verbose", "silly", "trace":
		return "debug"
	default:
		return Unknown
	}
}

// Levels are the values of [Level].
func Levels() []string { return []string{"fatal", "error", "warn", "info", "debug", Unknown} }

// among returns the word of the list that name is, so that nothing of a request stays in memory, or else Other.
func among(name string, words ...string) string {
	for _, word := range words {
		if name == word {
			return word
		}
	}
	return Other
}
