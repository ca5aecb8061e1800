package draintest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/stretchr/testify/require"
)

// RequireAllowed fails if a label has a value that is on no default list. Routes come from the list
// itself; the other values are repeated here.
func RequireAllowed(tb testing.TB, samples []string) {
	tb.Helper()
	lists, err := allow.Load(allow.Files{})
	require.NoError(tb, err)
	allowed := map[string]string{
		"environment":    "production preview other",
		"method":         "GET HEAD POST PUT PATCH DELETE OPTIONS other",
		"code":           "400 401 403 404 422 429 500 502 503 504 508 1xx 2xx 3xx 4xx 5xx unknown",
		"route":          strings.Join(lists.Routes.All(), " ") + " other",
		"host":           "api.stripe.com api.tosspayments.com api.sendgrid.com supabase.co other",
		"outcome":        "ok client_error server_error failed unknown",
		"source":         "build edge lambda static external firewall redirect other",
		"level":          "fatal error warn info debug unknown",
		"action":         "log challenge deny bypass rate_limit other",
		"metric":         "LCP FCP TTFB FID INP",
		"device":         "desktop mobile tablet other",
		"currency":       "KRW USD EUR other unknown",
		"payment_method": "stripe toss card transfer virtual_account easy_pay other unknown",
		"category": "chatgpt midjourney coding marketing writing business education design photography video music legal health " +
			"ai-art other unknown",
		"event": "prompt_uploaded purchase_completed search_performed payment_failed rate_limit_approached user_logged_in other",
	}
	pair := regexp.MustCompile(`[{,](\w+)="((?:[^"\\]|\\.)*)"`)
	for _, sample := range samples {
		for _, match := range pair.FindAllStringSubmatch(sample, -1) {
			require.True(tb, slices.Contains(strings.Fields(allowed[match[1]]), match[2]), "label %s has the value %q, in %s", match[1], match[2], sample)
		}
	}
}
